package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.imagetools.common.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Records for a topic that is a moment old, when its partitions' leaders do not all serve yet. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class FreshTopicTest {
  /** So many that the broker is still at work on the last ones when it is asked for them. */
  private static final int PARTITIONS = 1_000;

  private static final int RECORDS = 3 * PARTITIONS;

  @Test
  void takes_a_list_at_once() throws Exception {
    KafkaSettings settings = SharedBroker.settings("fresh");
    String topic = settings.topics().jobs();
    Map<String, Object> properties = settings.producer("test");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 40_000);
    try (Admin admin = Admin.create(settings.admin("test"));
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(properties)) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      List<Future<RecordMetadata>> answers = new ArrayList<>();
      for (int n = 0; n < RECORDS; n++) {
        byte[] value = Integer.toString(n).getBytes(StandardCharsets.UTF_8);
        answers.add(producer.send(new ProducerRecord<>(topic, n % PARTITIONS, null, value)));
      }
      assertThatCode(
              () -> {
                for (Future<RecordMetadata> answer : answers) {
                  answer.get();
                }
              })
          .as("each record is taken, though the leader turned its first request away")
          .doesNotThrowAnyException();
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }
}
