package io.imagetools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ScenariosTest {

  private BrokerProcess broker;

  @BeforeEach
  void begin() throws Exception {
    broker = ScaleTest.nobody();
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private Scenario scenario(String name, String... arguments) throws Exception {
    Options options = new Options();
    new CommandLine(options)
        .parseArgs(
            Stream.concat(Stream.of("--home=.", "--result=."), Stream.of(arguments))
                .toArray(String[]::new));
    return new Scenarios(options, (corpus, images, bytes) -> ScaleTest.TEN, broker).named(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "small", "far", "engines", "scale"})
  void rounds_that_are_asked_for_count_in_each_scenario(String name) throws Exception {
    assertThat(scenario(name, "--rounds=3").rounds()).isEqualTo(3);
    assertThat(scenario(name, "--rounds=3", "--quick").rounds()).isEqualTo(3);
    assertThat(scenario(name, "--quick").rounds()).isEqualTo(1);
    assertThat(scenario(name).rounds()).isEqualTo(name.equals("large") ? 2 : 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "small", "far"})
  void each_list_meets_every_peer_once_at_least(String name) throws Exception {
    assertThat(scenario(name).once())
        .extracting(Way::name)
        .contains("image-tools, skopeo, -j 20", "skopeo sync");
  }
}
