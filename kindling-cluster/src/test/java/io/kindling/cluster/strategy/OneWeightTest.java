package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.strategy.SharedParameters.Answer;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.Optimizers;
import io.kindling.tensor.Batch;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.ShardedRows;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * y = w x on rows whose x is 1, so that all that happens to w can be told by hand. The numbers are
 * those of the published systems, by their rules.
 */
class OneWeightTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  private static Objective objective(Loss loss) {
    return Objective.of(Network.sequential(Input.of("x", 1), Dense.of(1).withoutBias()), loss);
  }

  /** Rows with these targets. */
  private record Targets(double... targets) implements ShardedRows {
    @Override
    public int shards() {
      return 1;
    }

    @Override
    public int rows(int shard) {
      return targets.length;
    }

    @Override
    public boolean holds(int shard) {
      return true;
    }

    @Override
    public void copy(int shard, int row, Batch batch, int at) {
      batch.column(0).putFloat(at * Float.BYTES, 1);
      batch.column(1).putFloat(at * Float.BYTES, (float) targets[row]);
    }
  }

  /** Where one worker ends that begins at a weight, with batches of one row. */
  private static float end(
      Loss loss, double rate, Served strategy, double weight, double... targets) throws Exception {
    TrainingPlan plan =
        TrainingPlan.of(objective(loss))
            .withOptimizer(Optimizers.sgd(rate))
            .withBatchSize(1)
            .withEpochs(1)
            .withStrategy(strategy);
    float[] parameters = new float[plan.objective().network().parameters().size()];
    parameters[0] = (float) weight;
    TrainingState start = TrainingState.startingAt(parameters, new float[0], plan.optimizer());
    return new Gang(plan, 1, true).train(start, rank -> new Targets(targets)).get(0).learned()[0];
  }

  private static double[] far(int rows) {
    double[] targets = new double[rows];
    Arrays.fill(targets, -100); // the gradient of the absolute error is 1
    return targets;
  }

  /** A worker that goes from 1.0 to 0.4 in a window of 12 steps. */
  @ParameterizedTest
  @CsvSource({"DOWNPOUR, 0.4", "ADAG, 0.95", "DYN_SGD, 0.4", "MEAN, 0.4"})
  void whatAWindowChanges(Exchange exchange, float center) throws Exception {
    assertThat(end(Loss.meanAbsoluteError(), 0.05, Served.of(exchange, 12), 1, far(12)))
        .isCloseTo(center, within(1e-6f));
  }

  /** A worker that goes from 1.0 to 0.0 in ten steps, while the center stays at 1.0. */
  @Test
  void elasticAveragingMovesBothByHalfOfWhatIsBetweenThem() throws Exception {
    assertThat(end(Loss.meanAbsoluteError(), 0.1, Served.of(Exchange.ELASTIC, 10), 1, far(10)))
        .isCloseTo(0.5f, within(1e-6f));
  }

  /** Five gradients at the same weight: 1, 2, 3, 4 and 5. */
  @Test
  void whatIsPushedIsTheMeanOfTheGradients() throws Exception {
    double[] targets = {-0.5, -1, -1.5, -2, -2.5};
    assertThat(end(Loss.meanSquaredError(), 1, Served.of(Exchange.GRADIENTS, 5), 0, targets))
        .isEqualTo(-3);
  }

  /** Every push moves the weight by 1; the last, of two gradients, is flushed at the end. */
  @ParameterizedTest
  @CsvSource({"25, 5", "27, 6", "30, 6", "3, 1"})
  void pushesOncePerIntervalAndOnceAtTheEnd(int steps, int pushes) throws Exception {
    assertThat(end(Loss.meanAbsoluteError(), 1, Served.of(Exchange.GRADIENTS, 5), 0, far(steps)))
        .isEqualTo(-pushes);
  }

  @ParameterizedTest
  @CsvSource({"99.9, true", "100.0, false", "100.1, false"})
  void whatIsAsOldAsTheMostIsRefused(double age, boolean isTaken) throws Exception {
    Center center = center(Served.of(Exchange.DOWNPOUR, 1).withMaxAge(100), 1);
    assertThat(center.push(offer(1), 0, age).isTaken()).isEqualTo(isTaken);
    assertThat(weight(center)).isEqualTo(isTaken ? 1 : 0);
  }

  @Test
  void whatIsStalerThanTheMostIsRefusedAndChangesNothing() throws Exception {
    Center center = center(Served.of(Exchange.DOWNPOUR, 1).withMaxStaleness(1), 1);
    Center.Visit slow = center.visit("Rank 0");
    Center.Visit fast = center.visit("Rank 0");
    slow.pull(parameters -> {});
    assertThat(fast.push(offer(1))).isEqualTo(new Answer(true, 0));
    assertThat(slow.push(offer(1))).isEqualTo(new Answer(true, 1));
    assertThat(slow.push(offer(1))).isEqualTo(new Answer(false, 2));
    assertThat(weight(center)).isEqualTo(2);
  }

  /** Pulled at version 1, committed at 4. */
  @Test
  void dynSgdDividesByTheStalenessAndOne() throws Exception {
    Center center = center(Served.of(Exchange.DYN_SGD, 1), 1);
    center.push(offer(0), 0, 0);
    Center.Visit slow = center.visit("Rank 0");
    slow.pull(parameters -> {});
    for (int i = 1; i < 4; i++) {
      center.push(offer(0), i, 0);
    }
    assertThat(slow.push(offer(-0.6f))).isEqualTo(new Answer(true, 3));
    assertThat(weight(center)).isEqualTo(-0.6f / 4);
  }

  /** Three weights; a worker commits by how much it differs from what it had last. */
  @Test
  void whatWorkersCommitAddsUp() throws Exception {
    Center center = center(Served.of(Exchange.DOWNPOUR, 1), 3);
    center.push(offer(2, 2, 2), 0, 0);
    assertThat(weights(center, 3)).containsExactly(2, 2, 2);
    center.push(offer(3, 3, 2), 0, 0); // the first of another, from zero
    assertThat(weights(center, 3)).containsExactly(5, 5, 4);
    center.push(offer(2 - 5, 4 - 5, 3 - 4), 2, 0); // which then has [2, 4, 3]
    assertThat(weights(center, 3)).containsExactly(2, 4, 3);
  }

  @Test
  void theMeanOfFourMovesByAQuarter() throws Exception {
    Served mean = Served.of(Exchange.MEAN, 1);
    Center center = center(mean, 1, 4);
    center.begin(beginning(layout(1), 1));
    center.push(offer(5), 0, 0);
    assertThat(weight(center)).isEqualTo(2);
  }

  @Test
  void saysWhoseServerDoesNotBeginOrIsOver() throws Exception {
    Served strategy = Served.of(Exchange.DOWNPOUR, 1);
    String name = "The parameter server of rank 2 in generation 3";
    Center center = new Center(strategy, Optimizers.sgd(1), 1, name, Duration.ZERO);
    assertThatThrownBy(() -> weight(center))
        .isInstanceOf(ExchangeException.class)
        .hasMessage(
            "The parameter server of rank 2 in generation 3 waited 0 s for the parameters it"
                + " begins with. The worker that gives them has not taken its first step: its log"
                + " says what it does.");
    center.begin(beginning(layout(1), 0));
    center.push(offer(1), 0, 0);
    center.close();
    assertThatThrownBy(() -> weight(center))
        .isInstanceOf(ExchangeException.class)
        .hasMessage(
            "The parameter server of rank 2 in generation 3 is closed after 1 changes, because its"
                + " generation is over. Workers go on from where they agreed last.");
  }

  private static ParameterLayout layout(int size) {
    return Network.sequential(Input.of("x", 1), Dense.of(size).withoutBias()).parameters();
  }

  private static Center center(Served strategy, int size) throws ExchangeException {
    Center center = center(strategy, size, 1);
    center.begin(beginning(layout(size), 0));
    return center;
  }

  private static Center center(Served strategy, int size, int workers) {
    return new Center(strategy, Optimizers.sgd(1), workers, "The server of " + size, SOON);
  }

  /** With one number everywhere. */
  private static Beginning beginning(ParameterLayout layout, float number) {
    float[] all = new float[layout.size()];
    Arrays.fill(all, number);
    Portion portion = Portion.of(layout.views(), Set.of());
    return new Beginning(portion, portion.of(all), new OptimizerState(new float[0][]), 0);
  }

  private static Numbers offer(float... values) {
    return new Numbers(values, List.of());
  }

  private static float weight(Center center) throws Exception {
    return weights(center, 1)[0];
  }

  private static float[] weights(Center center, int size) throws Exception {
    float[] weights = new float[size];
    center.visit("Rank 0").pull(parameters -> System.arraycopy(parameters, 0, weights, 0, size));
    return weights;
  }
}
