package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.Objectives;
import io.kindling.engine.reference.Rows;
import io.kindling.network.ParameterLayout.View;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of every layer, option and loss against central finite differences. */
class GradientCheckTest {

  private static final float STEP = 1e-3f;

  static Stream<Arguments> objectives() {
    return Objectives.all().entrySet().stream()
        .flatMap(
            entry ->
                Stream.of(
                    Arguments.of(entry.getKey(), entry.getValue(), new int[] {5}),
                    Arguments.of(entry.getKey(), entry.getValue(), new int[] {3, 2, 4})));
  }

  @ParameterizedTest(name = "{0}, groups {2}")
  @MethodSource("objectives")
  void gradientsAreFiniteDifferences(String name, Objective objective, int[] groups) {
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    try (TrainingProgram program = engine.compile(objective)) {
      float[] parameters = Rows.parameters(objective.network(), 11);
      float[] state = Rows.state(objective.network(), 12);
      program.parameters().write(parameters, 0, parameters.length);
      program.state().write(state, 0, state.length);
      Rows rows = Rows.random(objective, Rows.trainingColumns(program), 13, groups);
      Rows.Step step = rows.step(program);
      float[] gradients = step.gradients();
      float rounding = step.loss() * Math.ulp(1f) / STEP; // of two losses, over two steps
      try (Program.BatchMemory batch = program.newTrainingBatch(rows.count)) {
        rows.fill(batch);
        for (View view : objective.network().parameters().views()) {
          for (int i = view.offset(); i < view.offset() + view.size(); i++) {
            float expected = slope(program, batch, parameters, i);
            assertThat(gradients[i])
                .as("%s[%d]", view.name(), i - view.offset())
                .isCloseTo(
                    expected,
                    org.assertj.core.data.Offset.offset(
                        1e-3f + 0.01f * Math.abs(expected) + rounding));
          }
        }
      }
    }
    assertThat(engine.memory().tensors()).isZero();
    assertThat(engine.memory().bytes()).isZero();
  }

  private static float slope(
      TrainingProgram program, Program.BatchMemory batch, float[] parameters, int index) {
    float value = parameters[index];
    parameters[index] = value + STEP;
    program.parameters().write(parameters, index, 1);
    float above = program.gradients(batch).loss();
    parameters[index] = value - STEP;
    program.parameters().write(parameters, index, 1);
    float below = program.gradients(batch).loss();
    parameters[index] = value;
    program.parameters().write(parameters, index, 1);
    return (above - below) / (2 * STEP);
  }
}
