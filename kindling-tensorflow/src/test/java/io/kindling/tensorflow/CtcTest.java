package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.EngineException;
import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import org.junit.jupiter.api.Test;

/** What connectionist loss makes of logits, against PyTorch 2.13. */
class CtcTest {

  private static final float[] LOGITS = {0.5f, -1.25f, 2, 1.5f, 0.25f, -0.75f, 0, 1, 0.5f};
  private static final int BLANK = 2;

  private static double loss(int... labels) {
    Objective objective =
        Objective.of(
            Network.sequential(Input.of("x", 3, 3), Rescaling.of(1)), Loss.ctc(labels.length));
    try (TrainingProgram program = TensorFlowEngine.withThreads(1).compile(objective);
        Program.BatchMemory batch = program.newTrainingBatch(1)) {
      batch.column(0).asFloatBuffer().put(LOGITS);
      batch.column(1).asIntBuffer().put(labels);
      batch.setRows(1);
      double[] sums = new double[1];
      program.evaluate(batch, sums);
      return sums[0];
    }
  }

  @Test
  void sumsOverAllAlignments() {
    assertThat(loss(0, 1)).isCloseTo(0.94394130, within(1e-6));
    assertThat(loss(1, 1)).isCloseTo(6.7435641, within(1e-5));
    assertThat(loss(0, BLANK)).isCloseTo(1.0245340, within(1e-6));
    assertThat(loss(BLANK, 0, BLANK)).isCloseTo(1.0245340, within(1e-6));
  }

  @Test
  void hasNoAlignmentsWithoutALabelOrWithTooMany() {
    assertThatThrownBy(() -> loss(BLANK, BLANK))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Labels length is zero in batch 0");
    assertThat(loss(0, 0, 0)).isInfinite();
  }
}
