package io.kindling.examples.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A broker of Kafka in this JVM, on this machine's own addresses. */
public final class KafkaBroker implements AutoCloseable {

  private final KafkaRaftServer server;
  private final String servers;

  private KafkaBroker(KafkaRaftServer server, String servers) {
    this.server = server;
    this.servers = servers;
  }

  /** Starts one with its files in a folder. */
  public static KafkaBroker start(Path folder) throws Exception {
    String listener = "127.0.0.1:" + freePort();
    String controller = "127.0.0.1:" + freePort();
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", "1",
            "controller.quorum.voters", "1@" + controller,
            "controller.listener.names", "CONTROLLER",
            "listeners", "PLAINTEXT://" + listener + ",CONTROLLER://" + controller,
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs", folder.toString(),
            "log.cleaner.dedupe.buffer.size", "4194304"));
    settings.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "group.initial.rebalance.delay.ms", "0"));
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .setControllerListenerName("CONTROLLER")
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .run();
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
    server.startup();
    return new KafkaBroker(server, listener);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** What clients connect to. */
  public String servers() {
    return servers;
  }

  public void create(String topic, int partitions) throws Exception {
    create(new NewTopic(topic, partitions, (short) 1));
  }

  /** A topic of which the last record of each key is kept, in time. */
  public void createCompacted(String topic, int partitions) throws Exception {
    create(new NewTopic(topic, partitions, (short) 1).configs(Map.of("cleanup.policy", "compact")));
  }

  private void create(NewTopic topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(topic)).all().get(1, TimeUnit.MINUTES);
    }
  }

  /** Sends texts; the caller closes it. */
  public KafkaProducer<String, String> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers), new StringSerializer(), new StringSerializer());
  }

  /** Sends records, and waits until the broker has them. */
  public static void send(
      KafkaProducer<String, String> producer, List<ProducerRecord<String, String>> records)
      throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (ProducerRecord<String, String> each : records) {
      sent.add(producer.send(each));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
