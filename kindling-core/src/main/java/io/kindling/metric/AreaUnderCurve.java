package io.kindling.metric;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The area under a curve over all thresholds of the probability of yes, or of the second of two
 * classes, from as many thresholds as there are bins, by trapezoids. With b bins it differs from
 * the exact area by less than 1 / b of the pairs' share in one bin. Fawcett, <i>An Introduction to
 * ROC Analysis</i>, 2006.
 *
 * @param curve ROC: the share found of those that are yes over that of those that are no; PR:
 *     precision over recall
 * @param bins of equal width in the probability
 */
public record AreaUnderCurve(Curve curve, int bins) implements Metric {

  /** Which curve. */
  public enum Curve {
    ROC,
    PR;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public AreaUnderCurve {
    if (bins < 2) {
      throw new IllegalArgumentException("Invalid bins " + bins + ". Use at least 2.");
    }
  }

  @Override
  public String name() {
    return curve == Curve.ROC ? "auc" : "auc_pr";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    boolean hasTwo = Outputs.hasClasses(output) && output.shape().dimension(-1) == 2;
    return loss.takesYesOrNo() || hasTwo
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " does not suit "
                + name()
                + ", which takes the logit of yes or two classes.");
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 2 * bins;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    boolean isOne = loss.takesYesOrNo();
    Tensor p = isOne ? output.sigmoid() : output.softmax().slice(-1, 1, 2);
    Tensor isYes = isOne ? target.isGreaterThan(0.5) : Outputs.classes(target).toFloats();
    int places = p.shape().size();
    Tensor inBin = p.times(bins).minimum(bins - 1).toWholeNumbers().reshaped(places).oneHot(bins);
    Tensor yes = isYes.reshaped(places, 1);
    Tensor ofYes = inBin.times(yes).sum(0).reshaped(bins);
    Tensor ofNo = inBin.times(yes.negated().plus(1)).sum(0).reshaped(bins);
    return ofYes.joined(0, List.of(ofNo));
  }

  @Override
  public double value(double[] sums, double rows) {
    double yes = 0;
    double no = 0;
    for (int bin = 0; bin < bins; bin++) {
      yes += sums[bin];
      no += sums[bins + bin];
    }
    if (yes == 0 || no == 0) {
      return Double.NaN;
    }
    double area = 0;
    double found = 0; // of those that are yes, above the threshold
    double wrong = 0; // of those that are no
    double precision = Double.NaN;
    for (int bin = bins - 1; bin >= 0; bin--) {
      double nextFound = found + sums[bin];
      double nextWrong = wrong + sums[bins + bin];
      if (curve == Curve.ROC) {
        area += (nextWrong - wrong) / no * (found + nextFound) / 2 / yes;
      } else if (nextFound + nextWrong > 0) {
        double nextPrecision = nextFound / (nextFound + nextWrong);
        double before = Double.isNaN(precision) ? nextPrecision : precision;
        area += (nextFound - found) / yes * (before + nextPrecision) / 2;
        precision = nextPrecision;
      }
      found = nextFound;
      wrong = nextWrong;
    }
    return area;
  }
}
