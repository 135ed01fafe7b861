package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.checkpoint.CheckpointInterval;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.event.GenerationFormed;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.TrainingWarned;
import io.kindling.spark.input.Device;
import io.kindling.spark.job.ChaosCell.Way;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.testing.FullFileSystem;
import io.kindling.spark.testing.Points;
import io.kindling.training.TrainingFailedException;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chaos matrix: every fault in every phase of a training of two workers in processes of their
 * own, on three executors, over real sockets. Each cell ends with the very bits of the undisturbed
 * training, or with one error that names cause, rank, host, phase and step; whoever survives knows
 * within {@link #KNOWN_WITHIN}; nothing is left behind.
 *
 * <p>Every build runs one seed of the cells that need no more than seconds. {@code
 * -Dkindling.chaos=FILE} runs all cells with two seeds and writes a line for each; {@code
 * -Dkindling.cells="CORRUPT in RENDEZVOUS"} those alone.
 */
class ChaosIT {

  private static final int EXECUTORS = 3;
  private static final int WORKERS = 2;
  private static final int EPOCHS = 2;
  private static final long STEPS = EPOCHS * 30;
  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(5);

  /** The parameters of undisturbed trainings, each made once. */
  private static final Map<Way, float[]> UNDISTURBED = new EnumMap<>(Way.class);

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> table = new Points(3).table(spark, 300, 300, 300);
  private final News news = new News();
  private Leftovers leftovers;

  @TempDir Path folder;

  private static final class News extends SparkListener {
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger generations = new AtomicInteger();

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof TrainingWarned warned) {
        texts.add(warned.text());
      } else if (event instanceof GenerationFormed formed) {
        generations.set(formed.generation());
      }
    }
  }

  static Stream<ChaosCell> cells() {
    String named = System.getProperty("kindling.cells", "");
    return chosen().filter(each -> each.toString().contains(named));
  }

  private static Stream<ChaosCell> chosen() {
    if (System.getProperty("kindling.chaos") != null) {
      return ChaosCell.all(Way.ALL_REDUCED, 1, 2).stream();
    }
    Stream<ChaosCell> reduced = ChaosCell.all(Way.ALL_REDUCED, 2).stream();
    Stream<ChaosCell> others =
        Stream.of(Way.LOCAL, Way.SERVED, Way.SERVED_BY_DRIVER)
            .flatMap(way -> ChaosCell.all(way, 2).stream());
    boolean isWhole = Boolean.getBoolean("kindling.ways");
    return Stream.concat(
        reduced.filter(ChaosIT::isOfEveryBuild),
        others.filter(cell -> isWhole ? isOfEveryBuild(cell) : isOfEveryBuildAndWay(cell)));
  }

  /** What no strategy may fail at. */
  private static boolean isOfEveryBuildAndWay(ChaosCell cell) {
    return cell.phase() == ChaosCell.Phase.REDUCE
        && (cell.fault() == Fault.KILL || cell.fault() == Fault.HALF_OPEN);
  }

  /** Those whose mending is told apart in kind; the others differ in where they strike. */
  private static boolean isOfEveryBuild(ChaosCell cell) {
    return switch (cell.phase()) {
      case REDUCE -> true;
      case RENDEZVOUS, UPDATE, LAST_STEP -> cell.fault() == Fault.KILL || cell.fault() == Fault.CUT;
      case FEEDING -> cell.fault() == Fault.EXCEPTION;
      case CHECKPOINT -> cell.fault() == Fault.KILL || cell.fault() == Fault.DISK_FULL;
    };
  }

  @BeforeEach
  void rememberWhatIsThere() {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Executors.of(spark.sparkContext()).size() == EXECUTORS);
    FullFileSystem.register(spark.sparkContext().hadoopConfiguration());
    spark.sparkContext().addSparkListener(news);
    leftovers = Leftovers.since(spark);
  }

  @AfterEach
  void leavesNothingBehind() {
    spark.sparkContext().removeSparkListener(news);
    leftovers.assertNone();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void endsAsItShould(ChaosCell cell) throws IOException {
    float[] undisturbed =
        UNDISTURBED.computeIfAbsent(
            cell.way(), way -> train(TrainingCallback.none(), "undisturbed", way));
    Chaos chaos = new Chaos(folder.toString(), cell, WORKERS, STEPS);
    long began = System.nanoTime();

    float[][] learned = new float[1][];
    Throwable failure = catchThrowable(() -> learned[0] = train(chaos, "struck", cell.way()));

    assertThat(chaos.struckAt()).as("the fault struck").isPresent();
    long struck = chaos.struckAt().get();
    if (endsTheGeneration(cell)) {
      // A training of so few steps may be over before its last survivor has noted what it was told.
      await().atMost(5, TimeUnit.SECONDS).until(() -> !chaos.knownAt().isEmpty());
    }
    List<Long> known = chaos.knownAt().stream().map(at -> at - struck).toList();
    if (cell.fault() == Fault.EXCEPTION) {
      assertThat(failure)
          .isInstanceOf(TrainingFailedException.class)
          .hasMessageMatching(
              "Rank "
                  + cell.rank(WORKERS)
                  + " on [\\w.:-]+ failed in step \\d+ while "
                  + cell.phase().activity
                  + ": java.lang.IllegalStateException: chaos");
    } else {
      assertThat(failure).isNull();
      assertLearned(cell, learned[0], undisturbed);
    }
    if (cell.fault() == Fault.DISK_FULL) {
      await()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(news.texts)
                      .anySatisfy(
                          text ->
                              assertThat(text)
                                  .contains("A checkpoint could not be written to full:/")
                                  .contains("No space left on device")));
    }
    assertThat(known)
        .allSatisfy(after -> assertThat(after).isLessThanOrEqualTo(KNOWN_WITHIN.toMillis()));
    if (endsTheGeneration(cell)) {
      assertThat(known).as("survivors that were told").isNotEmpty();
      await()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThat(news.generations).hasValueGreaterThan(1));
    }
    note(cell, failure, known, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Servers take changes as they come, so that no two trainings have the same bits. */
  private static void assertLearned(ChaosCell cell, float[] learned, float[] undisturbed) {
    if (cell.way().givesTheSameBits()) {
      assertThat(learned).as("parameters").isEqualTo(undisturbed);
      return;
    }
    assertThat(learned).hasSameSizeAs(undisturbed);
    double apart = 0;
    double size = 0;
    for (int i = 0; i < learned.length; i++) {
      apart += Math.pow(learned[i] - undisturbed[i], 2);
      size += Math.pow(undisturbed[i], 2);
    }
    assertThat(Math.sqrt(apart / size)).as("distance from the undisturbed").isLessThan(0.2);
  }

  /**
   * In the last step the other rank may have all it needs, and a handshake that was damaged is
   * tried again.
   */
  private static boolean endsTheGeneration(ChaosCell cell) {
    return switch (cell.fault()) {
      case KILL, STOP, CUT, HALF_OPEN -> cell.phase() != ChaosCell.Phase.LAST_STEP;
      case CORRUPT ->
          cell.phase() != ChaosCell.Phase.LAST_STEP && cell.phase() != ChaosCell.Phase.RENDEZVOUS;
      case SLOW, DISK_FULL, EXCEPTION -> false;
    };
  }

  private float[] train(TrainingCallback callback, String name, Way way) {
    Network network =
        Network.sequential(
            Input.of("features", Points.SIZE), Dense.of(64).relu(), Dense.of(Points.CLASSES));
    TrainingPlan plan =
        TrainingPlan.of(Objective.of(network, Loss.sparseCategoricalCrossEntropy()))
            .withOptimizer(way == Way.ALL_REDUCED ? Optimizers.adam(1e-3) : Optimizers.sgd(0.05))
            .withBatchSize(30)
            .withEpochs(EPOCHS)
            .withStrategy(way.strategy());
    List<ColumnInput> columns =
        List.of(
            ColumnInput.of("features", network.inputs().get(0)),
            ColumnInput.label("label", plan.objective().targets().get(0), Points.CLASSES));
    Checkpointing checkpoints =
        new Checkpointing(
            FullFileSystem.uri(folder.resolve("checkpoints-" + name)),
            CheckpointInterval.parse("7 steps").orElseThrow(),
            2);
    JobSettings settings =
        new JobSettings(
            OptionalInt.of(WORKERS),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            0,
            Optional.empty(),
            Optional.of(checkpoints),
            Optional.empty(),
            Duration.ofSeconds(60),
            OptionalLong.empty(),
            Device.CPU);
    TrainingExtras extras = new TrainingExtras(Optional.empty(), callback, new FaultyNetwork());
    return new TrainingJob(plan, settings, "ChaosIT", extras)
        .run(table, columns)
        .model()
        .parameters();
  }

  private void note(ChaosCell cell, Throwable failure, List<Long> known, Duration took)
      throws IOException {
    String file = System.getProperty("kindling.chaos");
    if (file == null) {
      return;
    }
    String line =
        String.format(
            Locale.ROOT,
            "%-10s %-10s seed %d  %-22s known within %s, %d generations, %.1f s in all%n",
            cell.phase(),
            cell.fault(),
            cell.seed(),
            failure == null ? "the same bits" : "one error",
            known.stream()
                .max(Long::compare)
                .map(ms -> ms + " ms")
                .orElse("- (nobody was stopped)"),
            news.generations.get(),
            took.toMillis() / 1000.0);
    Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
