package io.kindling.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Precision, recall or their weighted harmonic mean F of classes, over rows and their places. Van
 * Rijsbergen, <i>Information Retrieval</i>, 1979. Where the loss takes yes or no, the one class is
 * yes; otherwise a class without rows counts as 0, as in Spark's {@code
 * MulticlassClassificationEvaluator}.
 *
 * @param beta how many times as much recall counts as precision in F
 * @param over how the classes' scores become one
 */
public record ClassScore(Kind kind, double beta, Over over) implements Metric {

  /** What is scored. */
  public enum Kind {
    PRECISION,
    RECALL,
    F;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the scores of classes become one. */
  public enum Over {
    /** The mean over classes: macro averaging. */
    CLASSES,
    /** The mean weighted by the rows of each class. */
    ROWS,
    /** Counts of all classes together: micro averaging. */
    ALL;

    @Override
    @JsonValue
    public String toString() {
      return switch (this) {
        case CLASSES -> "macro";
        case ROWS -> "weighted";
        case ALL -> "micro";
      };
    }
  }

  public ClassScore {
    if (!(beta > 0)) {
      throw new IllegalArgumentException("Invalid beta " + beta + ". Use a positive number.");
    }
  }

  @Override
  public String name() {
    return over.toString() + "_" + (kind == Kind.F ? "f" + (beta == 1 ? "1" : "" + beta) : kind);
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needClasses(name(), output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 3 * (loss.takesYesOrNo() ? 1 : output.shape().dimension(-1));
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    if (loss.takesYesOrNo()) {
      return counts(output.isGreaterThan(0), target.isGreaterThan(0.5), output.shape().size(), 1);
    }
    int classes = output.shape().dimension(-1);
    int places = output.shape().size() / classes;
    return counts(
        output.indexOfLargest().oneHot(classes),
        Outputs.classes(target).oneHot(classes),
        places,
        classes);
  }

  @Override
  public double value(double[] sums, double rows) {
    int classes = sums.length / 3;
    if (over == Over.ALL) {
      double[] all = new double[3];
      for (int i = 0; i < sums.length; i++) {
        all[i / classes] += sums[i];
      }
      return score(all[0], all[1], all[2]);
    }
    double sum = 0;
    double weights = 0;
    for (int c = 0; c < classes; c++) {
      double weight = over == Over.CLASSES ? 1 : sums[2 * classes + c];
      sum += weight * score(sums[c], sums[classes + c], sums[2 * classes + c]);
      weights += weight;
    }
    return weights == 0 ? 0 : sum / weights;
  }

  /** Right ones, those taken for it and those that belong to it, per class. */
  private static Tensor counts(Tensor taken, Tensor belongs, int places, int classes) {
    Tensor t = taken.reshaped(places, classes);
    Tensor b = belongs.reshaped(places, classes);
    return t.times(b).joined(-1, List.of(t, b)).sum(0).reshaped(3 * classes);
  }

  private double score(double right, double taken, double belong) {
    double precision = taken == 0 ? 0 : right / taken;
    double recall = belong == 0 ? 0 : right / belong;
    double both = beta * beta * precision + recall;
    return switch (kind) {
      case PRECISION -> precision;
      case RECALL -> recall;
      case F -> both == 0 ? 0 : (1 + beta * beta) * precision * recall / both;
    };
  }
}
