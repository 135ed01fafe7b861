package io.kindling.tensorflow.predict;

import static io.kindling.tensorflow.predict.GraphDefs.constant;
import static io.kindling.tensorflow.predict.GraphDefs.identity;
import static io.kindling.tensorflow.predict.GraphDefs.info;
import static io.kindling.tensorflow.predict.GraphDefs.node;
import static io.kindling.tensorflow.predict.GraphDefs.placeholder;
import static io.kindling.tensorflow.predict.GraphDefs.shape;
import static io.kindling.tensorflow.predict.GraphDefs.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;

/** A model that stores what it is fed has it still when the memory it was fed from is another's. */
class KeptInputsTest {

  private static final int SIZE = 1024;

  @TempDir private Path folder;

  private static NodeDef.Builder floats(String name, String operation, String... inputs) {
    return node(name, operation, inputs).putAttr("dtype", type(DataType.DT_FLOAT));
  }

  private static NodeDef.Builder referring(String name, String operation, String... inputs) {
    return node(name, operation, inputs).putAttr("T", type(DataType.DT_FLOAT));
  }

  private static AttrValue sized() {
    return AttrValue.newBuilder().setShape(shape(SIZE)).build();
  }

  private static NodeDef zeros() {
    return constant(
        "zeros",
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(shape(SIZE))
            .addFloatVal(0));
  }

  /** Signatures that store {@code x} and that read what is stored. */
  private Path storing(boolean byHandle) throws IOException {
    GraphDef.Builder graph =
        GraphDef.newBuilder().addNode(placeholder("x", DataType.DT_FLOAT)).addNode(zeros());
    if (byHandle) {
      graph
          .addNode(floats("v", "VarHandleOp").putAttr("shape", sized()))
          .addNode(floats("init", "AssignVariableOp", "v", "zeros"))
          .addNode(floats("assign", "AssignVariableOp", "v", "x"))
          .addNode(floats("kept", "ReadVariableOp", "v"));
    } else {
      graph
          .addNode(floats("v", "VariableV2").putAttr("shape", sized()))
          .addNode(referring("init", "Assign", "v", "zeros"))
          .addNode(referring("assign", "Assign", "v", "x"))
          .addNode(identity("kept", DataType.DT_FLOAT, "v"));
    }
    graph.addNode(identity("y", DataType.DT_FLOAT, "x", "^assign"));
    MetaGraphDef.Builder meta =
        GraphDefs.meta(graph.build(), "serve")
            .putSignatureDef(
                "kept", SignatureDef.newBuilder().putOutputs("kept", info("kept:0")).build())
            .putSignatureDef(
                "__saved_model_init_op",
                SignatureDef.newBuilder()
                    .putOutputs(
                        "__saved_model_init_op", TensorInfo.newBuilder().setName("init").build())
                    .build());
    return GraphDefs.savedModel(folder, meta);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void areCopiedBeforeTheyAreStored(boolean byHandle) throws IOException {
    // Where a buffer begins at a multiple of 64 bytes, TensorFlow does not copy it by itself.
    ByteBuffer memory = ByteBuffer.allocateDirect(SIZE * Float.BYTES + 64).alignedSlice(64);
    memory.order(ByteOrder.nativeOrder()).limit(SIZE * Float.BYTES);
    float[] stored = filled(memory, 3);
    try (LoadedModel model = Models.load(storing(byHandle))) {
      assertThat(kept(model)).containsOnly(0);
      TensorValue x = TensorValue.of(ValueType.FLOAT32, memory, SIZE);
      model.run("serving_default", Map.of("x", x), List.of("y"));
      assertThat(kept(model)).containsExactly(stored);
      filled(memory, 7);
      assertThat(kept(model)).containsExactly(stored);
    }
  }

  private static float[] filled(ByteBuffer memory, float value) {
    float[] all = new float[SIZE];
    java.util.Arrays.fill(all, value);
    memory.asFloatBuffer().put(all);
    return all;
  }

  private static float[] kept(LoadedModel model) {
    return model.run("kept", Map.of(), List.of("kept")).get("kept").floats();
  }
}
