package io.kindling.spark.scoring;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/** Where a model's flat arrays come from. Read once per load. Travels with the tasks. */
public interface ParameterSource extends Serializable {

  float[] parameters();

  float[] state();

  /** Arrays at hand: for one JVM. They would travel with every task. */
  static ParameterSource of(float[] parameters, float[] state) {
    return new Held(parameters, state);
  }

  /** Arrays that Spark has brought, or brings in pieces, to every executor. */
  static ParameterSource ofBroadcast(Broadcast<float[]> parameters, Broadcast<float[]> state) {
    return new Broadcasted(parameters, state);
  }

  /** Arrays at hand. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Held(float[] parameters, float[] state) implements ParameterSource {}

  /** Arrays in Spark's block managers. */
  record Broadcasted(Broadcast<float[]> parameterBlocks, Broadcast<float[]> stateBlocks)
      implements ParameterSource {

    @Override
    public float[] parameters() {
      return parameterBlocks.value();
    }

    @Override
    public float[] state() {
      return stateBlocks.value();
    }
  }
}
