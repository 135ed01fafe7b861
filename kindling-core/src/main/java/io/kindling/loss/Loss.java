package io.kindling.loss;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/** A number per row, of one output and its target; a step's loss is the mean over its rows. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(
      value = SparseCategoricalCrossEntropy.class,
      name = "sparse_categorical_cross_entropy"),
  @JsonSubTypes.Type(value = CategoricalCrossEntropy.class, name = "categorical_cross_entropy"),
  @JsonSubTypes.Type(value = BinaryCrossEntropy.class, name = "binary_cross_entropy"),
  @JsonSubTypes.Type(value = MeanSquaredError.class, name = "mean_squared_error")
})
public sealed interface Loss
    permits SparseCategoricalCrossEntropy,
        CategoricalCrossEntropy,
        BinaryCrossEntropy,
        MeanSquaredError {

  /**
   * The target that belongs to an output; it has the output's name.
   *
   * @throws IllegalArgumentException if the output does not suit this loss
   */
  TensorSpec target(TensorSpec output);

  /** The loss of each row, of shape {@code []}. */
  Tensor ofRows(Tensor output, Tensor target);

  static Loss sparseCategoricalCrossEntropy() {
    return new SparseCategoricalCrossEntropy();
  }

  static Loss categoricalCrossEntropy() {
    return new CategoricalCrossEntropy();
  }

  static Loss binaryCrossEntropy() {
    return new BinaryCrossEntropy();
  }

  static Loss meanSquaredError() {
    return new MeanSquaredError();
  }
}
