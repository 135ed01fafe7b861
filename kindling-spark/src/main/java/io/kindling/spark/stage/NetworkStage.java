package io.kindling.spark.stage;

import io.kindling.spark.input.Device;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;

/**
 * A stage that runs a network on columns. What it does with rows that do not suit, and the device,
 * go from the estimator to its model, and are saved with it.
 *
 * @param <S> the stage itself, which setters return
 */
public interface NetworkStage<S extends NetworkStage<S>> extends Params {

  /** The params; an implementation detail that Java asks to be public. */
  NetworkParams running();

  default Param<String> nullPolicies() {
    return running().nullPolicies;
  }

  default Param<String> lengthPolicies() {
    return running().lengthPolicies;
  }

  default Param<String> device() {
    return running().device;
  }

  /** What the network computes on; {@link Device#CPU} unless set. */
  default S setDevice(Device value) {
    return put(device().w(value.toString()));
  }

  default Device getDevice() {
    return Device.named($(device()));
  }

  /**
   * What becomes of nulls in the columns that the network reads; {@link NullPolicy#FAIL} unless
   * set.
   *
   * @param columns for which it holds; none for all that are not named in another call
   */
  default S setNullPolicy(NullPolicy policy, String... columns) {
    return put(nullPolicies().w(getPolicies().with(policy, columns).nullsAsJson()));
  }

  /**
   * What becomes of arrays that are shorter or longer than the network's input; {@link
   * LengthPolicy#FAIL} unless set.
   *
   * @param columns for which it holds; none for all that are not named in another call
   */
  default S setLengthPolicy(LengthPolicy policy, String... columns) {
    return put(lengthPolicies().w(getPolicies().with(policy, columns).lengthsAsJson()));
  }

  /** What becomes of nulls and of arrays of another length, by column. */
  default InputPolicies getPolicies() {
    return InputPolicies.parse(
        isDefined(nullPolicies()) ? $(nullPolicies()) : "{}",
        isDefined(lengthPolicies()) ? $(lengthPolicies()) : "{}");
  }

  /** Sets a param and returns the stage. */
  @SuppressWarnings("unchecked") // a stage names itself as S
  private S put(ParamPair<?> pair) {
    set(pair);
    return (S) this;
  }
}
