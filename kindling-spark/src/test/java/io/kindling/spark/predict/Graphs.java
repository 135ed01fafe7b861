package io.kindling.spark.predict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/** Frozen graphs of TensorFlow, small enough to say what they answer. */
public final class Graphs {

  /** Of graphs before it, TensorFlow takes inputs without dimensions for such of any shape. */
  private static final int SCALARS_ARE_SCALARS = 24;

  private final GraphDef.Builder graph =
      GraphDef.newBuilder().setVersions(VersionDef.newBuilder().setProducer(SCALARS_ARE_SCALARS));

  private Graphs() {}

  /** An empty graph. */
  public static Graphs begin() {
    return new Graphs();
  }

  /** What answers {@code y = x}. */
  public static Graphs identity(DataType type, long... dimensions) {
    return begin().input("x", type, dimensions).node("y", "Identity", "T", type, "x");
  }

  /** An input; -1 for free dimensions. */
  public Graphs input(String name, DataType type, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dimension : dimensions) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(dimension));
    }
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Placeholder")
            .putAttr("dtype", type(type))
            .putAttr("shape", AttrValue.newBuilder().setShape(shape).build()));
    return this;
  }

  /** An operation with one type. */
  public Graphs node(String name, String operation, String attribute, DataType type, String... in) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(operation)
            .addAllInput(List.of(in))
            .putAttr(attribute, type(type)));
    return this;
  }

  /** A float for all. */
  public Graphs constant(String name, float value) {
    return constant(
        name,
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(TensorShapeProto.getDefaultInstance())
            .addFloatVal(value));
  }

  /** Integers for all: a scalar where there is one. */
  public Graphs integers(String name, int... values) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    if (values.length > 1) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length));
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_INT32).setTensorShape(shape);
    for (int value : values) {
      tensor.addIntVal(value);
    }
    return constant(name, tensor);
  }

  private Graphs constant(String name, TensorProto.Builder tensor) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Const")
            .putAttr("dtype", type(tensor.getDtype()))
            .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build()));
    return this;
  }

  /** The largest of each row. */
  public Graphs largest(String name, DataType type, String in) {
    integers(name + "/axis", 1);
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Max")
            .addInput(in)
            .addInput(name + "/axis")
            .putAttr("T", type(type))
            .putAttr("Tidx", type(DataType.DT_INT32)));
    return this;
  }

  /** A variable of integers, and {@code name/assign} that gives it these. */
  public Graphs variable(String name, int... values) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length))
            .build();
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("VariableV2")
            .putAttr("dtype", type(DataType.DT_INT32))
            .putAttr("shape", AttrValue.newBuilder().setShape(shape).build()));
    return integers(name + "/initial", values)
        .node(name + "/assign", "Assign", "T", DataType.DT_INT32, name, name + "/initial");
  }

  /** Cuts rows into columns, {@code name:0} to {@code name:(parts - 1)}. */
  public Graphs split(String name, int parts, String in) {
    integers(name + "/axis", 1);
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Split")
            .addInput(name + "/axis")
            .addInput(in)
            .putAttr("T", type(DataType.DT_FLOAT))
            .putAttr("num_split", AttrValue.newBuilder().setI(parts).build()));
    return this;
  }

  /** The graph as it is now. */
  public GraphDef definition() {
    return graph.build();
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  /** Writes it; the path as Spark takes it. */
  public String write(Path folder) {
    try {
      Path file = Files.createTempFile(folder, "graph", ".pb");
      Files.write(file, graph.build().toByteArray());
      return file.toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
