package io.kindling.loss;

/** One method per kind of loss: the compiler then finds every engine that lacks one. */
public interface LossVisitor<R> {
  R visit(SparseCategoricalCrossEntropy loss);

  R visit(CategoricalCrossEntropy loss);

  R visit(BinaryCrossEntropy loss);

  R visit(MeanSquaredError loss);
}
