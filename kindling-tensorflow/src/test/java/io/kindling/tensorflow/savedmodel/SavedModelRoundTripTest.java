package io.kindling.tensorflow.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.reference.Objectives;
import io.kindling.engine.reference.Rows;
import io.kindling.network.Network;
import io.kindling.tensor.TensorSpec;
import io.kindling.tensorflow.TensorFlowEngine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Every layer with every option comes back from a SavedModel and makes the same of rows. */
class SavedModelRoundTripTest {

  @TempDir Path folder;

  /** Losses leave nothing in a SavedModel: networks that differ only in them count once. */
  static Stream<Arguments> networks() {
    Map<Network, Arguments> distinct = new LinkedHashMap<>();
    Objectives.all()
        .forEach(
            (name, objective) ->
                distinct.putIfAbsent(objective.network(), Arguments.of(name, objective)));
    return distinct.values().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void makesTheSameOfRows(String name, Objective objective) throws Exception {
    Network network = objective.network();
    float[] parameters = Rows.parameters(network, 5);
    float[] state = Rows.state(network, 6);
    Rows rows = Rows.random(objective, network.inputs(), 7, 4);
    Map<String, float[]> expected;
    try (Program program = TensorFlowEngine.withThreads(1).compile(network)) {
      program.parameters().write(parameters, 0, parameters.length);
      program.state().write(state, 0, state.length);
      expected = rows.outputs(program);
    }
    Path target = folder.resolve("model");
    SavedModelExport.write(target, network, parameters, state);
    Map<String, Tensor> fed = new LinkedHashMap<>();
    rows.columns.forEach((spec, values) -> fed.put(spec.name(), tensor(spec, values, rows.count)));
    try (SavedModelBundle model = SavedModelBundle.load(target.toString(), "serve");
        Result result = model.function("serving_default").call(fed)) {
      for (TensorSpec output : network.outputs()) {
        float[] wanted = expected.get(output.name());
        float[] actual = new float[wanted.length];
        ((TFloat32) result.get(output.name()).orElseThrow()).copyTo(DataBuffers.of(actual));
        assertThat(actual).as(output.name()).containsExactly(wanted, within(1e-5f));
      }
    } finally {
      fed.values().forEach(Tensor::close);
    }
  }

  private static Tensor tensor(TensorSpec spec, float[] values, int rows) {
    long[] dimensions = new long[spec.shape().rank() + 1];
    dimensions[0] = rows;
    for (int i = 1; i < dimensions.length; i++) {
      dimensions[i] = spec.shape().dimension(i - 1);
    }
    return switch (spec.type()) {
      case FLOAT32 -> TFloat32.tensorOf(Shape.of(dimensions), DataBuffers.of(values));
      case INT32 -> {
        int[] integers = new int[values.length];
        for (int i = 0; i < values.length; i++) {
          integers[i] = (int) values[i];
        }
        yield TInt32.tensorOf(Shape.of(dimensions), DataBuffers.of(integers));
      }
      default -> throw new AssertionError(spec);
    };
  }
}
