package io.kindling.examples.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {

  @Test
  void takesAndGivesRecords(@TempDir Path folder) throws Exception {
    try (KafkaBroker kafka = KafkaBroker.start(folder)) {
      kafka.create("rows", 1);
      try (KafkaProducer<String, String> producer = kafka.producer()) {
        KafkaBroker.send(producer, List.of(new ProducerRecord<>("rows", "7", "seven")));
      }
      try (KafkaConsumer<String, String> consumer =
          new KafkaConsumer<>(
              Map.of("bootstrap.servers", kafka.servers(), "auto.offset.reset", "earliest"),
              new StringDeserializer(),
              new StringDeserializer())) {
        consumer.assign(List.of(new TopicPartition("rows", 0)));
        assertThat(consumer.poll(Duration.ofMinutes(1)))
            .singleElement()
            .returns("7", record -> record.key())
            .returns("seven", record -> record.value());
      }
    }
  }
}
