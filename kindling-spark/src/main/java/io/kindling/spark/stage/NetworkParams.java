package io.kindling.spark.stage;

import io.kindling.spark.input.Device;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The params of how a network is run on columns; answered by {@link NetworkStage}. */
public final class NetworkParams {

  final Param<String> nullPolicies;
  final Param<String> lengthPolicies;
  final Param<String> device;

  NetworkParams(Params stage) {
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
    device =
        new Param<>(
            stage.uid(),
            "device",
            "what the network computes on: cpu, or gpu for those that Spark gives to tasks",
            ParamValidators.inArray(Device.names()),
            String.class);
    stage.setDefault(device, Device.CPU.toString());
  }
}
