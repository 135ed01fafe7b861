package io.kindling.spark.stage;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params of how columns are read; answered by {@link InputStage}. */
public final class InputParams {

  final Param<String> nullPolicies;
  final Param<String> lengthPolicies;

  InputParams(Params stage) {
    nullPolicies =
        new Param<>(
            stage.uid(),
            "nullPolicies",
            "what becomes of nulls, by input column, as JSON: fail, drop, zero or mask; * for all others",
            String.class);
    lengthPolicies =
        new Param<>(
            stage.uid(),
            "lengthPolicies",
            "what becomes of arrays of another length, by input column, as JSON: fail, pad_end or pad_start; * for all"
                + " others",
            String.class);
  }
}
