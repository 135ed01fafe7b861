package io.kindling.loss;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Tensor;
import java.util.Locale;
import java.util.function.BinaryOperator;

/** What an output costs beside its target, number by number: y is the output, t the target. */
public enum ErrorFormula {
  /** (y − t)². */
  SQUARED_ERROR((y, t) -> y.minus(t).square()),
  /** |y − t|. */
  ABSOLUTE_ERROR((y, t) -> y.minus(t).absolute()),
  /** 100 |y − t| / max(|t|, 10⁻⁷), in percent. */
  ABSOLUTE_PERCENTAGE_ERROR(
      (y, t) -> y.minus(t).absolute().dividedBy(t.absolute().maximum(1e-7)).times(100)),
  /** (log(1 + max(y, 0)) − log(1 + max(t, 0)))². */
  SQUARED_LOGARITHMIC_ERROR(
      (y, t) -> y.relu().plus(1).logarithm().minus(t.relu().plus(1).logarithm()).square()),
  /** log cosh(y − t), as x + log(1 + e⁻²ˣ) − log 2, which does not overflow. */
  LOG_COSH(
      (y, t) -> {
        Tensor x = y.minus(t);
        return x.plus(x.times(-2).softplus()).minus(Math.log(2));
      }),
  /** max(0, 1 − t y), for targets −1 and 1. */
  HINGE((y, t) -> t.times(y).negated().plus(1).relu()),
  /** max(0, 1 − t y)², for targets −1 and 1. */
  SQUARED_HINGE((y, t) -> t.times(y).negated().plus(1).relu().square()),
  /** y − t log(y + 10⁻⁷), for positive outputs: the mean of counts t. */
  POISSON((y, t) -> y.minus(t.times(y.plus(1e-7).logarithm())));

  @SuppressWarnings("ImmutableEnumChecker") // formulas hold nothing that could change
  private final BinaryOperator<Tensor> formula;

  ErrorFormula(BinaryOperator<Tensor> formula) {
    this.formula = formula;
  }

  /** Number by number. */
  public Tensor of(Tensor output, Tensor target) {
    return formula.apply(output, target);
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
