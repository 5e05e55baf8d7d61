package io.imagetools.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The broker in this process. */
@Timeout(300)
class EmbeddedBrokerTest {
  private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

  @Test
  void what_a_stopped_broker_held_is_there_again_on_other_ports(@TempDir Path folder)
      throws Exception {
    String before;
    try (EmbeddedBroker broker = timed("fresh", folder)) {
      before = broker.bootstrapServers();
      write(broker);
    }
    // Nobody else is to have the old port by chance: then the new ones may be the same.
    try (ServerSocket taken = bind(port(before));
        EmbeddedBroker broker = timed("again", folder)) {
      assertThat(broker.bootstrapServers()).isNotEqualTo(before);
      assertThat(taken.isBound()).isTrue();
      assertThat(read(broker)).containsExactly("value");
    }
  }

  @Test
  void two_brokers_can_live_in_one_process(@TempDir Path folder, @TempDir Path other)
      throws Exception {
    try (EmbeddedBroker one = EmbeddedBroker.start(folder);
        EmbeddedBroker two = EmbeddedBroker.start(other)) {
      write(one);
      write(two);
      assertThat(read(one)).isEqualTo(read(two)).containsExactly("value");
    }
  }

  @Test
  void a_port_that_is_taken_is_said_and_the_folder_can_be_used_after_it(@TempDir Path folder)
      throws Exception {
    int free;
    try (ServerSocket other = bind(0)) {
      free = other.getLocalPort();
    }
    try (ServerSocket taken = bind(0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort(), free))
          .isInstanceOf(RuntimeException.class);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      write(broker);
      assertThat(read(broker)).containsExactly("value");
    }
  }

  @Test
  void it_listens_on_the_loopback_interface_only_and_creates_no_topic_by_itself(
      @TempDir Path folder) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder);
        Admin admin = Admin.create(settings(broker).admin("test"))) {
      assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
      assertThat(admin.describeCluster().nodes().get())
          .allSatisfy(node -> assertThat(node.host()).isEqualTo("127.0.0.1"));
      assertThatThrownBy(() -> admin.describeTopics(List.of("none")).allTopicNames().get())
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  private static EmbeddedBroker timed(String what, Path folder) {
    long start = System.nanoTime();
    EmbeddedBroker broker = EmbeddedBroker.start(folder);
    System.out.printf(
        "broker, %s: started in %d ms%n", what, (System.nanoTime() - start) / 1_000_000);
    return broker;
  }

  private static ServerSocket bind(int port) throws Exception {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    return socket;
  }

  private static int port(String bootstrapServers) {
    return Integer.parseInt(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1));
  }

  private static KafkaSettings settings(EmbeddedBroker broker) {
    return new KafkaSettings(broker.bootstrapServers(), Map.of(), Topics.DEFAULT);
  }

  private static void write(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(settings(broker).admin("test"))) {
      NewTopic topic = new NewTopic(PARTITION.topic(), Optional.of(1), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
    }
    byte[] value = "value".getBytes(StandardCharsets.UTF_8);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings(broker).producer("test"))) {
      producer.send(new ProducerRecord<>(PARTITION.topic(), "key", value)).get();
    }
  }

  private static List<String> read(EmbeddedBroker broker) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings(broker).consumer("test"))) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      List<ConsumerRecord<String, byte[]>> records =
          consumer.poll(Duration.ofSeconds(90)).records(PARTITION);
      return records.stream().map(r -> new String(r.value(), StandardCharsets.UTF_8)).toList();
    }
  }
}
