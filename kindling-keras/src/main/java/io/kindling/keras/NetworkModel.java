package io.kindling.keras;

import io.kindling.engine.EngineProvider;
import io.kindling.engine.Program;
import io.kindling.model.TrainedModel;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.OpenRuns;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network with its numbers, computed by the engine on the class path. */
final class NetworkModel implements LoadedModel {

  private final ModelDescription description;
  private final Program program;
  private final OpenRuns runs;

  /** Takes ownership of {@code program}. */
  private NetworkModel(Path path, ModelDescription description, Program program) {
    this.description = description;
    this.program = program;
    this.runs = new OpenRuns("The model " + path, program::close);
  }

  /**
   * Gives a network to the engine.
   *
   * @throws io.kindling.engine.EngineException if there is none, or it refuses the network
   */
  static NetworkModel open(
      Path path, TrainedModel model, ModelDescription description, LoadOptions options) {
    Program program =
        EngineProvider.onClassPath()
            .engine(options.threads(), options.gpus())
            .compile(model.network());
    program.parameters().write(model.parameters(), 0, model.parameters().length);
    program.state().write(model.state(), 0, model.state().length);
    return new NetworkModel(path, description, program);
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    ModelSignature called = description.signature(signature);
    called.requireInputs(inputs);
    outputs.forEach(called::output);
    int rows = rows(called, inputs);
    runs.enter();
    try (Program.BatchMemory batch = program.newBatch(Math.max(1, rows))) {
      for (int i = 0; i < batch.columns().size(); i++) {
        ByteBuffer data = inputs.get(batch.columns().get(i).name()).data();
        batch.column(i).put(0, data, data.position(), data.remaining());
      }
      batch.setRows(rows);
      try (Program.Outputs computed = program.outputs(batch)) {
        return picked(computed, called, outputs);
      }
    } finally {
      runs.exit();
    }
  }

  private static int rows(ModelSignature called, Map<String, TensorValue> inputs) {
    List<Long> rows = inputs.values().stream().map(TensorValue::rowCount).distinct().toList();
    if (rows.size() != 1) {
      throw new IllegalArgumentException(
          "Values do not match signature '%s': its inputs have equally many rows, but these have %s: %s."
              .formatted(called.name(), rows, inputs));
    }
    return Math.toIntExact(rows.get(0));
  }

  /** Copies outputs out of the engine's memory, in the order asked for. */
  private static Map<String, TensorValue> picked(
      Program.Outputs computed, ModelSignature called, List<String> names) {
    List<String> columns = computed.columns().stream().map(TensorSpec::name).toList();
    Map<String, TensorValue> values = new LinkedHashMap<>();
    for (String name : names) {
      TensorType type = called.output(name);
      long[] shape = type.dimensions().orElseThrow().stream().mapToLong(Long::longValue).toArray();
      shape[0] = computed.rows();
      ByteBuffer column = computed.column(columns.indexOf(name)).duplicate().rewind();
      values.put(name, TensorValue.of(type.type(), column, shape).copied());
    }
    return values;
  }

  @Override
  public void close() {
    runs.close();
  }

  @Override
  public String toString() {
    return description.toString();
  }
}
