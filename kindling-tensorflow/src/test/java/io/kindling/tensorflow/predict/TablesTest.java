package io.kindling.tensorflow.predict;

import static io.kindling.tensorflow.predict.GraphDefs.constant;
import static io.kindling.tensorflow.predict.GraphDefs.node;
import static io.kindling.tensorflow.predict.GraphDefs.placeholder;
import static io.kindling.tensorflow.predict.GraphDefs.text;
import static io.kindling.tensorflow.predict.GraphDefs.type;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** A model that looks words up in a table, which it fills from a file among its assets. */
class TablesTest {

  @TempDir private Path folder;

  private static AttrValue number(long value) {
    return AttrValue.newBuilder().setI(value).build();
  }

  private static AttrValue textAttribute(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  private static NodeDef.Builder table(String name) {
    return node(name, "HashTableV2")
        .putAttr("key_dtype", type(DataType.DT_STRING))
        .putAttr("value_dtype", type(DataType.DT_INT64))
        .putAttr("shared_name", textAttribute("words"));
  }

  private static NodeDef.Builder fill(String name, String table, String file) {
    return node(name, "InitializeTableFromTextFileV2", table, file)
        .putAttr("key_index", number(-2))
        .putAttr("value_index", number(-1))
        .putAttr("vocab_size", number(-1))
        .putAttr("delimiter", textAttribute("\t"));
  }

  private static GraphDef.Builder lookups() {
    return GraphDef.newBuilder()
        .addNode(placeholder("x", DataType.DT_STRING))
        .addNode(text("asset", "/where/it/was/made/words.txt"))
        .addNode(table("table"))
        .addNode(
            constant(
                "default",
                TensorProto.newBuilder()
                    .setDtype(DataType.DT_INT64)
                    .setTensorShape(TensorShapeProto.getDefaultInstance())
                    .addInt64Val(-1)))
        .addNode(
            node("y", "LookupTableFindV2", "table", "x", "default")
                .putAttr("Tin", type(DataType.DT_STRING))
                .putAttr("Tout", type(DataType.DT_INT64)));
  }

  /** As TensorFlow 2 writes it: the file's name goes through a function, and an identity in it. */
  private static GraphDef inFunction() {
    FunctionDef function =
        FunctionDef.newBuilder()
            .setSignature(
                OpDef.newBuilder()
                    .setName("initialize")
                    .addInputArg(
                        OpDef.ArgDef.newBuilder().setName("handle").setType(DataType.DT_RESOURCE))
                    .addInputArg(
                        OpDef.ArgDef.newBuilder().setName("file").setType(DataType.DT_STRING))
                    .setIsStateful(true))
            .addNodeDef(node("same", "Identity", "file").putAttr("T", type(DataType.DT_STRING)))
            .addNodeDef(fill("fill", "handle", "same:output:0"))
            .putControlRet("fill", "fill")
            .build();
    AttrValue types =
        AttrValue.newBuilder()
            .setList(
                AttrValue.ListValue.newBuilder()
                    .addType(DataType.DT_RESOURCE)
                    .addType(DataType.DT_STRING))
            .build();
    NodeDef call =
        node("init", "StatefulPartitionedCall", "table", "asset")
            .putAttr("Tin", types)
            .putAttr(
                "Tout", AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder()).build())
            .putAttr(
                "f",
                AttrValue.newBuilder()
                    .setFunc(NameAttrList.newBuilder().setName("initialize"))
                    .build())
            .build();
    return lookups()
        .addNode(call)
        .setLibrary(FunctionDefLibrary.newBuilder().addFunction(function))
        .build();
  }

  private static MetaGraphDef.Builder meta(GraphDef graph) {
    TensorInfo words =
        TensorInfo.newBuilder()
            .setName("x:0")
            .setDtype(DataType.DT_STRING)
            .setTensorShape(GraphDefs.shape(-1))
            .build();
    TensorInfo numbers = words.toBuilder().setName("y:0").setDtype(DataType.DT_INT64).build();
    return MetaGraphDef.newBuilder()
        .setGraphDef(graph)
        .putSignatureDef(
            "serving_default",
            SignatureDef.newBuilder().putInputs("x", words).putOutputs("y", numbers).build())
        .putSignatureDef(
            "__saved_model_init_op",
            SignatureDef.newBuilder()
                .putOutputs(
                    "__saved_model_init_op", TensorInfo.newBuilder().setName("init").build())
                .build())
        .addAssetFileDef(
            AssetFileDef.newBuilder()
                .setTensorInfo(TensorInfo.newBuilder().setName("asset:0"))
                .setFilename("words.txt"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void looksWordsUpThatAnAssetHolds(boolean throughFunction) throws IOException {
    GraphDef graph =
        throughFunction ? inFunction() : lookups().addNode(fill("init", "table", "asset")).build();
    GraphDefs.savedModel(folder, meta(graph));
    Files.createDirectory(folder.resolve("assets"));
    Files.writeString(folder.resolve("assets/words.txt"), "zero\none\nzwölf\n", UTF_8);
    try (LoadedModel model = Models.load(folder)) {
      TensorValue x = TensorValue.ofStrings(List.of("zwölf", "zero", "?"), 3);
      assertThat(model.run("serving_default", Map.of("x", x), List.of("y")).get("y").longs())
          .containsExactly(2, 0, -1);
      assertThat(model.description().bytes())
          .isEqualTo(Files.size(folder.resolve("saved_model.pb")) + 16);
    }
  }

  @Test
  void twoModelsKeepTheirOwnTables() throws IOException {
    for (String name : List.of("a", "b")) {
      Path model = folder.resolve(name);
      GraphDefs.savedModel(model, meta(lookups().addNode(fill("init", "table", "asset")).build()));
      Files.createDirectory(model.resolve("assets"));
      Files.writeString(model.resolve("assets/words.txt"), name.equals("a") ? "x\ny\n" : "y\nx\n");
    }
    TensorValue x = TensorValue.ofStrings(List.of("x"), 1);
    try (LoadedModel a = Models.load(folder.resolve("a"));
        LoadedModel b = Models.load(folder.resolve("b"))) {
      assertThat(a.run("serving_default", Map.of("x", x), List.of("y")).get("y").longs())
          .containsExactly(0);
      assertThat(b.run("serving_default", Map.of("x", x), List.of("y")).get("y").longs())
          .containsExactly(1);
    }
  }
}
