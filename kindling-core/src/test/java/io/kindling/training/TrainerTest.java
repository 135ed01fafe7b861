package io.kindling.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.loss.Loss;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.optimizer.PlateauDecay;
import io.kindling.optimizer.ScaleByLearningRate;
import io.kindling.training.Trainer.Result;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

  private static final int[] UNEVEN = {37, 1, 0, 52, 20, 9, 31};
  private static final int[] NONE = {};

  /** Three clouds of points in the plane, and which one a point belongs to. */
  private static List<float[][]> clouds(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] centres = {{2, 0}, {-1, 2}, {-1, -2}};
    List<float[][]> clouds = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int cloud = random.nextInt(3);
      clouds.add(
          new float[][] {
            {
              centres[cloud][0] + (float) (0.6 * random.nextGaussian()),
              centres[cloud][1] + (float) (0.6 * random.nextGaussian())
            },
            {cloud}
          });
    }
    return clouds;
  }

  private static TrainingPlan plan() {
    Network network =
        Network.sequential(
            Input.of("point", 2),
            Dense.of(16).tanh(),
            BatchNorm.of().withMomentum(0.9),
            Dropout.of(0.2),
            Dense.of(3));
    return TrainingPlan.of(
            Objective.of(network, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy()))
        .withOptimizer(Optimizers.adam(1e-2))
        .withBatchSize(32)
        .withEpochs(3)
        .withSeed(17);
  }

  /** Bits of the parameters and the state after every step. */
  private static final class Fingerprints implements TrainingListener {
    private final List<Integer> bits = new ArrayList<>();

    @Override
    public void stepped(int epoch, TrainingState state) {
      bits.add(31 * Arrays.hashCode(state.parameters()) + Arrays.hashCode(state.networkState()));
    }
  }

  private record Run(Result result, List<Integer> fingerprints) {}

  /** Trains with as many threads as workers; shard s lies with worker s modulo their number. */
  private static List<Run> train(
      TrainingPlan plan,
      int workers,
      List<float[][]> rows,
      int[] shards,
      List<float[][]> validation,
      int[] validationShards)
      throws InterruptedException, ExecutionException {
    InProcessGang gang = new InProcessGang(workers);
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<Run>> running = new ArrayList<>();
      for (int rank = 0; rank < workers; rank++) {
        int mine = rank;
        running.add(
            threads.submit(
                () -> {
                  Fingerprints fingerprints = new Fingerprints();
                  try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
                      ParameterUpdate update = gang.worker(mine, plan.optimizer(), program)) {
                    Result result =
                        new Trainer(plan, program, update, fingerprints)
                            .run(
                                plan.initialState(),
                                new TableRows(rows, shards, shard -> shard % workers == mine),
                                new TableRows(
                                    validation,
                                    validationShards,
                                    shard -> shard % workers == mine));
                    return new Run(result, fingerprints.bits);
                  }
                }));
      }
      List<Run> runs = new ArrayList<>();
      for (Future<Run> each : running) {
        runs.add(each.get());
      }
      return runs;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Result trainAlone(
      TrainingPlan plan, ShardedRows training, ShardedRows validation, TrainingListener listener)
      throws ExchangeException {
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
      return new Trainer(plan, program, update, listener)
          .run(plan.initialState(), training, validation);
    }
  }

  private static TableRows whole(List<float[][]> rows, int... shards) {
    return new TableRows(rows, shards, shard -> true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void anyNumberOfWorkersReachesTheSameLosses(int workers) throws Exception {
    List<float[][]> rows = clouds(150, 1);
    List<float[][]> validation = clouds(40, 2);
    int[] validationShards = {11, 0, 29};
    Result alone =
        trainAlone(plan(), whole(rows, UNEVEN), whole(validation, validationShards), silent());
    List<Run> gang = train(plan(), workers, rows, UNEVEN, validation, validationShards);

    for (Run run : gang) {
      float[] losses = run.result().history().stepLosses();
      assertThat(losses).hasSize(3 * 5);
      for (int step = 0; step < 10; step++) {
        float expected = alone.history().stepLosses()[step];
        assertThat(losses[step]).as("step %d", step).isCloseTo(expected, within(1e-5f * expected));
      }
      Evaluation validated = run.result().history().last().validation().orElseThrow();
      Evaluation expected = alone.history().last().validation().orElseThrow();
      assertThat(validated.loss()).isCloseTo(expected.loss(), within(1e-4));
      assertThat(validated.rows()).isEqualTo(40);
      assertThat(run.result().state().networkState())
          .containsExactly(alone.state().networkState(), within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void allWorkersHoldTheSameBitsAfterEveryStep(int workers) throws Exception {
    List<Run> gang = train(plan(), workers, clouds(150, 1), UNEVEN, List.of(), NONE);
    assertThat(gang.get(0).fingerprints()).hasSize(15).doesNotHaveDuplicates();
    for (Run run : gang) {
      assertThat(run.fingerprints()).isEqualTo(gang.get(0).fingerprints());
      assertThat(run.result().history().stepLosses())
          .isEqualTo(gang.get(0).result().history().stepLosses());
    }
  }

  @Test
  void aWorkerMayHoldNoRowOfAStepOrNoneAtAll() throws Exception {
    List<float[][]> rows = clouds(90, 1);
    int[] shards = {88, 2};
    Result alone = trainAlone(plan(), whole(rows, shards), whole(List.of()), silent());
    List<Run> gang = train(plan(), 3, rows, shards, List.of(), NONE);
    for (Run run : gang) {
      float[] losses = run.result().history().stepLosses();
      for (int step = 0; step < losses.length; step++) {
        float expected = alone.history().stepLosses()[step];
        assertThat(losses[step]).as("step %d", step).isCloseTo(expected, within(1e-4f * expected));
      }
    }
  }

  @Test
  void oneSeedGivesOneTraining() throws Exception {
    List<float[][]> rows = clouds(100, 1);
    Result first = trainAlone(plan(), whole(rows, 60, 40), whole(List.of()), silent());
    Result again = trainAlone(plan(), whole(rows, 60, 40), whole(List.of()), silent());
    Result other = trainAlone(plan().withSeed(18), whole(rows, 60, 40), whole(List.of()), silent());
    assertThat(again.history().stepLosses()).isEqualTo(first.history().stepLosses());
    assertThat(again.state().parameters()).isEqualTo(first.state().parameters());
    assertThat(other.history().stepLosses()).isNotEqualTo(first.history().stepLosses());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 5, 7, 10, 15})
  void goesOnWhereItStopped(long stop) throws Exception {
    List<float[][]> rows = clouds(150, 1); // 5 steps per epoch
    List<TrainingState> kept = new ArrayList<>();
    Result whole =
        trainAlone(
            plan(),
            whole(rows, UNEVEN),
            whole(List.of()),
            new TrainingListener() {
              @Override
              public void stepped(int epoch, TrainingState state) {
                if (state.step() == stop) {
                  kept.add(copy(state));
                }
              }
            });

    try (TrainingProgram program = new ReferenceEngine().compile(plan().objective());
        ParameterUpdate update = new LocalUpdate(plan().optimizer(), program)) {
      Result rest =
          new Trainer(plan(), program, update, silent())
              .run(kept.get(0), whole(rows, UNEVEN), whole(List.of()));
      assertThat(rest.history().stepLosses()).isEqualTo(whole.history().stepLosses());
      assertThat(rest.history().epochs())
          .extracting(EpochReport::training)
          .isEqualTo(whole.history().epochs().stream().map(EpochReport::training).toList());
      assertThat(rest.state().step()).isEqualTo(15);
      assertThat(rest.state().parameters()).isEqualTo(whole.state().parameters());
      assertThat(rest.state().networkState()).isEqualTo(whole.state().networkState());
    }
  }

  /** Trainings that go by what was before: 5 steps and a validation per epoch. */
  static Stream<TrainingPlan> plansThatRemember() {
    LearningRate still = new PlateauDecay(LearningRate.constant(1e-2), 0.5, 2, 0.999, 0, 1);
    return Stream.of(
        plan().withEpochs(6).withEarlyStopping(EarlyStopping.after(2)),
        plan()
            .withEpochs(4)
            .withOptimizer(Optimizers.adam(1e-2).averagingParameters(0.5))
            .withEarlyStopping(new EarlyStopping(3, 1e-4)),
        plan().withEpochs(6).withOptimizer(Optimizers.momentum(1, 0.9).withLearningRate(still)));
  }

  /** The validation's points bear the names of other clouds: the better it learns, the worse. */
  private static TableRows misleading() {
    return whole(
        clouds(40, 2).stream().map(row -> new float[][] {row[0], {(row[1][0] + 1) % 3}}).toList(),
        11,
        29);
  }

  @ParameterizedTest
  @MethodSource("plansThatRemember")
  void stopsEarlyAndDecaysAcrossAResumeAsIfNeverStopped(TrainingPlan plan) throws Exception {
    ShardedRows rows = whole(clouds(150, 1), UNEVEN);
    List<TrainingState> kept = new ArrayList<>();
    Result whole =
        trainAlone(
            plan,
            rows,
            misleading(),
            new TrainingListener() {
              @Override
              public void stepped(int epoch, TrainingState state) {
                kept.add(copy(state));
              }
            });
    assertThat(kept).hasSizeGreaterThan(10);
    for (TrainingState each : kept) {
      try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
          ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
        Result rest = new Trainer(plan, program, update, silent()).run(each, rows, misleading());
        assertSameBits(rest, whole);
      }
    }
  }

  @Test
  void thePlansThatRememberDoStopEarlyAndDecay() throws Exception {
    ShardedRows rows = whole(clouds(150, 1), UNEVEN);
    TrainingPlan stopping = plansThatRemember().toList().get(0);
    TrainingPlan decaying = plansThatRemember().toList().get(2);
    assertThat(trainAlone(stopping, rows, misleading(), silent()).history().epochs()).hasSize(3);
    Result decayed = trainAlone(decaying, rows, misleading(), silent());
    Result steady =
        trainAlone(
            decaying.withOptimizer(Optimizers.momentum(1e-2, 0.9)), rows, misleading(), silent());
    assertThat(decayed.learned()).isNotEqualTo(steady.learned());
  }

  /** A worker's own update, of which one call loses the round before anything has changed. */
  private static final class LosingUpdate implements ParameterUpdate {
    private final ParameterUpdate update;
    private int callsLeft;

    LosingUpdate(ParameterUpdate update, int callsLeft) {
      this.update = update;
      this.callsLeft = callsLeft;
    }

    private void call() throws ExchangeException {
      if (callsLeft-- == 0) {
        throw new ExchangeException("The round is lost.");
      }
    }

    @Override
    public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
        throws ExchangeException {
      call();
      return update.next(current, mine, rows);
    }

    @Override
    public double[] sum(double[] mine) throws ExchangeException {
      call();
      return update.sum(mine);
    }

    @Override
    public void epochEnded(List<Double> losses) {
      update.epochEnded(losses);
    }

    @Override
    public void close() {
      update.close();
    }
  }

  @ParameterizedTest
  @MethodSource("plansThatRemember")
  void anotherTrainerGoesOnFromAnyLostRoundToTheSameBits(TrainingPlan plan) throws Exception {
    ShardedRows rows = whole(clouds(150, 1), UNEVEN);
    Result whole = trainAlone(plan, rows, misleading(), silent());
    int calls = (int) whole.state().step() + whole.history().epochs().size();
    for (int lost = 0; lost < calls; lost++) {
      TrainingState state = losingOne(plan, plan.initialState(), rows, lost);
      // Five steps, then the validation: six calls per epoch.
      assertThat(state.position()).isEqualTo(new Position(lost - lost / 6, lost / 6));
      try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
          ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
        assertSameBits(
            new Trainer(plan, program, update, silent()).run(state, rows, misleading()), whole);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("plansThatRemember")
  void aTrainingThatLosesEveryOtherRoundEndsWithTheSameBits(TrainingPlan plan) throws Exception {
    ShardedRows rows = whole(clouds(150, 1), UNEVEN);
    Result whole = trainAlone(plan, rows, misleading(), silent());
    int calls = (int) whole.state().step() + whole.history().epochs().size();
    TrainingState state = plan.initialState();
    for (int done = 1; done < calls; done++) {
      state = losingOne(plan, state, rows, 1);
    }
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
      assertSameBits(
          new Trainer(plan, program, update, silent()).run(state, rows, misleading()), whole);
    }
  }

  /** The state of a trainer that loses a round after so many. */
  private static TrainingState losingOne(
      TrainingPlan plan, TrainingState start, ShardedRows rows, int after) {
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        ParameterUpdate update =
            new LosingUpdate(new LocalUpdate(plan.optimizer(), program), after)) {
      Trainer trainer = new Trainer(plan, program, update, silent());
      assertThatThrownBy(() -> trainer.run(start, rows, misleading()))
          .isInstanceOf(ExchangeException.class)
          .hasMessage("The round is lost.");
      return trainer.state();
    }
  }

  /** All but the seconds, which are those of a clock. */
  private static void assertSameBits(Result found, Result expected) {
    assertThat(found.state().step()).isEqualTo(expected.state().step());
    assertThat(found.state().parameters()).isEqualTo(expected.state().parameters());
    assertThat(found.state().networkState()).isEqualTo(expected.state().networkState());
    assertThat(found.state().optimizer().slots())
        .isDeepEqualTo(expected.state().optimizer().slots());
    assertThat(found.learned()).isEqualTo(expected.learned());
    assertThat(found.networkState()).isEqualTo(expected.networkState());
    assertThat(found.history().stepLosses()).isEqualTo(expected.history().stepLosses());
    assertThat(withoutSeconds(found)).isEqualTo(withoutSeconds(expected));
  }

  private static List<EpochReport> withoutSeconds(Result result) {
    return result.history().epochs().stream()
        .map(
            each ->
                new EpochReport(each.epoch(), each.steps(), each.training(), each.validation(), 0))
        .toList();
  }

  private static TrainingState copy(TrainingState state) {
    return Snapshot.of(state).copy().state();
  }

  @Test
  void rejectsDataWithoutRows() {
    assertThatThrownBy(() -> trainAlone(plan(), whole(List.of(), 0), whole(List.of()), silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot train on data without rows.");
  }

  @Test
  void endsWhereTheLossIsLost() {
    List<float[][]> rows = clouds(40, 1);
    rows.get(7)[0][0] = Float.NaN;

    assertThatThrownBy(() -> trainAlone(plan(), whole(rows, 40), whole(List.of()), silent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "The loss is NaN in step \\d+, epoch 1, at learning rate 0\\.01\\. No number of its gradient is"
                + " finite; NaN or infinite ones begin in 'dense_1/kernel'\\. A feature is NaN or infinite, .*");
  }

  @Test
  void endsWhereTheLastStepLosesTheParameters() {
    List<float[][]> rows = clouds(40, 1);
    ScaleByLearningRate far = new ScaleByLearningRate(LearningRate.constant(3e38));
    TrainingPlan oneStep =
        plan().withEpochs(1).withBatchSize(40).withOptimizer(new Optimizer(List.of(far, far)));

    assertThatThrownBy(() -> trainAlone(oneStep, whole(rows, 40), whole(List.of()), silent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "The parameters hold (-?Infinity|NaN) in 'dense_1/.*' after step 1, at learning rate 3\\.0E38\\. A feature"
                + " is NaN or infinite, .*");
  }

  @Test
  void learnsToTellCloudsApart() throws Exception {
    Result result =
        trainAlone(
            plan().withEpochs(15),
            whole(clouds(300, 1), 100, 200),
            whole(clouds(200, 2), 200),
            silent());
    EpochReport last = result.history().last();
    assertThat(last.validation().orElseThrow().metrics().get("accuracy")).isGreaterThan(0.97);
    assertThat(last.validation().orElseThrow().loss()).isLessThan(0.15);
    assertThat(last.training().loss())
        .isLessThan(0.5 * result.history().epochs().get(0).training().loss());
  }

  @Test
  void learnsAStraightLine() throws Exception {
    // t = 3 x − 1: least squares finds it exactly.
    List<float[][]> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      float x = i / 10f - 1;
      rows.add(new float[][] {{x}, {3 * x - 1}});
    }
    Network line = Network.sequential(Input.of("x", 1), Dense.of(1).named("line"));
    TrainingPlan plan =
        TrainingPlan.of(Objective.of(line, Loss.meanSquaredError(), Metric.meanSquaredError()))
            .withOptimizer(Optimizers.momentum(0.05, 0.9))
            .withBatchSize(7)
            .withEpochs(200);
    Result result = trainAlone(plan, whole(rows, 20), whole(List.of()), silent());
    float[] parameters = result.state().parameters();
    assertThat(parameters[line.parameters().view("line/kernel").offset()])
        .isCloseTo(3, within(1e-3f));
    assertThat(parameters[line.parameters().view("line/bias").offset()])
        .isCloseTo(-1, within(1e-3f));
    Evaluation training = result.history().last().training();
    assertThat(training.metrics().get("mse")).isCloseTo(training.loss(), within(1e-9));
  }

  @Test
  void reportsEveryEpochAndEveryStep() throws Exception {
    List<String> heard = new ArrayList<>();
    Result result =
        trainAlone(
            plan().withEpochs(2),
            whole(clouds(70, 1), 70),
            whole(List.of()),
            new TrainingListener() {
              @Override
              public void stepped(int epoch, TrainingState state) {
                heard.add("epoch " + epoch + " step " + state.step() + ": " + state.last().rows());
              }

              @Override
              public void epochEnded(EpochReport report) {
                heard.add("epoch " + report.epoch() + " ended after " + report.steps());
              }
            });
    assertThat(heard)
        .containsExactly(
            "epoch 1 step 1: 32",
            "epoch 1 step 2: 32",
            "epoch 1 step 3: 6",
            "epoch 1 ended after 3",
            "epoch 2 step 4: 32",
            "epoch 2 step 5: 32",
            "epoch 2 step 6: 6",
            "epoch 2 ended after 3");
    assertThat(result.history().epochs()).allSatisfy(it -> assertThat(it.validation()).isEmpty());
    assertThat(result.history().last().training().rows()).isEqualTo(70);
  }

  static Stream<Optimizer> adams() {
    return Stream.of(Optimizers.adam(1e-2), Optimizers.adam(1e-2).averagingParameters(0.5));
  }

  @ParameterizedTest
  @MethodSource("adams")
  void validatesEveryRowOnceInScoringMode(Optimizer optimizer) throws Exception {
    // 40 rows are a full batch and a short one; the loss is that of what was learned.
    List<float[][]> validation = clouds(40, 2);
    TrainingPlan plan = plan().withEpochs(1).withOptimizer(optimizer);
    Result result =
        trainAlone(plan, whole(clouds(50, 1), 50), whole(validation, 11, 0, 29), silent());
    boolean isAveraging = optimizer.slots() == 3;
    assertThat(result.learned() == result.state().parameters()).isEqualTo(!isAveraging);
    Evaluation found = result.history().last().validation().orElseThrow();
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        var batch = program.newTrainingBatch(40)) {
      TrainingState state = result.state();
      program.parameters().write(result.learned(), 0, result.learned().length);
      program.state().write(state.networkState(), 0, state.networkState().length);
      for (int row = 0; row < 40; row++) {
        whole(validation, 40).copy(0, row, batch, row);
      }
      batch.setRows(40);
      double[] sums = new double[2];
      program.evaluate(batch, sums);
      assertThat(found.loss()).isCloseTo(sums[0] / 40, within(1e-12));
      assertThat(found.metrics().get("accuracy")).isCloseTo(sums[1] / 40, within(1e-12));
    }
  }

  static Stream<Arguments> gangs() {
    return Stream.of(1, 3).flatMap(workers -> adams().map(adam -> Arguments.of(workers, adam)));
  }

  @ParameterizedTest
  @MethodSource("gangs")
  void stopsEarlyAndGoesBackToTheBestEpoch(int workers, Optimizer optimizer) throws Exception {
    // The validation's points bear the names of other clouds: the better it learns, the worse.
    List<float[][]> wrong =
        clouds(60, 2).stream().map(row -> new float[][] {row[0], {(row[1][0] + 1) % 3}}).toList();
    TrainingPlan plan = plan().withOptimizer(optimizer);
    List<float[][]> rows = clouds(150, 1);

    List<Run> runs =
        train(
            plan.withEpochs(9).withEarlyStopping(EarlyStopping.after(2)),
            workers,
            rows,
            UNEVEN,
            wrong,
            new int[] {25, 35, 0, 0, 0, 0, 0});
    Result oneEpoch =
        train(plan.withEpochs(1), workers, rows, UNEVEN, List.of(), NONE).get(0).result();

    for (Run run : runs) {
      assertThat(run.result().history().epochs()).hasSize(3);
      assertThat(run.result().history().best().epoch()).isEqualTo(1);
      assertThat(run.result().state().step()).isEqualTo(3 * oneEpoch.state().step());
      assertThat(run.result().learned()).isEqualTo(oneEpoch.learned());
      assertThat(run.result().networkState()).isEqualTo(oneEpoch.networkState());
    }
  }

  /** What an earlier part of the training kept is no longer asked for. */
  @Test
  void withoutEarlyStoppingAResumeEndsWithItsLastEpoch() throws Exception {
    ShardedRows rows = whole(clouds(150, 1), UNEVEN);
    TrainingPlan stopping = plan().withEpochs(3).withEarlyStopping(EarlyStopping.after(9));
    TrainingState before = trainAlone(stopping, rows, misleading(), silent()).state();
    TrainingPlan further = plan().withEpochs(6);
    Result whole = trainAlone(further, rows, misleading(), silent());
    try (TrainingProgram program = new ReferenceEngine().compile(further.objective());
        ParameterUpdate update = new LocalUpdate(further.optimizer(), program)) {
      Result rest = new Trainer(further, program, update, silent()).run(before, rows, misleading());
      assertThat(rest.learned()).isEqualTo(whole.learned());
      assertThat(further.kept(rest.history()).epoch()).isEqualTo(6);
    }
  }

  @Test
  void waitsForAnImprovementOfTheLeastSize() throws Exception {
    TrainingPlan plan = plan().withEpochs(20).withEarlyStopping(new EarlyStopping(3, 1000));
    History history =
        trainAlone(plan, whole(clouds(64, 1), 64), whole(List.of()), silent()).history();
    // The first epoch counts as an improvement; none after it is one of 1000.
    assertThat(history.epochs()).hasSize(4);
    assertThat(history.best().epoch()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 5, 12})
  void saysAtTheBeginningOfAnEpochWhichRowsItWillCopy(long stop) throws Exception {
    List<float[][]> rows = clouds(150, 1); // 5 steps per epoch
    List<TrainingState> kept = new ArrayList<>(List.of(plan().initialState()));
    trainAlone(
        plan(),
        whole(rows, UNEVEN),
        whole(List.of()),
        new TrainingListener() {
          @Override
          public void stepped(int epoch, TrainingState state) {
            if (state.step() <= stop) {
              kept.set(0, copy(state));
            }
          }
        });
    AnnouncedRows announced = new AnnouncedRows(whole(rows, UNEVEN));
    try (TrainingProgram program = new ReferenceEngine().compile(plan().objective());
        ParameterUpdate update = new LocalUpdate(plan().optimizer(), program)) {
      new Trainer(plan(), program, update, silent()).run(kept.get(0), announced, whole(List.of()));
    }
    announced.assertAllCopied();
    assertThat(announced.announcements()).isEqualTo((3 - (int) stop / 5) * UNEVEN.length);
  }

  @Test
  void goesOnFromAnothersResult() throws Exception {
    TrainingPlan plan = plan().withEpochs(2).withOptimizer(Optimizers.sgd(0.05));
    ShardedRows rows = whole(clouds(70, 1), 70);
    Result first = trainAlone(plan, rows, whole(List.of()), silent());
    try (TrainingProgram program = new ReferenceEngine().compile(plan.objective());
        ParameterUpdate update = new LocalUpdate(plan.optimizer(), program)) {
      Result second =
          new Trainer(plan, program, update, silent())
              .run(
                  TrainingState.startingAt(first.learned(), first.networkState(), plan.optimizer()),
                  rows,
                  whole(List.of()));
      assertThat(second.history().epochs().get(0).training().loss())
          .isLessThan(first.history().last().training().loss());
    }
  }

  @Test
  void endsWhereTheValidationIsLost() {
    List<float[][]> validation = clouds(10, 2);
    validation.get(3)[0][0] = Float.NaN;
    assertThatThrownBy(
            () -> trainAlone(plan(), whole(clouds(40, 1), 40), whole(validation, 10), silent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("The loss of the validation is NaN after epoch 1, though");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "1, -0.1", "1, NaN"})
  void refusesAnImpossibleEarlyStopping(int patience, double minImprovement) {
    assertThatThrownBy(() -> new EarlyStopping(patience, minImprovement))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid ");
  }

  @Test
  void aPlateauMakesTheFollowingStepsSmaller() throws Exception {
    // Whatever the loss does, it is not a share of 0.999 below the least.
    LearningRate still = new PlateauDecay(LearningRate.constant(1e-2), 1e-6, 1, 0.999, 0, 1);
    TrainingPlan plan = plan().withOptimizer(Optimizers.sgd(1).withLearningRate(still));
    List<float[]> ends = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(int epoch, TrainingState state) {
            if (state.step() % 2 == 0) {
              ends.add(state.parameters().clone());
            }
          }
        };
    trainAlone(plan.withEpochs(3), whole(clouds(64, 1), 64), whole(List.of()), recorder);
    assertThat(largestMove(ends.get(0), ends.get(1))).isGreaterThan(1e-4);
    assertThat(largestMove(ends.get(1), ends.get(2))).isLessThan(1e-6);
  }

  private static double largestMove(float[] from, float[] to) {
    double largest = 0;
    for (int i = 0; i < from.length; i++) {
      largest = Math.max(largest, Math.abs(to[i] - from[i]));
    }
    return largest;
  }

  @Test
  void aListenerStopsTraining() {
    List<Long> steps = new ArrayList<>();
    TrainingListener impatient =
        new TrainingListener() {
          @Override
          public void stepped(int epoch, TrainingState state) {
            steps.add(state.step());
            throw new CancellationException("enough");
          }
        };
    assertThatThrownBy(
            () -> trainAlone(plan(), whole(clouds(70, 1), 70), whole(List.of()), impatient))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
    assertThat(steps).containsExactly(1L);
  }

  @Test
  void aWorkerAloneHoldsEveryRow() {
    TableRows absent = new TableRows(clouds(10, 1), new int[] {10}, shard -> false);
    assertThatThrownBy(() -> trainAlone(plan(), absent, whole(List.of()), silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid step: a worker alone holds every row of it.");
  }

  private static TrainingListener silent() {
    return new TrainingListener() {};
  }
}
