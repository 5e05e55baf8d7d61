package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.kafka.Topics.Lane;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page for admins says what the program asks for. */
class KafkaRightsPageTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (\\w+) \\| ([A-Z_]+) \\| (topic|group) \\| `([\\w.-]+)` \\|");
  private static final Pattern COMMAND =
      Pattern.compile("--allow-principal User:(\\w+) --operation (\\w+) --(\\w+) (\\S+)");

  private static List<String> onThePage(Pattern pattern) throws IOException {
    return pattern
        .matcher(KafkaSecurityPage.text())
        .results()
        .map(
            found ->
                String.join(" ", found.group(1), found.group(2), found.group(3), found.group(4)))
        .toList();
  }

  private static List<String> inTheCode() {
    BiFunction<Role, Right, String> line =
        (role, right) ->
            String.join(
                " ",
                role.name().toLowerCase(Locale.ROOT),
                right.operation().name(),
                right.type().name().toLowerCase(Locale.ROOT),
                right.name());
    return Arrays.stream(Role.values())
        .flatMap(role -> role.rights(Topics.DEFAULT).stream().map(right -> line.apply(role, right)))
        .toList();
  }

  @Test
  void the_table_has_the_rights_that_the_roles_ask_for() throws IOException {
    assertThat(onThePage(ROW)).isEqualTo(inTheCode());
  }

  @Test
  void the_commands_give_the_rights_that_the_roles_ask_for() throws IOException {
    assertThat(onThePage(COMMAND)).isEqualTo(inTheCode());
  }

  @Test
  void the_commands_set_up_each_group_of_the_workers_alike() throws IOException {
    Map<String, Map<String, String>> groups = KafkaSecurityPage.groupSettings();

    assertThat(groups.keySet())
        .containsExactly(
            Topics.DEFAULT.shareGroup(),
            Topics.DEFAULT.in(Lane.EXPRESS).shareGroup(),
            Topics.DEFAULT.in(Lane.BESIDE).shareGroup());
    assertThat(groups.values().stream().distinct()).hasSize(1);
  }
}
