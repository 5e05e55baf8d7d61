package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

  @Test
  void docker_hub_has_another_host_than_its_references() {
    URI address = URI.create("https://registry-1.docker.io/v2/");
    Hosts hosts = new Hosts(Set.of());

    assertThat(hosts.addresses(Registry.DOCKER_HUB, "/v2/")).containsExactly(address);
    assertThat(hosts.addresses(new Registry("index.docker.io"), "/v2/")).containsExactly(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:5000", "127.0.0.1:5000", "[::1]:5000", "registry.example.org"})
  void only_https_is_tried_where_nobody_said_otherwise_not_even_on_this_machine(String host) {
    assertThat(new Hosts(Set.of()).addresses(new Registry(host), "/"))
        .containsExactly(URI.create("https://" + host + "/"));
  }

  @Test
  void what_an_insecure_registry_answered_to_is_remembered_until_it_falls_silent() {
    Registry registry = new Registry("localhost:5000");
    Hosts hosts = new Hosts(Set.of(registry));
    URI https = URI.create("https://localhost:5000/");
    URI http = URI.create("http://localhost:5000/");

    assertThat(hosts.addresses(registry, "/")).containsExactly(https, http);
    hosts.answered(registry, http);
    assertThat(hosts.addresses(registry, "/")).containsExactly(http);
    hosts.silent(registry);
    assertThat(hosts.addresses(registry, "/")).containsExactly(https, http);
  }

  @Test
  void what_is_said_of_one_registry_holds_for_no_other() {
    Hosts hosts = new Hosts(Set.of(new Registry("localhost:5000")));

    assertThat(hosts.insecure(new Registry("localhost:5001"))).isFalse();
    assertThat(hosts.insecure(new Registry("localhost"))).isFalse();
    assertThat(hosts.insecure(URI.create("https://LOCALHOST:5000/token"))).isTrue();
    assertThat(hosts.insecure(URI.create("https://localhost/token"))).isFalse();
  }
}
