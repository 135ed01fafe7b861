package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Objectives;
import io.kindling.engine.reference.Rows;
import io.kindling.loss.Loss;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Gru;
import io.kindling.network.Input;
import io.kindling.network.Lstm;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One batch gives one gradient, to the last bit, in whatever program, with one thread. */
class EqualBitsTest {

  private static final int PROGRAMS = 3;

  static Stream<Arguments> objectives() {
    Map<String, Objective> table = new LinkedHashMap<>(Objectives.all());
    table.put(
        "batch norms of pictures",
        classes(
            Network.sequential(
                Input.of("x", 8, 8, 3),
                Conv2d.of(16, 3).withoutBias(),
                BatchNorm.of(),
                Conv2d.of(16, 3).relu(),
                BatchNorm.of(),
                MaxPool2d.of(2),
                Flatten.of(),
                Dense.of(10))));
    table.put(
        "long sequences",
        classes(
            Network.sequential(
                Input.of("x", 30, 4),
                Lstm.of(8).returningAll(),
                Gru.of(8).returningAll(),
                Lstm.of(8),
                Dense.of(10))));
    return table.entrySet().stream().map(line -> Arguments.of(line.getKey(), line.getValue()));
  }

  private static Objective classes(Network network) {
    return Objective.of(network, Loss.sparseCategoricalCrossEntropy());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("objectives")
  void programsOfOneObjectiveComputeTheSameBits(String name, Objective objective) {
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    float[] parameters = Rows.parameters(objective.network(), 3);
    float[] state = Rows.state(objective.network(), 4);
    Rows.Step first = null;
    for (int i = 0; i < PROGRAMS; i++) {
      try (TrainingProgram program = engine.compile(objective)) {
        Rows rows =
            Rows.random(objective, Rows.trainingColumns(program), 5, 4, 3, 4, 4, 4, 5, 4, 4);
        program.parameters().write(parameters, 0, parameters.length);
        program.state().write(state, 0, state.length);
        Rows.Step step = rows.step(program);
        first = first == null ? step : first;
        assertThat(step.loss()).isEqualTo(first.loss());
        assertThat(step.gradients()).isEqualTo(first.gradients());
        assertThat(step.state()).isEqualTo(first.state());
      }
    }
  }
}
