package io.kindling.loss;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Arrays;

/**
 * A number per row, of one output and its target; a step's loss is the mean over its rows.
 *
 * <p>Anyone may write another: a record whose components are its settings, which Jackson can write
 * and read; in texts it stands under its class name.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
@JsonTypeIdResolver(LossTypeIds.class)
public interface Loss {

  /**
   * The target that belongs to an output; it has the output's name.
   *
   * @throws IllegalArgumentException if the output does not suit this loss
   */
  TensorSpec target(TensorSpec output);

  /**
   * How many classes, from 0, the whole numbers of the target are of; 0 where any numbers may be
   * targets.
   */
  default int classes(TensorSpec output) {
    return 0;
  }

  /** Whether rows bring a target; else the output is judged by itself. */
  default boolean takesTarget() {
    return true;
  }

  /**
   * The loss of each row, of shape {@code []}.
   *
   * @param target of no use where there is none
   */
  Tensor ofRows(Tensor output, Tensor target);

  /** Whether it takes logits, and itself makes probabilities of them. */
  default boolean takesLogits() {
    return false;
  }

  /**
   * Whether each number of the output is the logit of yes against no; else it is what the target
   * says.
   */
  default boolean takesYesOrNo() {
    return false;
  }

  /** This loss times a number: its share in the sum over several outputs. */
  default Loss times(double factor) {
    return new Scaled(this, factor);
  }

  /** This loss, which takes one class per row, times the weight of that class. */
  default Loss withClassWeights(double... weights) {
    return new ClassWeighted(this, Arrays.stream(weights).boxed().toList());
  }

  static Loss sparseCategoricalCrossEntropy() {
    return sparseCategoricalCrossEntropy(0);
  }

  static Loss sparseCategoricalCrossEntropy(double labelSmoothing) {
    return new SparseCategoricalCrossEntropy(labelSmoothing);
  }

  static Loss categoricalCrossEntropy() {
    return categoricalCrossEntropy(0);
  }

  static Loss categoricalCrossEntropy(double labelSmoothing) {
    return new CategoricalCrossEntropy(labelSmoothing);
  }

  static Loss binaryCrossEntropy() {
    return binaryCrossEntropy(0);
  }

  static Loss binaryCrossEntropy(double labelSmoothing) {
    return new BinaryCrossEntropy(labelSmoothing);
  }

  /** With the paper's γ = 2 and α = 0.25. */
  static Loss binaryFocal() {
    return new BinaryFocal(2, 0.25);
  }

  static Loss categoricalHinge() {
    return new CategoricalHinge();
  }

  static Loss kullbackLeibler() {
    return new KullbackLeibler();
  }

  static Loss cosineDistance() {
    return new CosineDistance();
  }

  /** The mean of a formula over the numbers of a row. */
  static Loss mean(ErrorFormula formula) {
    return new MeanError(formula);
  }

  static Loss meanSquaredError() {
    return mean(ErrorFormula.SQUARED_ERROR);
  }

  static Loss meanAbsoluteError() {
    return mean(ErrorFormula.ABSOLUTE_ERROR);
  }

  /** Quadratic up to a distance of {@code delta}, then linear. */
  static Loss huber(double delta) {
    return new Huber(delta);
  }

  /** Whose best output lies above a share of {@code quantile} of the targets. */
  static Loss quantile(double quantile) {
    return new Quantile(quantile);
  }

  /** Of sequences whose labels, {@code length} at most, stand nowhere in particular. */
  static Loss ctc(int length) {
    return new Ctc(length);
  }

  /** That an anchor is nearer to its like than to another, by a margin. */
  static Loss triplet(double margin) {
    return new Triplet(margin);
  }

  /** Of distances between pairs, alike where the target is 1. */
  static Loss contrastive(double margin) {
    return new Contrastive(margin);
  }
}
