package io.kindling.tensorflow.predict;

import static io.kindling.tensorflow.predict.GraphDefs.bundleIndex;
import static io.kindling.tensorflow.predict.GraphDefs.call;
import static io.kindling.tensorflow.predict.GraphDefs.constant;
import static io.kindling.tensorflow.predict.GraphDefs.frozen;
import static io.kindling.tensorflow.predict.GraphDefs.function;
import static io.kindling.tensorflow.predict.GraphDefs.graph;
import static io.kindling.tensorflow.predict.GraphDefs.identity;
import static io.kindling.tensorflow.predict.GraphDefs.meta;
import static io.kindling.tensorflow.predict.GraphDefs.node;
import static io.kindling.tensorflow.predict.GraphDefs.placeholder;
import static io.kindling.tensorflow.predict.GraphDefs.savedModel;
import static io.kindling.tensorflow.predict.GraphDefs.shape;
import static io.kindling.tensorflow.predict.GraphDefs.text;
import static io.kindling.tensorflow.predict.GraphDefs.type;
import static io.kindling.tensorflow.predict.GraphDefs.variable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.Models;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorValue;
import io.kindling.testing.FolderState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.VariantTensorDataProto;

/** Files that are made to harm: each is refused by name, before TensorFlow sees any of it. */
class MaliciousGraphTest {

  private static final byte[] CONSTANT =
      TensorProto.newBuilder()
          .setDtype(DataType.DT_FLOAT)
          .setTensorShape(shape(10_000))
          .addFloatVal(0)
          .build()
          .toByteArray();

  @TempDir private Path folder;

  /** Makes a file or folder under a folder. */
  private interface Maker {
    Path make(Path folder) throws IOException;
  }

  private static Arguments of(String name, String kind, String text, Maker maker) {
    return Arguments.of(name, kind, text, maker);
  }

  static Stream<Arguments> corpus() {
    return Stream.of(
        of(
            "ReadFile in the graph",
            "operation",
            "operation 'read' (ReadFile) is not among those that only compute",
            folder ->
                frozen(
                    folder,
                    graph(text("name", "/etc/passwd"), node("read", "ReadFile", "name").build()))),
        of(
            "WriteFile in a function",
            "operation",
            "operation 'write' (WriteFile) in function 'f'",
            folder ->
                frozen(
                    folder,
                    graph(call("called", "f").build()).toBuilder()
                        .setLibrary(
                            library(
                                function(
                                    "f",
                                    text("name", folder.resolve("harm").toString()),
                                    node("write", "WriteFile", "name", "name").build())))
                        .build())),
        of(
            "PyFunc in a function of a function",
            "operation",
            "operation 'python' (PyFunc) in function 'g'",
            folder ->
                frozen(
                    folder,
                    graph(call("called", "f").build()).toBuilder()
                        .setLibrary(
                            library(
                                function("f", call("inner", "g").build()),
                                function("g", node("python", "PyFunc").build())))
                        .build())),
        of(
            "a host callback in the branch of a condition",
            "operation",
            "operation 'eager' (EagerPyFunc) in function 'then'",
            folder ->
                frozen(
                    folder,
                    graph(
                            node("if", "StatelessIf", "x")
                                .putAttr("then_branch", functionAttribute("then"))
                                .putAttr("else_branch", functionAttribute("else"))
                                .build())
                        .toBuilder()
                        .setLibrary(
                            library(
                                function("then", node("eager", "EagerPyFunc").build()),
                                function("else")))
                        .build())),
        of(
            "an operation of a custom library",
            "operation",
            "operation 'own' (MyCustomOp) is not among those that only compute",
            folder -> frozen(folder, graph(node("own", "MyCustomOp").build()))),
        of(
            "Abort",
            "operation",
            "(Abort)",
            folder -> frozen(folder, graph(node("end", "Abort").build()))),
        of(
            "RestoreV2 in what scores",
            "operation",
            "operation 'restore' (RestoreV2) reads a file that is none of the model's own",
            folder ->
                frozen(
                    folder,
                    graph(
                        text("prefix", "/other/model"),
                        node("restore", "RestoreV2", "prefix", "prefix", "prefix").build()))),
        of(
            "a restore from a constant",
            "operation",
            "operation 'save/RestoreV2' (RestoreV2) reads a file that is none of the model's own",
            folder -> savedModel(variables(folder), restoring("elsewhere"))),
        of(
            "a table from a file that is no asset",
            "operation",
            "operation 'init' (InitializeTableFromTextFileV2) reads a file that is none of",
            folder ->
                savedModel(
                    folder,
                    initializing(
                        text("name", "/etc/passwd"),
                        node("table", "HashTableV2").build(),
                        node("init", "InitializeTableFromTextFileV2", "table", "name").build()))),
        of(
            "an absolute asset",
            "path",
            "'assets//etc/passwd' is",
            folder -> savedModel(folder, withAsset("/etc/passwd"))),
        of(
            "an asset that climbs",
            "path",
            "'assets/../../secret' climbs out of its folder",
            folder -> savedModel(folder, withAsset("../../secret"))),
        of(
            "an asset of another system",
            "path",
            "is no name of a file inside the model's folder",
            folder -> savedModel(folder, withAsset("..\\..\\secret"))),
        of(
            "an asset that is a link out",
            "path",
            "'assets/words.txt' is a link that leads out of the model's folder",
            folder -> {
              Path secret = Files.writeString(folder.resolve("secret"), "s");
              Path model = savedModel(folder.resolve("model"), withAsset("words.txt"));
              Files.createDirectory(model.resolve("assets"));
              Files.createSymbolicLink(model.resolve("assets/words.txt"), secret);
              return model;
            }),
        of(
            "variables that are a link out",
            "path",
            "'variables/variables.index' is a link that leads out of the model's folder",
            folder -> {
              Path other = Files.createDirectory(folder.resolve("other"));
              Files.writeString(other.resolve("variables.index"), "i");
              Files.writeString(other.resolve("variables.data-00000-of-00001"), "d");
              Path model = savedModel(folder.resolve("model"), restoring("save/Const"));
              Files.createSymbolicLink(model.resolve("variables"), other);
              return model;
            }),
        of(
            "variables without data",
            "path",
            "'variables/variables.data-00000-of-00001' is missing",
            folder -> {
              Path model = indexed(folder, bundleIndex(Map.of("v", variable(0, 4))));
              Files.delete(model.resolve("variables/variables.data-00000-of-00001"));
              return model;
            }),
        of(
            "variables' data that is a link out",
            "path",
            "'variables/variables.data-00000-of-00001' is a link that leads out",
            folder -> {
              byte[] index = bundleIndex(Map.of("v", variable(0, 4)));
              Path model = indexed(Files.createDirectory(folder.resolve("model")), index);
              Path data = model.resolve("variables/variables.data-00000-of-00001");
              Files.move(data, folder.resolve("data"));
              Files.createSymbolicLink(data, folder.resolve("data"));
              return model;
            }),
        of(
            "an index of something else",
            "content",
            "the index of the variables is damaged: it does not end as such a file does",
            folder -> indexed(folder, "no table".repeat(20).getBytes(UTF_8))),
        of(
            "an index that is cut",
            "content",
            "the index of the variables is damaged: it does not end as such a file does",
            folder -> {
              byte[] index = bundleIndex(Map.of("v", variable(0, 4)));
              return indexed(folder, Arrays.copyOf(index, index.length - 1));
            }),
        of(
            "an index whose blocks lie elsewhere",
            "truncated",
            "a block of 34359738367 bytes at 34359738367 is not in it",
            folder -> {
              byte[] index = bundleIndex(Map.of());
              Arrays.fill(index, index.length - 48, index.length - 8, (byte) 0x7f);
              for (int start = index.length - 48; start < index.length - 8; start += 5) {
                Arrays.fill(index, start, start + 4, (byte) 0xff);
              }
              return indexed(folder, index);
            }),
        of(
            "an index that only claims to be packed",
            "content",
            "a block of it is not packed by Snappy",
            folder -> {
              byte[] index = bundleIndex(Map.of("v", variable(0, 4)));
              int trailer = index.length - 48 - 5;
              index[trailer] = 1;
              return indexed(folder, index);
            }),
        of(
            "an index of unknown packing",
            "content",
            "a block of it is packed by what is unknown",
            folder -> {
              byte[] index = bundleIndex(Map.of("v", variable(0, 4)));
              index[firstBlockEnd(index)] = 2;
              return indexed(folder, index);
            }),
        of(
            "an index that is searched elsewhere than it is read",
            "content",
            "no key begins at 7 of a block",
            folder -> {
              byte[] index = bundleIndex(Map.of("v", variable(0, 4)));
              // One place, and the number of such places.
              index[firstBlockEnd(index) - 8] = 7;
              return indexed(folder, index);
            }),
        of(
            "a variable of a terabyte in four bytes",
            "shape",
            "variable 'v' declares 1000000000000 elements of DT_FLOAT, but has 4 bytes",
            folder ->
                indexed(folder, bundleIndex(Map.of("v", variable(0, 4, 1_000_000, 1_000_000))))),
        of(
            "a variable of two shapes",
            "shape",
            "variable 'v' has two shapes",
            folder -> indexed(folder, bundleIndex(Map.of("v", twice(variable(0, 16, 4)))))),
        of(
            "a variable beyond its file",
            "truncated",
            "variable 'v' lies in 40 bytes at 8 of shard 0, which has 16",
            folder -> indexed(folder, bundleIndex(Map.of("v", variable(8, 40, 10))))),
        of(
            "a variable in no shard",
            "content",
            "variable 'v' lies in shard 7 of 1",
            folder ->
                indexed(folder, bundleIndex(Map.of("v", variable(DataType.DT_FLOAT, 7, 0, 4))))),
        of(
            "a variable that is an object",
            "shape",
            "variable 'v' has elements of DT_VARIANT",
            folder ->
                indexed(folder, bundleIndex(Map.of("v", variable(DataType.DT_VARIANT, 0, 0, 4))))),
        of(
            "a constant whose shape comes in two parts",
            "shape",
            "constant 'big' has two shapes",
            folder -> attribute(folder, field(8, twice(CONSTANT)))),
        of(
            "an attribute of two tensors",
            "content",
            "an attribute of operation 'big' has two values",
            folder -> attribute(folder, twice(field(8, CONSTANT)))),
        of(
            "an attribute that is written twice",
            "content",
            "an attribute of operation 'big' has two values",
            folder -> entry(folder, twice(field(2, field(8, CONSTANT))))),
        of(
            "a tar archive with a link to elsewhere",
            "content",
            "It is a tar archive, whose names and links may lead anywhere",
            folder -> tar(folder, "saved_model.pb", "../../secret")),
        of(
            "a zip whose names climb",
            "content",
            "It is a zip archive",
            folder -> {
              Path file = folder.resolve("model.zip");
              try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                zip.putNextEntry(new ZipEntry("../../saved_model.pb"));
                zip.write(graph().toByteArray());
              }
              return file;
            }),
        of(
            "a gigabyte of zeros, compressed",
            "content",
            "It is compressed with gzip",
            folder -> {
              Path file = folder.resolve("graph.pb.gz");
              try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
                for (int i = 0; i < 1024; i++) {
                  gzip.write(new byte[1 << 20]);
                }
              }
              return file;
            }),
        of(
            "a graph file that is a link out",
            "path",
            "'saved_model.pb' is a link that leads out",
            folder -> {
              Path other = savedModel(folder.resolve("other"), meta(graph(), "serve"));
              Path model = Files.createDirectory(folder.resolve("model"));
              Files.createSymbolicLink(
                  model.resolve("saved_model.pb"), other.resolve("saved_model.pb"));
              return model;
            }),
        of(
            "a declared length beyond the file",
            "truncated",
            "declares 2147483647 bytes where",
            folder -> bytes(folder, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x0a, 0x01, 'a')),
        of(
            "a declared length beyond all files",
            "size",
            "declares 9223372036854775807 bytes where",
            folder ->
                bytes(
                    folder, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x0a, 1,
                    'a')),
        of(
            "a truncated file",
            "truncated",
            "bytes where",
            folder -> {
              byte[] whole = graph().toByteArray();
              return Files.write(
                  folder.resolve("graph.pb"), Arrays.copyOf(whole, whole.length - 5));
            }),
        of(
            "a text in the place of a graph",
            "content",
            "the file is no such graph: it begins with 68 65 6c 6c 6f",
            folder -> Files.writeString(folder.resolve("graph.pb"), "hello, world")),
        of(
            "attributes within attributes",
            "depth",
            "lies within more than 100 messages (limit 'depth')",
            folder -> frozen(folder, graph(nested(60)))),
        of(
            "a bomb of operations",
            "count",
            "the graph has more than 500000 operations (limit 'nodes')",
            folder -> {
              ByteArrayOutputStream out = new ByteArrayOutputStream();
              for (int i = 0; i < 500_001; i++) {
                byte[] name = Integer.toString(i, 36).getBytes(UTF_8);
                out.write(0x0a);
                out.write(name.length + 7);
                out.write(0x0a);
                out.write(name.length);
                out.write(name);
                out.write(new byte[] {0x12, 0x03, 'A', 'd', 'd'});
              }
              return Files.write(folder.resolve("graph.pb"), out.toByteArray());
            }),
        of(
            "functions that double forty times",
            "count",
            "functions that call functions make more than 500000 operations",
            folder -> frozen(folder, doubling(40))),
        of(
            "a function that calls itself",
            "depth",
            "function 'f' calls itself",
            folder ->
                frozen(
                    folder,
                    graph(call("called", "f").build()).toBuilder()
                        .setLibrary(library(function("f", call("again", "f").build())))
                        .build())),
        of(
            "functions that call each other a thousand deep",
            "depth",
            "functions call each other more than 100 deep",
            folder -> {
              FunctionDef[] chain = new FunctionDef[1000];
              for (int i = 0; i < chain.length; i++) {
                chain[i] = function("f" + i, call("next", "f" + (i + 1)).build());
              }
              return frozen(
                  folder,
                  graph(call("called", "f0").build()).toBuilder()
                      .setLibrary(library(chain))
                      .build());
            }),
        of(
            "a constant of a terabyte",
            "size",
            "tensor 'big' declares 4000000000000 bytes",
            folder ->
                frozen(
                    folder,
                    graph(
                        constant(
                            "big",
                            TensorProto.newBuilder()
                                .setDtype(DataType.DT_FLOAT)
                                .setTensorShape(shape(1_000_000, 1_000_000))
                                .addFloatVal(0))))),
        of(
            "a constant whose shape overflows",
            "size",
            "tensor 'big' declares",
            folder ->
                frozen(
                    folder,
                    graph(
                        constant(
                            "big",
                            TensorProto.newBuilder()
                                .setDtype(DataType.DT_FLOAT)
                                .setTensorShape(shape(1L << 40, 1L << 40))
                                .addFloatVal(0))))),
        of(
            "a constant with more bytes than its shape",
            "shape",
            "constant 'small' declares 2 elements of DT_FLOAT, 8 bytes, but holds 400 bytes",
            folder ->
                frozen(
                    folder,
                    graph(
                        constant(
                            "small",
                            TensorProto.newBuilder()
                                .setDtype(DataType.DT_FLOAT)
                                .setTensorShape(shape(2))
                                .setTensorContent(ByteString.copyFrom(new byte[400])))))),
        of(
            "a constant with a negative dimension",
            "shape",
            "tensor 'minus' has a dimension of -5",
            folder ->
                frozen(
                    folder,
                    graph(
                        constant(
                            "minus",
                            TensorProto.newBuilder()
                                .setDtype(DataType.DT_FLOAT)
                                .setTensorShape(shape(-5))
                                .addFloatVal(0))))),
        of(
            "a constant that is an object",
            "operation",
            "constant 'object' holds a handle or an object instead of numbers",
            folder ->
                frozen(
                    folder,
                    graph(
                        constant(
                            "object",
                            TensorProto.newBuilder()
                                .setDtype(DataType.DT_VARIANT)
                                .addVariantVal(
                                    VariantTensorDataProto.newBuilder().setTypeName("T")))))),
        of(
            "two operations of one name",
            "content",
            "two operations 'twice'",
            folder -> frozen(folder, graph(text("twice", "a"), text("twice", "b")))),
        of(
            "a SavedModel without a graph",
            "content",
            "'saved_model.pb' holds no graph",
            folder -> savedModel(folder)),
        of(
            "an empty file",
            "content",
            "It is an empty file",
            folder -> Files.createFile(folder.resolve("graph.pb"))));
  }

  private static org.tensorflow.proto.FunctionDefLibrary library(FunctionDef... functions) {
    return org.tensorflow.proto.FunctionDefLibrary.newBuilder()
        .addAllFunction(List.of(functions))
        .build();
  }

  private static AttrValue functionAttribute(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  private static GraphDef doubling(int times) {
    List<FunctionDef> functions = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      functions.add(
          function(
              "f" + i, call("one", "f" + (i + 1)).build(), call("two", "f" + (i + 1)).build()));
    }
    functions.add(function("f" + times, text("leaf", "")));
    return graph(call("called", "f0").build()).toBuilder()
        .setLibrary(library(functions.toArray(FunctionDef[]::new)))
        .build();
  }

  private static NodeDef nested(int times) {
    AttrValue inner = type(DataType.DT_FLOAT);
    for (int i = 0; i < times; i++) {
      inner =
          AttrValue.newBuilder()
              .setFunc(NameAttrList.newBuilder().setName("f").putAttr("a", inner))
              .build();
    }
    return node("deep", "NoOp").putAttr("a", inner).build();
  }

  private static Path bytes(Path folder, int... bytes) throws IOException {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return Files.write(folder.resolve("graph.pb"), all);
  }

  /** A model whose restore reads the prefix that this node holds. */
  private static MetaGraphDef.Builder restoring(String prefixNode) {
    return meta(
            graph(
                text("elsewhere", "/other/variables"),
                text("save/Const", "model"),
                text("names", "v"),
                node("v", "VariableV2").putAttr("dtype", type(DataType.DT_FLOAT)).build(),
                node("save/RestoreV2", "RestoreV2", prefixNode, "names", "names").build(),
                node("save/Assign", "Assign", "v", "save/RestoreV2").build(),
                node("save/restore_all", "NoOp", "^save/Assign").build(),
                identity("read", DataType.DT_FLOAT, "v")),
            "serve")
        .setSaverDef(
            SaverDef.newBuilder()
                .setFilenameTensorName("save/Const:0")
                .setRestoreOpName("save/restore_all"));
  }

  private static Path variables(Path model) throws IOException {
    return indexed(model, bundleIndex(Map.of("v", variable(0, 4))));
  }

  /** Puts variables beside a graph: an index, and 16 bytes of data. */
  private static Path indexed(Path model, byte[] index) throws IOException {
    savedModel(model, restoring("save/Const"));
    Files.createDirectory(model.resolve("variables"));
    Files.write(model.resolve("variables/variables.index"), index);
    Files.write(model.resolve("variables/variables.data-00000-of-00001"), new byte[16]);
    return model;
  }

  /** Where the trailer of an index's first block begins, as its footer says. */
  private static int firstBlockEnd(byte[] index) {
    return index[index.length - 48 + 1];
  }

  /** A field of protobuf that holds bytes. */
  private static byte[] field(int number, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(number, content);
    out.flush();
    return bytes.toByteArray();
  }

  /** What protobuf joins into one message, each field of which may be harmless. */
  private static byte[] twice(byte[] message) {
    byte[] both = Arrays.copyOf(message, 2 * message.length);
    System.arraycopy(message, 0, both, message.length, message.length);
    return both;
  }

  private static Path attribute(Path folder, byte[] value) throws IOException {
    return entry(folder, field(2, value));
  }

  /** A graph with a constant 'big', whose attribute has these values. */
  private static Path entry(Path folder, byte[] values) throws IOException {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(field(1, "value".getBytes(UTF_8)));
    entry.writeBytes(values);
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    node.writeBytes(node("big", "Const").build().toByteArray());
    node.writeBytes(field(5, entry.toByteArray()));
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    graph.writeBytes(graph().toByteArray());
    graph.writeBytes(field(1, node.toByteArray()));
    return Files.write(folder.resolve("graph.pb"), graph.toByteArray());
  }

  /** An archive that holds nothing but a link. */
  private static Path tar(Path folder, String name, String target) throws IOException {
    byte[] archive = new byte[10_240];
    put(archive, 0, name);
    put(archive, 100, "0000777\0");
    put(archive, 124, "00000000000\0");
    put(archive, 156, "2");
    put(archive, 157, target);
    put(archive, 257, "ustar\00000");
    return Files.write(folder.resolve("model.tar"), archive);
  }

  private static void put(byte[] archive, int at, String text) {
    System.arraycopy(text.getBytes(UTF_8), 0, archive, at, text.length());
  }

  private static MetaGraphDef.Builder initializing(NodeDef... nodes) {
    MetaGraphDef.Builder meta =
        meta(graph().toBuilder().addAllNode(List.of(nodes)).build(), "serve");
    return meta.putSignatureDef(
        "__saved_model_init_op",
        org.tensorflow.proto.SignatureDef.newBuilder()
            .putOutputs(
                "__saved_model_init_op",
                TensorInfo.newBuilder().setName(nodes[nodes.length - 1].getName()).build())
            .build());
  }

  private static MetaGraphDef.Builder withAsset(String file) {
    return meta(graph(text("asset", "")), "serve")
        .addAssetFileDef(
            AssetFileDef.newBuilder()
                .setTensorInfo(TensorInfo.newBuilder().setName("asset:0"))
                .setFilename(file));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corpus")
  void isRefusedByName(String name, String kind, String text, Maker maker) throws IOException {
    Path model = maker.make(folder);
    LoadOptions options = LoadOptions.defaults();
    FolderState before = FolderState.of(folder);
    assertThatThrownBy(() -> Models.load(model, options))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(kind + ": ")
        .hasMessageContaining(text);
    assertThat(FolderState.of(folder)).isEqualTo(before);
  }

  @Test
  void describesWhatItRefuses() throws IOException {
    Path file = frozen(folder, graph(text("name", "/x"), node("read", "ReadFile", "name").build()));
    ModelDescription description = Models.describe(file);
    assertThat(description.isAcceptable()).isFalse();
    assertThat(description.operations()).containsEntry("ReadFile", 1);
    assertThat(description.findings().get(0).kind()).isEqualTo(Finding.Kind.OPERATION);
    assertThat(description.findings().get(0).text()).contains("allowUnsafe \"ReadFile\"");
  }

  @Test
  void runsWhatIsAllowedByName() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "told");
    GraphDef graph =
        graph(text("name", secret.toString()), node("read", "ReadFile", "name").build());
    Path file = frozen(folder, graph);
    LoadOptions options = LoadOptions.defaults().withOutputs("read", "y");
    assertThatThrownBy(() -> Models.load(file, options)).hasMessageContaining("ReadFile");
    try (LoadedModel model = Models.load(file, options.allowingUnsafe("ReadFile"))) {
      Map<String, TensorValue> outputs =
          model.run(
              "serving_default",
              Map.of("x", TensorValue.ofFloats(new float[] {2}, 1)),
              List.of("read"));
      assertThat(outputs.get("read").strings()).containsExactly("told");
    }
  }

  @Test
  void leavesOutWhatNoOutputNeeds() throws IOException {
    Path harm = folder.resolve("harm");
    GraphDef graph =
        graph().toBuilder()
            .addNode(text("name", harm.toString()))
            .addNode(node("write", "WriteFile", "name", "name"))
            .build();
    Path model = savedModel(folder, meta(graph, "serve"));
    try (LoadedModel loaded = Models.load(model)) {
      TensorValue x = TensorValue.ofFloats(new float[] {2, 3}, 2);
      assertThat(loaded.run("serving_default", Map.of("x", x), List.of("y")).get("y")).isEqualTo(x);
      assertThat(loaded.description().toString()).contains("are left out: [1 Const, 1 WriteFile]");
      assertThat(loaded.description().operations()).doesNotContainKey("WriteFile");
    }
    assertThat(harm).doesNotExist();
  }

  @Test
  void asksForTagsAmongSeveralGraphs() throws IOException {
    Path model = savedModel(folder, meta(graph(), "serve", "gpu"), meta(graph(), "train"));
    assertThatThrownBy(() -> Models.load(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "has no graph with the tags [serve]. It has graphs with [[gpu, serve], [train]]");
    try (LoadedModel loaded = Models.load(model, LoadOptions.defaults().withTags("serve", "gpu"))) {
      assertThat(loaded.description().signatures()).hasSize(1);
    }
  }

  @Test
  void replacesWhatIsFedInTheMiddle() throws IOException {
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(text("files", "/data"))
            .addNode(node("reader", "ReadFile", "files"))
            .addNode(identity("x", DataType.DT_FLOAT, "reader"))
            .addNode(
                identity("y", DataType.DT_FLOAT, "x").toBuilder()
                    .setDevice("/job:worker/task:7/device:GPU:3"))
            .build();
    try (LoadedModel loaded = Models.load(savedModel(folder, meta(graph, "serve")))) {
      TensorValue x = TensorValue.ofFloats(new float[] {2, 3}, 2);
      assertThat(loaded.run("serving_default", Map.of("x", x), List.of("y")).get("y")).isEqualTo(x);
    }
  }

  @Test
  void keepsToSmallerLimits() throws IOException {
    Path model = savedModel(folder, meta(graph(), "serve"));
    ModelLimits limits = ModelLimits.defaults();
    assertThatThrownBy(
            () -> Models.load(model, LoadOptions.defaults().withLimits(limits.withNodes(1))))
        .hasMessageContaining("count: the graph has more than 1 operations");
    assertThatThrownBy(
            () -> Models.load(model, LoadOptions.defaults().withLimits(limits.withBytes(10))))
        .hasMessageContaining("size: the model's files have more than 10 bytes");
    assertThatThrownBy(
            () ->
                Models.load(
                    model, LoadOptions.defaults().withLimits(limits.withDefinitionBytes(10))))
        .hasMessageContaining("(limit 'definitionBytes')");
  }

  /** Any change of a byte is refused, or loads and scores, or fails with the engine's words. */
  @Test
  void changedBytesNeverHarm() throws IOException {
    byte[] whole =
        Files.readAllBytes(
            savedModel(folder, meta(doubling(3), "serve")).resolve("saved_model.pb"));
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      Files.write(folder.resolve("saved_model.pb"), changed);
      try {
        Models.describe(folder);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void namesPlaceholdersOfOthers() throws IOException {
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(placeholder("a", DataType.DT_INT64))
            .addNode(placeholder("unused", DataType.DT_INT64))
            .addNode(identity("b", DataType.DT_INT64, "a"))
            .build();
    assertThat(Models.describe(frozen(folder, graph)).toString())
        .contains("'serving_default': ['a' int64[…]] → ['b' int64[…]]");
  }
}
