package io.kindling.tensorflow.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Parts of graphs, good and bad. */
final class GraphDefs {

  private GraphDefs() {}

  static NodeDef.Builder node(String name, String operation, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(operation).addAllInput(List.of(inputs));
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static NodeDef placeholder(String name, DataType type) {
    return node(name, "Placeholder")
        .putAttr("dtype", type(type))
        .putAttr(
            "shape",
            AttrValue.newBuilder()
                .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                .build())
        .build();
  }

  static NodeDef identity(String name, DataType type, String... inputs) {
    return node(name, "Identity", inputs).putAttr("T", type(type)).build();
  }

  static NodeDef text(String name, String value) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addStringVal(ByteString.copyFromUtf8(value)));
  }

  static NodeDef constant(String name, TensorProto.Builder tensor) {
    return node(name, "Const")
        .putAttr("dtype", type(tensor.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDimBuilder().setSize(size);
    }
    return shape.build();
  }

  /** A call of a function without inputs or outputs. */
  static NodeDef.Builder call(String name, String function) {
    return node(name, "StatefulPartitionedCall")
        .putAttr("Tin", AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder()).build())
        .putAttr("Tout", AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder()).build())
        .putAttr(
            "f",
            AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(function)).build());
  }

  static FunctionDef function(String name, NodeDef... nodes) {
    return FunctionDef.newBuilder()
        .setSignature(OpDef.newBuilder().setName(name))
        .addAllNodeDef(List.of(nodes))
        .build();
  }

  /** {@code x → y}, with more nodes, whose last one {@code y} waits for. */
  static GraphDef graph(NodeDef... more) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.addNode(placeholder("x", DataType.DT_FLOAT));
    graph.addAllNode(List.of(more));
    String[] inputs =
        more.length == 0
            ? new String[] {"x"}
            : new String[] {"x", "^" + more[more.length - 1].getName()};
    return graph.addNode(identity("y", DataType.DT_FLOAT, inputs)).build();
  }

  static SignatureDef signature() {
    return SignatureDef.newBuilder()
        .putInputs("x", info("x:0"))
        .putOutputs("y", info("y:0"))
        .build();
  }

  static TensorInfo info(String tensor) {
    return TensorInfo.newBuilder()
        .setName(tensor)
        .setDtype(DataType.DT_FLOAT)
        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
        .build();
  }

  static MetaGraphDef.Builder meta(GraphDef graph, String... tags) {
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder().addAllTags(List.of(tags));
    return meta.setGraphDef(graph).putSignatureDef("serving_default", signature());
  }

  static Path savedModel(Path folder, MetaGraphDef.Builder... graphs) throws IOException {
    SavedModel.Builder model = SavedModel.newBuilder().setSavedModelSchemaVersion(1);
    for (MetaGraphDef.Builder graph : graphs) {
      model.addMetaGraphs(graph);
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve("saved_model.pb"), model.build().toByteArray());
    return folder;
  }

  static Path frozen(Path folder, GraphDef graph) throws IOException {
    return Files.write(folder.resolve("graph.pb"), graph.toByteArray());
  }

  /**
   * The index of a checkpoint, as a table of one block.
   *
   * @param entries serialized, by name, in alphabetical order
   */
  static byte[] bundleIndex(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    Map<String, byte[]> all = new TreeMap<>(entries);
    all.putIfAbsent("", BundleHeaderProto.newBuilder().setNumShards(1).build().toByteArray());
    byte[] data = block(all);
    table.writeBytes(data);
    byte[] index = block(Map.of("z", handle(0, data.length - 5)));
    table.writeBytes(index);
    byte[] footer = new byte[48];
    byte[] handles =
        ByteBuffer.allocate(40)
            .put(handle(0, data.length - 5))
            .put(handle(data.length, index.length - 5))
            .array();
    System.arraycopy(handles, 0, footer, 0, 40);
    ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).putLong(40, 0xdb4775248b80fb57L);
    table.writeBytes(footer);
    return table.toByteArray();
  }

  private static byte[] handle(int offset, int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeUInt32NoTag(offset);
    out.writeUInt32NoTag(length);
    out.flush();
    return bytes.toByteArray();
  }

  /** Keys in full, one restart, no compression and no checksum. */
  private static byte[] block(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      byte[] key = entry.getKey().getBytes(UTF_8);
      out.writeUInt32NoTag(0);
      out.writeUInt32NoTag(key.length);
      out.writeUInt32NoTag(entry.getValue().length);
      out.writeRawBytes(key);
      out.writeRawBytes(entry.getValue());
    }
    out.writeFixed32NoTag(0);
    out.writeFixed32NoTag(1);
    out.writeRawBytes(new byte[5]);
    out.flush();
    return bytes.toByteArray();
  }

  /** Where a variable of floats lies in the first shard. */
  static byte[] variable(long offset, long size, long... dimensions) {
    return variable(DataType.DT_FLOAT, 0, offset, size, dimensions);
  }

  static byte[] variable(DataType type, int shard, long offset, long size, long... dimensions) {
    return BundleEntryProto.newBuilder()
        .setDtype(type)
        .setShape(shape(dimensions))
        .setShardId(shard)
        .setOffset(offset)
        .setSize(size)
        .build()
        .toByteArray();
  }
}
