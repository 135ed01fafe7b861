package io.kindling.training;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.RowGradient;
import io.kindling.optimizer.StepGradient;
import java.util.ArrayList;
import java.util.List;

/**
 * Which gradients a training takes as one flat array, and which row by row.
 *
 * @param denseSize floats of the flat array: up to the last array whose gradient is dense, or as
 *     many as there are parameters where all are
 * @param sparse arrays of which a step only looks up rows, and whose other rows the optimizer has
 *     no business with
 */
public record GradientForm(int denseSize, List<View> sparse) {

  /** What a program gives and an optimizer takes. */
  public static GradientForm of(TrainingProgram program, Optimizer optimizer) {
    ParameterLayout layout = program.network().parameters();
    List<View> sparse = new ArrayList<>();
    int denseSize = layout.denseSize();
    for (View view : layout.views()) {
      if (program.isSparse(view) && !optimizer.needsEveryRow(view)) {
        sparse.add(view);
      } else {
        denseSize = Math.max(denseSize, view.offset() + view.size());
      }
    }
    return new GradientForm(sparse.isEmpty() ? layout.size() : denseSize, List.copyOf(sparse));
  }

  /**
   * Reads a program's gradients.
   *
   * @param dense where the flat array goes
   */
  public StepGradient read(Gradients gradients, float[] dense) {
    gradients.read(0, dense, 0, denseSize);
    return new StepGradient(dense, readRows(gradients));
  }

  /** Reads those that come row by row. */
  public List<RowGradient> readRows(Gradients gradients) {
    List<RowGradient> rows = new ArrayList<>();
    for (View view : sparse) {
      int[] numbers = gradients.rowsOf(view).orElseThrow();
      float[] values = new float[numbers.length * view.rowSize()];
      gradients.readRows(view, values, 0);
      rows.add(new RowGradient(view, numbers, values));
    }
    return rows;
  }
}
