package io.kindling.tensorflow.predict;

import com.google.protobuf.CodedOutputStream;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The part of a graph that {@link GraphCheck} kept, as TensorFlow reads it: pieces of the file that
 * was checked, one after another.
 *
 * <p>Devices are left out, so that a graph that was made for a GPU or for workers of a cluster runs
 * where it is loaded.
 */
final class PrunedGraph {

  private static final int NODE = 1;
  private static final int LIBRARY = 2;
  private static final int VERSIONS = 4;
  private static final int DEVICE = 4;
  private static final int FUNCTION = 1;

  private final List<ByteBuffer> pieces = new ArrayList<>();

  private PrunedGraph() {}

  /**
   * @param cutTypes element types of the operations that are fed and not computed
   * @param budget of the file the graph is in
   */
  static List<ByteBuffer> of(
      DefinedGraph graph, GraphCheck check, Map<String, DataType> cutTypes, WireBudget budget) {
    PrunedGraph pruned = new PrunedGraph();
    Set<String> cut = check.cut();
    for (DefinedNode node : graph.nodes().values()) {
      if (check.kept().contains(node.name())) {
        pruned.addNode(node, budget);
      } else if (cut.contains(node.name())) {
        pruned.addPlaceholder(node.name(), cutTypes.get(node.name()));
      }
    }
    List<ByteBuffer> functions = new ArrayList<>();
    long length = 0;
    for (String name : check.functions()) {
      ByteBuffer bytes = graph.functions().get(name).bytes();
      ByteBuffer head = head(FUNCTION, bytes.remaining());
      functions.add(head);
      functions.add(bytes);
      length += head.remaining() + bytes.remaining();
    }
    if (length > 0) {
      pruned.pieces.add(head(LIBRARY, length));
      pruned.pieces.addAll(functions);
    }
    if (graph.versions().hasRemaining()) {
      pruned.pieces.add(head(VERSIONS, graph.versions().remaining()));
      pruned.pieces.add(graph.versions());
    }
    return pruned.pieces;
  }

  private void addNode(DefinedNode node, WireBudget budget) {
    List<ByteBuffer> fields = new ArrayList<>();
    long length = 0;
    WireMessage message = WireMessage.of(node.bytes(), budget, "NodeDef");
    while (message.next()) {
      if (message.field() != DEVICE) {
        ByteBuffer field = message.written();
        fields.add(field);
        length += field.remaining();
      }
    }
    pieces.add(head(NODE, length));
    pieces.addAll(fields);
  }

  private void addPlaceholder(String name, DataType type) {
    byte[] bytes =
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Placeholder")
            .putAttr("dtype", AttrValue.newBuilder().setType(type).build())
            .build()
            .toByteArray();
    pieces.add(head(NODE, bytes.length));
    pieces.add(ByteBuffer.wrap(bytes));
  }

  /** Number and length of a field. */
  private static ByteBuffer head(int field, long length) {
    byte[] bytes = new byte[15];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeTag(field, 2);
      out.writeUInt64NoTag(length);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to write to memory", e);
    }
    return ByteBuffer.wrap(bytes, 0, out.getTotalBytesWritten());
  }
}
