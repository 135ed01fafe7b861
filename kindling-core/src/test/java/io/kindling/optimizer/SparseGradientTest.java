package io.kindling.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Initializer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec;
import io.kindling.network.ParameterSpec.GradientKind;
import io.kindling.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of 400 rows of 3, of which a step looks up two, beside a dense array. */
class SparseGradientTest {

  private static final int ROW = 3;
  private static final int[] ROWS = {7, 2};

  private static final ParameterLayout LAYOUT =
      ParameterLayout.of(
          List.of(
              new ParameterSpec(
                  "words/table", Shape.of(400, ROW), Initializer.zeros(), GradientKind.SPARSE),
              new ParameterSpec("dense/bias", Shape.of(5), Initializer.zeros())));

  private static final int TABLE = LAYOUT.denseSize();

  static Stream<Map.Entry<String, Optimizer>> optimizers() {
    Map<String, Optimizer> table = new LinkedHashMap<>();
    table.put("SGD", Optimizers.sgd(0.1));
    table.put("Adam", Optimizers.adam(0.1));
    table.put("momentum", Optimizers.momentum(0.1, 0.9));
    table.put("AdamW", Optimizers.adamW(0.1, 0.01));
    table.put("AdaGrad", Optimizers.adagrad(0.1));
    table.put("RMSprop", Optimizers.rmsprop(0.1));
    table.put("clipped", Optimizers.adam(0.1).clippedByGlobalNorm(0.5));
    return table.entrySet().stream();
  }

  private static float[] gradient() {
    float[] values = new float[LAYOUT.size()];
    Arrays.fill(values, 0, 5, 0.25f);
    for (int row : ROWS) {
      for (int i = 0; i < ROW; i++) {
        values[TABLE + row * ROW + i] = row - 3 + 0.5f * i;
      }
    }
    return values;
  }

  private static StepGradient sparseGradient() {
    float[] all = gradient();
    float[] values = new float[ROWS.length * ROW];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[TABLE + ROWS[i / ROW] * ROW + i % ROW];
    }
    RowGradient rows = new RowGradient(LAYOUT.view("words/table"), ROWS, values);
    return new StepGradient(Arrays.copyOf(all, TABLE), List.of(rows));
  }

  private static float[] parameters() {
    float[] values = new float[LAYOUT.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i >= 5 && i < TABLE ? 0 : (float) Math.sin(i);
    }
    return values;
  }

  private static void step(
      Optimizer optimizer, OptimizerState state, long step, StepGradient gradient, float[] theta) {
    optimizer.update(state, step, gradient, theta, LAYOUT, (values, from, length) -> {});
  }

  private static boolean isNamed(int place) {
    return place < TABLE
        || Arrays.stream(ROWS).anyMatch(row -> (place - TABLE) / ROW == row && place >= TABLE);
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void movesTheRowsItNamesAsADenseGradientWouldAndNoOther(Map.Entry<String, Optimizer> line) {
    Optimizer optimizer = line.getValue();
    float[] dense = parameters();
    float[] sparse = parameters();
    float[] before = parameters();
    OptimizerState ofDense = optimizer.init(LAYOUT.size());
    OptimizerState ofSparse = optimizer.init(LAYOUT.size());
    for (int i = 1; i <= 3; i++) {
      step(optimizer, ofDense, i, StepGradient.dense(gradient()), dense);
      step(optimizer, ofSparse, i, sparseGradient(), sparse);
    }
    for (int i = 0; i < dense.length; i++) {
      assertThat(sparse[i]).as("place %d", i).isEqualTo(isNamed(i) ? dense[i] : before[i]);
    }
    for (float[] slot : ofSparse.slots()) {
      for (int i = 0; i < slot.length; i++) {
        assertThat(slot[i] == 0 || isNamed(i)).as("slot at %d", i).isTrue();
      }
    }
  }

  @Test
  void isNothingForTransformationsThatNeedEveryRow() {
    View table = LAYOUT.view("words/table");
    for (Optimizer optimizer :
        List.of(
            Optimizers.lamb(0.1, 0.01),
            Optimizers.adam(0.1).clippedByNorm(0.3),
            Optimizers.adam(0.1).lookingAhead(2, 0.5),
            Optimizers.sgd(0.1).withMaxNorm("words/*", 0.5))) {
      assertThat(optimizer.needsEveryRow(table)).as("%s", optimizer).isTrue();
    }
    assertThat(Optimizers.adam(0.1).needsEveryRow(table)).isFalse();
    assertThat(Optimizers.sgd(0.1).withMaxNorm("dense/*", 0.5).needsEveryRow(table)).isFalse();
  }
}
