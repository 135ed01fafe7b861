package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Route;
import io.kindling.cluster.transport.Secret;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.event.GenerationFormed;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.input.Device;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.testing.ExecutorProcesses;
import io.kindling.spark.testing.KnownRandomness;
import io.kindling.spark.testing.Points;
import io.kindling.spark.testing.Traces;
import io.kindling.training.Served;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every port that a training opens, on the driver and on its executors, is tried by rogues of every
 * kind while the training runs, which does not notice.
 */
class RogueClientsIT {

  private static final int EXECUTORS = 3;
  private static final int WORKERS = 2;
  private static final int EPOCHS = 6;

  /** Of 180: the rogues come and go before it. */
  private static final long HELD_STEP = 150;

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> table = new Points(3).table(spark, 300, 300, 300);
  private final Queue<GenerationFormed> generations = new ConcurrentLinkedQueue<>();
  private final SparkListener news =
      new SparkListener() {
        @Override
        public void onOtherEvent(SparkListenerEvent event) {
          if (event instanceof GenerationFormed formed) {
            generations.add(formed);
          }
        }
      };
  private Leftovers leftovers;

  @TempDir Path folder;

  @BeforeEach
  void rememberWhatIsThere() {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Executors.of(spark.sparkContext()).size() == EXECUTORS);
    leftovers = Leftovers.since(spark);
  }

  @AfterEach
  void leavesNothingBehind() {
    spark.sparkContext().removeSparkListener(news);
    leftovers.assertNone();
  }

  /** How many ports each strategy opens beside the driver's one and the ranks' one each. */
  private static Stream<Arguments> strategies() {
    Served served = Served.of(Served.Exchange.GRADIENTS, 5);
    return Stream.of(
        arguments(Strategy.allReduced(), 0, 0),
        arguments(served, 0, WORKERS),
        arguments(served.onDriver(), 1, 0));
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void changeNothing(Strategy strategy, int onDriver, int onWorkers) throws Exception {
    float[] undisturbed = train(strategy, TrainingCallback.none(), Route.direct());
    HeldTraining held = new HeldTraining(folder.toString(), HELD_STEP);
    spark.sparkContext().addSparkListener(news);
    Map<ProcessHandle, Set<Integer>> before = portsByProcess();

    CompletableFuture<float[]> training;
    List<byte[]> drawn;
    try (KnownRandomness known = KnownRandomness.open()) {
      training =
          CompletableFuture.supplyAsync(
              () -> train(strategy, held, new HandshakeRecorder(folder.toString())));
      await().atMost(60, TimeUnit.SECONDS).until(() -> !generations.isEmpty());
      drawn = known.drawn();
    }
    // To the driver and around the ring, and to each server that another process has.
    int links = WORKERS + WORKERS + (onDriver * WORKERS) + onWorkers * (WORKERS - 1);
    await().atMost(30, TimeUnit.SECONDS).until(() -> recordedHellos().size() == links);
    Set<Address> drivers = opened(before, true);
    Set<Address> ranks = opened(before, false);
    assertThat(drivers).hasSize(1 + onDriver);
    assertThat(ranks).hasSize(WORKERS + onWorkers);

    for (Address driver : drivers) {
      attack(driver, Party.driver(), drawn);
    }
    for (Address rank : ranks) {
      attack(rank, Party.rank(0), drawn);
    }
    dripOn(Stream.concat(drivers.stream(), ranks.stream()).toList());

    assertThat(training).as("the training outlasts the rogues").isNotDone();
    held.release();
    float[] learned = training.get(60, TimeUnit.SECONDS);
    if (strategy instanceof Served) {
      // What a server learns depends on who comes first.
      assertThat(learned).hasSameSizeAs(undisturbed);
    } else {
      assertThat(learned).isEqualTo(undisturbed);
    }
    assertThat(generations).hasSize(1);
    assertThatNoLogOfAnExecutorHolds(drawn);
  }

  private void attack(Address port, Party owner, List<byte[]> drawn) throws Exception {
    Rogue rogue = new Rogue(port);
    String job = generations.element().job();
    // The first 256 bits that the driver drew are the job's secret; a refusal that names the
    // generation, or the mode, proves it.
    Secret secret = Secret.of(drawn.get(0));
    List<Socket> idle = rogue.idles();
    try {
      for (byte[] hello : recordedHellos().values()) {
        rogue.replays(hello);
        rogue.triesChance(hello.length);
      }
      rogue.triesTheSecretOfAnotherJob(job, owner);
      rogue.wantsAnotherMode(job, secret, LinkSecurity.ENCRYPTED, owner);
      if (!owner.equals(Party.driver())) {
        rogue.comesFromAnOldGeneration(job, secret, LinkSecurity.AUTHENTICATED, owner);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private static void dripOn(List<Address> ports) {
    List<CompletableFuture<Void>> drips = new ArrayList<>();
    for (Address port : ports) {
      drips.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  new Rogue(port).drips();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              },
              work -> new Thread(work, "drip").start()));
    }
    drips.forEach(CompletableFuture::join);
  }

  /** The first bytes of each connection between driver and workers, by file. */
  private Map<Path, byte[]> recordedHellos() throws IOException {
    Map<Path, byte[]> hellos = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".hello")) {
          hellos.put(file, Files.readAllBytes(file));
        }
      }
    }
    return hellos;
  }

  /** Where this process, or its executors, listen that did not before. */
  private Set<Address> opened(Map<ProcessHandle, Set<Integer>> before, boolean onDriver)
      throws IOException {
    Set<Address> opened = new HashSet<>();
    String host =
        onDriver
            ? spark.sparkContext().conf().get("spark.driver.host")
            : Executors.of(spark.sparkContext()).get(0).host();
    for (Map.Entry<ProcessHandle, Set<Integer>> each : portsByProcess().entrySet()) {
      if (each.getKey().equals(ProcessHandle.current()) == onDriver) {
        Set<Integer> ports = new HashSet<>(each.getValue());
        ports.removeAll(before.get(each.getKey()));
        ports.forEach(port -> opened.add(new Address(host, port)));
      }
    }
    return opened;
  }

  private static Map<ProcessHandle, Set<Integer>> portsByProcess() throws IOException {
    Map<ProcessHandle, Set<Integer>> ports = new HashMap<>();
    List<ProcessHandle> processes = new ArrayList<>(ExecutorProcesses.living());
    processes.add(ProcessHandle.current());
    for (ProcessHandle process : processes) {
      ports.put(process, Traces.portsOf(Long.toString(process.pid())));
    }
    return ports;
  }

  private static void assertThatNoLogOfAnExecutorHolds(List<byte[]> secrets) throws IOException {
    int logs = 0;
    try (Stream<Path> files = Files.walk(Path.of(System.getenv("SPARK_HOME"), "work"))) {
      for (Path log : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (log.getFileName().toString().startsWith("std")) {
          KnownRandomness.assertHoldsNone(log, Files.readAllBytes(log), secrets);
          logs++;
        }
      }
    }
    assertThat(logs).isGreaterThanOrEqualTo(2 * WORKERS);
  }

  private float[] train(Strategy strategy, TrainingCallback callback, Route route) {
    Network network =
        Network.sequential(
            Input.of("features", Points.SIZE), Dense.of(64).relu(), Dense.of(Points.CLASSES));
    TrainingPlan plan =
        TrainingPlan.of(Objective.of(network, Loss.sparseCategoricalCrossEntropy()))
            .withStrategy(strategy)
            .withBatchSize(30)
            .withEpochs(EPOCHS);
    List<ColumnInput> columns =
        List.of(
            ColumnInput.of("features", network.inputs().get(0)),
            ColumnInput.label("label", plan.objective().targets().get(0), Points.CLASSES));
    JobSettings settings =
        new JobSettings(
            OptionalInt.of(WORKERS),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(60),
            OptionalLong.empty(),
            Device.CPU);
    TrainingExtras extras = new TrainingExtras(Optional.empty(), callback, route);
    return new TrainingJob(plan, settings, "RogueClientsIT", extras)
        .run(table, columns)
        .model()
        .parameters();
  }
}
