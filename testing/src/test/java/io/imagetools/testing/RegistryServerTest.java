package io.imagetools.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

final class RegistryServerTest {

  @Test
  void comes_back_on_the_same_port_with_the_same_data() {
    try (RegistryServer server = new RegistryServer().start()) {
      PushedImage image = new ImageCorpus(server).dockerList("team/app", "1.0");
      String host = server.host();
      server.stop();
      assertThatThrownBy(() -> new RegistryReader(server).tags("team/app"))
          .isInstanceOf(UncheckedIOException.class);

      server.start();

      assertThat(server.host()).isEqualTo(host);
      assertThat(new RegistryReader(server).digest("team/app", "1.0")).contains(image.digest());
    }
  }

  @Test
  void wants_the_login_it_was_given() {
    try (RegistryServer server = new RegistryServer().withBasicAuth("ann", "s3cret").start()) {
      PushedImage image = new ImageCorpus(server).ociImage("team/app", "1.0");

      assertThat(new RegistryReader(server).digest("team/app", "1.0")).contains(image.digest());
      assertThatThrownBy(() -> new RegistryReader(server.host()).tags("team/app"))
          .hasMessageContaining("401");
    }
  }

  @Test
  void serves_https_with_a_certificate_of_its_own() {
    try (RegistryServer server = new RegistryServer().withTls().start()) {
      PushedImage image = new ImageCorpus(server).ociImage("team/app", "1.0");

      assertThat(new RegistryReader(server).digest("team/app", "1.0")).contains(image.digest());
      assertThat(server.certificate()).content().contains("BEGIN CERTIFICATE");
    }
  }

  @Test
  void refuses_pushes_when_read_only_and_still_serves() {
    try (RegistryServer server = new RegistryServer().start()) {
      new ImageCorpus(server).ociImage("team/app", "1.0");

      server.stop().readOnly().start();

      assertThat(new RegistryReader(server).tags("team/app")).containsExactly("1.0");
      assertThatThrownBy(() -> new ImageCorpus(server).ociImage("team/app", "2.0"))
          .hasMessageContaining("405");
    }
  }

  @Test
  void takes_a_signed_manifest_of_schema_1_when_told_to() {
    try (RegistryServer server = new RegistryServer().withSchema1().start()) {
      PushedImage image = new ImageCorpus(server).schema1("team/old", "1.0");

      assertThat(new RegistryReader(server).digest("team/old", "1.0")).contains(image.digest());
    }
  }

  @Test
  void tells_what_it_was_asked() {
    try (RegistryServer server = new RegistryServer().start()) {
      new RegistryReader(server).digest("team/app", "1.0");

      assertThat(server.requests())
          .containsExactly(new RegistryRequest("HEAD", "/v2/team/app/manifests/1.0", 404));
    }
  }

  @Test
  void buildx_is_found_where_docker_keeps_its_plug_ins() {
    assertThat(Programs.require("docker-buildx")).isExecutable();
  }

  @Test
  void a_missing_program_is_named_with_the_command_that_installs_it() {
    assertThatThrownBy(() -> Programs.require("no-such-program"))
        .hasMessageContaining("apt-get install no-such-program");
  }
}
