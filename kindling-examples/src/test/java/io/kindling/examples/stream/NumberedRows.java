package io.kindling.examples.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Rows 0, 1, 2, … that go to a topic at a steady rate until they are stopped. What a row holds
 * follows from its number.
 */
final class NumberedRows implements AutoCloseable {

  static final int FEATURES = 4;

  private static final int AT_ONCE = 5;
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final KafkaProducer<String, String> producer;
  private final String topic;
  private final CompletableFuture<Long> sent;
  private volatile boolean stopped;

  NumberedRows(KafkaBroker kafka, String topic) {
    this.producer = kafka.producer();
    this.topic = topic;
    this.sent = CompletableFuture.supplyAsync(this::send);
  }

  /** The features of the row whose number a column holds, in SQL. */
  static String features(String number) {
    StringBuilder array = new StringBuilder("array(");
    for (int i = 0; i < FEATURES; i++) {
      array
          .append(i == 0 ? "" : ", ")
          .append("CAST(%s * %d %% 17 - 8 AS FLOAT)".formatted(number, i + 3));
    }
    return array.append(")").toString();
  }

  private static String value(long number) {
    StringBuilder features = new StringBuilder();
    for (int i = 0; i < FEATURES; i++) {
      features.append(i == 0 ? "" : ",").append(number * (i + 3) % 17 - 8);
    }
    return "{\"features\":[" + features + "]}";
  }

  /** The records of some rows. */
  static List<ProducerRecord<String, String>> records(String topic, long from, int count) {
    return LongStream.range(from, from + count)
        .mapToObj(each -> new ProducerRecord<>(topic, Long.toString(each), value(each)))
        .toList();
  }

  private long send() {
    long number = 0;
    while (!stopped) {
      try {
        KafkaBroker.send(producer, records(topic, number, AT_ONCE));
      } catch (Exception e) {
        throw new IllegalStateException("The broker takes no rows.", e);
      }
      number += AT_ONCE;
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return number;
  }

  /** Sends no more of them, and says how many there are. */
  long stop() throws Exception {
    stopped = true;
    return sent.get(1, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    stopped = true;
    producer.close(Duration.ofSeconds(10));
  }
}
