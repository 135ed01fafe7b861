package io.kindling.spark.job;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.event.GenerationFormed;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.ExecutorProcesses;
import io.kindling.spark.testing.KnownRandomness;
import io.kindling.spark.testing.Points;
import io.kindling.spark.testing.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains in an application whose settings, {@code key=value}, follow a folder in its arguments, and
 * notes while it trains what anyone on the machine could see of its processes. Prints the ports
 * that the training opened in each process, and every 256 bits that the driver drew.
 */
final class TrainWatched {

  private TrainWatched() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1024]")
            .config("spark.ui.enabled", "false");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    for (String setting : List.of(arguments).subList(1, arguments.length)) {
      builder.config(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    try (SparkSession spark = builder.getOrCreate()) {
      Dataset<Row> table = new Points(2).table(spark, 200, 100).cache();
      table.count();
      CountDownLatch formed = new CountDownLatch(1);
      spark
          .sparkContext()
          .addSparkListener(
              new SparkListener() {
                @Override
                public void onOtherEvent(SparkListenerEvent event) {
                  if (event instanceof GenerationFormed) {
                    formed.countDown();
                  }
                }
              });
      List<ProcessHandle> processes = new ArrayList<>(List.of(ProcessHandle.current()));
      processes.addAll(ExecutorProcesses.living());
      List<Set<Integer>> before = ports(processes);
      HeldTraining held = new HeldTraining(folder.toString(), 3);
      try (KnownRandomness known = KnownRandomness.open()) {
        CompletableFuture<?> training =
            CompletableFuture.supplyAsync(() -> classifier(held).fit(table));
        if (!formed.await(60, TimeUnit.SECONDS)) {
          throw new IllegalStateException("No generation was formed.");
        }
        List<Set<Integer>> during = ports(processes);
        for (int i = 0; i < processes.size(); i++) {
          during.get(i).removeAll(before.get(i));
          System.out.println("ports " + during.get(i));
          note(processes.get(i), folder);
        }
        Files.writeString(folder.resolve("seen-conf"), spark.sparkContext().conf().toDebugString());
        held.release();
        training.get(60, TimeUnit.SECONDS);
        known.drawn().forEach(each -> System.out.println(HexFormat.of().formatHex(each)));
      }
    }
  }

  private static NeuralClassifier classifier(HeldTraining held) {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE), Dense.of(20).relu(), Dense.of(Points.CLASSES)))
        .setEpochs(2)
        .setBatchSize(50)
        .setNumWorkers(2)
        .setCallback(held);
  }

  private static List<Set<Integer>> ports(List<ProcessHandle> processes) throws IOException {
    List<Set<Integer>> ports = new ArrayList<>();
    for (ProcessHandle process : processes) {
      ports.add(Traces.portsOf(Long.toString(process.pid())));
    }
    return ports;
  }

  private static void note(ProcessHandle process, Path folder) throws IOException {
    Path entry = Path.of("/proc", Long.toString(process.pid()));
    for (String what : List.of("cmdline", "environ")) {
      Files.write(
          folder.resolve("seen-" + what + "-" + process.pid()),
          Files.readAllBytes(entry.resolve(what)));
    }
  }
}
