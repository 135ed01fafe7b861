package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Sharded;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A synchronous step of any number of workers is that of one process with all rows, whichever way
 * gradients are summed.
 */
class SynchronousStepTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Of no parameters, of so few that they are doubled, and of enough for the ring. */
  private static final List<Network> NETWORKS =
      List.of(
          Network.sequential(Input.of("x", 2), Flatten.of()),
          Network.sequential(Input.of("x", 1), Dense.of(1)),
          Network.sequential(Input.of("x", 199), Dense.of(203)));

  private static final List<Optimizer> OPTIMIZERS =
      List.of(Optimizers.sgd(0.1), Optimizers.momentum(0.1, 0.9).withL2("*", 0.01));

  /** How workers come to the next parameters. */
  private enum Way {
    ALL_REDUCED {
      @Override
      ParameterUpdate update(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
        return new AllReducedUpdate(optimizer, program, allReduce);
      }
    },
    SHARDED {
      @Override
      ParameterUpdate update(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
        return new ShardedUpdate(new Sharded(100), optimizer, program, allReduce, new StepClock());
      }
    };

    abstract ParameterUpdate update(
        Optimizer optimizer, TrainingProgram program, AllReduce allReduce);
  }

  static Stream<Arguments> table() {
    List<World> worlds =
        Stream.concat(
                IntStream.rangeClosed(1, 8).mapToObj(size -> World.apart(Wiring.IN_MEMORY, size)),
                World.shared())
            .toList();
    List<Arguments> table = new ArrayList<>();
    for (World world : worlds) {
      for (WireFormat format : WireFormat.values()) {
        table.add(Arguments.of(world, Way.ALL_REDUCED, format));
      }
      table.add(Arguments.of(world, Way.SHARDED, WireFormat.FLOAT32));
    }
    return table.stream();
  }

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("table")
  void equalsTheStepOfOneProcess(World world, Way way, WireFormat format) throws Exception {
    for (Network network : NETWORKS) {
      Objective objective = Objective.of(network, Loss.meanSquaredError());
      TrainingProgram program = new StubProgram(objective);
      for (Optimizer optimizer : OPTIMIZERS) {
        float[] expected = onOne(world, program, optimizer);
        try (LoopbackCluster cluster = world.open(TIMEOUT, format)) {
          List<float[]> steps =
              cluster.onEachRank(rank -> step(way, program, optimizer, rank, world));
          assertThat(steps).allSatisfy(step -> assertThat(step).isEqualTo(steps.get(0)));
          double tolerance = format == WireFormat.FLOAT32 ? 1e-6 : world.size() * precision(format);
          assertThat(norm(difference(steps.get(0), expected)))
              .as("%s of %d parameters", optimizer, expected.length)
              .isLessThanOrEqualTo(tolerance * norm(update(program, optimizer, expected)));
        }
      }
    }
  }

  private static float[] step(
      Way way, TrainingProgram program, Optimizer optimizer, AllReduce allReduce, World world)
      throws Exception {
    int size = program.network().parameters().size();
    int rank = allReduce.rank();
    ParameterUpdate update = way.update(optimizer, program, allReduce);
    Optional<Gradients> mine =
        rows(rank) == 0
            ? Optional.empty()
            : Optional.of(new Fixed(rows(rank), World.floats(rank, size)));
    return update.next(start(program, optimizer), mine, allRows(world)).parameters();
  }

  /** The gradient of the mean over all rows, added up in double precision. */
  private static float[] onOne(World world, TrainingProgram program, Optimizer optimizer) {
    int size = program.network().parameters().size();
    double[] mean = new double[size];
    for (int rank = 0; rank < world.size(); rank++) {
      float[] gradient = World.floats(rank, size);
      for (int i = 0; i < size; i++) {
        mean[i] += (double) gradient[i] * rows(rank) / allRows(world);
      }
    }
    float[] gradient = new float[size];
    for (int i = 0; i < size; i++) {
      gradient[i] = (float) mean[i];
    }
    return new LocalUpdate(optimizer, program)
        .next(
            start(program, optimizer),
            Optional.of(new Fixed(allRows(world), gradient)),
            allRows(world))
        .parameters();
  }

  private static TrainingState start(TrainingProgram program, Optimizer optimizer) {
    return TrainingState.initial(program.network(), optimizer, 1);
  }

  private static double[] update(TrainingProgram program, Optimizer optimizer, float[] after) {
    return difference(after, start(program, optimizer).parameters());
  }

  /** Some ranks have none. */
  private static int rows(int rank) {
    return (rank + 1) % 4;
  }

  private static int allRows(World world) {
    return IntStream.range(0, world.size()).map(SynchronousStepTest::rows).sum();
  }

  /** Half of the last bit of 1. */
  private static double precision(WireFormat format) {
    return format == WireFormat.BFLOAT16 ? 0x1p-8 : 0x1p-11;
  }

  private static double[] difference(float[] one, float[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> (double) one[i] - other[i]).toArray();
  }

  private static double norm(double[] numbers) {
    return Math.sqrt(
        IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i] * numbers[i]).sum());
  }

  /** A gradient that is given. */
  private record Fixed(int rows, float[] gradient) implements Gradients {

    @Override
    public float loss() {
      return 1;
    }

    @Override
    public float[] metricSums() {
      return new float[0];
    }

    @Override
    public void read(int from, float[] into, int offset, int length) {
      System.arraycopy(gradient, from, into, offset, length);
    }

    @Override
    public void readState(float[] into, int offset) {}
  }
}
