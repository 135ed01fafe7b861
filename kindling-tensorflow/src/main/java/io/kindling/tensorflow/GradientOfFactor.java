package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of a matrix W that a graph multiplies several matrices aᵢ by, as recurrent layers
 * do: with yᵢ = aᵢ W, it is Σ aᵢᵀ ∂L/∂yᵢ, one product of all aᵢ with all ∂L/∂yᵢ in place of many
 * small ones and their sum.
 *
 * @param products the yᵢ
 */
record GradientOfFactor(View view, List<GraphOperation> products) implements ParameterGradient {

  /** Empty where there are not several products, or more is done with the matrix. */
  static Optional<ParameterGradient> in(Reached reached, Output<?> matrix, View view) {
    List<GraphOperation> takers = reached.takersOf(matrix);
    boolean areProducts = takers.stream().allMatch(taker -> isProduct(taker, matrix));
    return takers.size() > 1 && areProducts
        ? Optional.of(new GradientOfFactor(view, takers))
        : Optional.empty();
  }

  private static boolean isProduct(GraphOperation operation, Output<?> matrix) {
    return operation.type().equals(MatMul.OP_NAME)
        && operation.input(1).equals(matrix)
        && !operation.input(0).equals(matrix)
        && !operation.attributes().getAttrBool("transpose_a")
        && !operation.attributes().getAttrBool("transpose_b");
  }

  @Override
  public List<Output<?>> cuts() {
    return products.stream().<Output<?>>map(product -> product.output(0)).toList();
  }

  @Override
  public List<Output<?>> drawn(Ops tf, Iterator<Output<?>> ofCuts) {
    List<Operand<TFloat32>> factors = new ArrayList<>(); // aᵢ, [rows, k]
    List<Operand<TFloat32>> gradients = new ArrayList<>(); // ∂L/∂yᵢ, [rows, m]
    for (GraphOperation product : products) {
      factors.add(product.input(0).expect(TFloat32.class));
      gradients.add(ofCuts.next().expect(TFloat32.class));
    }
    return List.of(
        tf.linalg
            .matMul(
                Concatenated.of(tf, factors),
                Concatenated.of(tf, gradients),
                MatMul.transposeA(true))
            .asOutput());
  }
}
