package io.kindling.keras;

import io.kindling.engine.Program;
import io.kindling.model.TrainedModel;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.TensorSpec;
import io.kindling.tensorflow.TensorFlowEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the engine makes of rows with a model. */
final class Scores {

  private Scores() {}

  /**
   * The outputs by name.
   *
   * @param inputs by name, rows one behind the other
   */
  static Map<String, float[]> of(TrainedModel model, Map<String, float[]> inputs, int rows) {
    try (Program program = TensorFlowEngine.withThreads(1).compile(model.network());
        Program.BatchMemory batch = program.newBatch(rows)) {
      program.parameters().write(model.parameters(), 0, model.parameters().length);
      program.state().write(model.state(), 0, model.state().length);
      for (int i = 0; i < batch.columns().size(); i++) {
        TensorSpec column = batch.columns().get(i);
        fill(batch.column(i), column.type(), inputs.get(column.name()));
      }
      batch.setRows(rows);
      Map<String, float[]> made = new LinkedHashMap<>();
      try (Program.Outputs outputs = program.outputs(batch)) {
        for (int i = 0; i < outputs.columns().size(); i++) {
          TensorSpec column = outputs.columns().get(i);
          float[] values = new float[rows * column.shape().size()];
          outputs.column(i).order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
          made.put(column.name(), values);
        }
      }
      return made;
    }
  }

  private static void fill(ByteBuffer column, ElementType type, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (type == ElementType.INT32) {
        column.putInt(i * Integer.BYTES, (int) values[i]);
      } else {
        column.putFloat(i * Float.BYTES, values[i]);
      }
    }
  }
}
