package io.kindling.tensorflow;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.engine.Program;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Add;
import io.kindling.network.Average;
import io.kindling.network.AveragePool1d;
import io.kindling.network.AveragePool2d;
import io.kindling.network.BatchNorm;
import io.kindling.network.Bidirectional;
import io.kindling.network.Bidirectional.Merge;
import io.kindling.network.CategoryEncoding;
import io.kindling.network.Celu;
import io.kindling.network.Concatenate;
import io.kindling.network.Conv1d;
import io.kindling.network.Conv2d;
import io.kindling.network.Conv2dTranspose;
import io.kindling.network.ConvLstm2d;
import io.kindling.network.Cropping1d;
import io.kindling.network.Cropping2d;
import io.kindling.network.Dense;
import io.kindling.network.DepthwiseConv2d;
import io.kindling.network.Dot;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.GlobalMaxPool;
import io.kindling.network.GroupNorm;
import io.kindling.network.Gru;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerNorm;
import io.kindling.network.LayerType;
import io.kindling.network.LeakyRelu;
import io.kindling.network.Lstm;
import io.kindling.network.Mask;
import io.kindling.network.MaxPool1d;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Maximum;
import io.kindling.network.Minimum;
import io.kindling.network.MultiHeadAttention;
import io.kindling.network.Multiply;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Normalization;
import io.kindling.network.PRelu;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.Permute;
import io.kindling.network.RepeatVector;
import io.kindling.network.Rescaling;
import io.kindling.network.Reshape;
import io.kindling.network.RmsNorm;
import io.kindling.network.SeparableConv1d;
import io.kindling.network.SeparableConv2d;
import io.kindling.network.SimpleRnn;
import io.kindling.network.Subtract;
import io.kindling.network.Threshold;
import io.kindling.network.TimeDistributed;
import io.kindling.network.TransformerEncoder;
import io.kindling.network.UpSampling1d;
import io.kindling.network.UpSampling2d;
import io.kindling.network.ZeroPadding1d;
import io.kindling.network.ZeroPadding2d;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Padding;
import io.kindling.tensor.TensorSpec;
import io.kindling.tensor.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What layers make of numbers, against Keras, or PyTorch where Keras has no such layer; the numbers
 * are made by {@code keras_values.py} and {@code torch_values.py} in {@code src/test/python}.
 */
class KerasValuesTest {

  private static final Map<String, Case> CASES = read();
  private static final Map<String, LayerNetwork> NETWORKS = networks();

  private record Case(Map<String, float[]> inputs, Map<String, float[]> arrays, float[] output) {}

  private static Map<String, Case> read() {
    Map<String, Case> cases = new LinkedHashMap<>();
    read("/keras-values.json", cases);
    read("/torch-values.json", cases);
    return cases;
  }

  private static void read(String resource, Map<String, Case> cases) {
    try (InputStream in = KerasValuesTest.class.getResourceAsStream(resource)) {
      for (JsonNode node : new ObjectMapper().readTree(in).get("cases")) {
        cases.put(
            node.get("name").asText(),
            new Case(
                arrays(node.get("inputs")),
                arrays(node.get("arrays")),
                floats(node.get("output"))));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, float[]> arrays(JsonNode node) {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    node.properties().forEach(entry -> arrays.put(entry.getKey(), floats(entry.getValue())));
    return arrays;
  }

  private static float[] floats(JsonNode node) {
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).floatValue();
    }
    return values;
  }

  private static Map<String, LayerNetwork> networks() {
    Map<String, LayerNetwork> table = new LinkedHashMap<>();
    put(table, "dense", Dense.of(4), 3);
    put(table, "dense over places", Dense.of(4).tanh(), 2, 3);
    for (Activation activation : Activation.values()) {
      if (activation != Activation.LINEAR) {
        put(table, "activation " + activation, Activate.of(activation), 4);
      }
    }
    for (Padding padding : Padding.values()) {
      for (int stride = 1; stride <= 2; stride++) {
        String end = ", stride " + stride + ", " + padding;
        put(table, "conv1d" + end, Conv1d.of(4, 3).withStride(stride).withPadding(padding), 7, 2);
        put(
            table,
            "conv2d" + end,
            Conv2d.of(4, 3, 2).withStride(stride).withPadding(padding),
            6,
            5,
            2);
        put(
            table,
            "depthwise" + end,
            DepthwiseConv2d.of(3).withMultiplier(2).withStride(stride).withPadding(padding),
            6,
            5,
            2);
        put(
            table,
            "separable" + end,
            SeparableConv2d.of(4, 3).withMultiplier(2).withStride(stride).withPadding(padding),
            6,
            5,
            2);
        put(
            table,
            "separable 1d" + end,
            SeparableConv1d.of(4, 3).withMultiplier(2).withStride(stride).withPadding(padding),
            7,
            2);
        put(
            table,
            "transposed" + end,
            Conv2dTranspose.of(4, 3).withStride(stride).withPadding(padding),
            4,
            3,
            2);
        put(
            table,
            "max pool 1d" + end,
            MaxPool1d.of(3).withStride(stride).withPadding(padding),
            7,
            2);
        put(
            table,
            "average pool 1d" + end,
            AveragePool1d.of(3).withStride(stride).withPadding(padding),
            7,
            2);
        put(
            table,
            "max pool 2d" + end,
            MaxPool2d.of(3, 2).withStride(stride).withPadding(padding),
            6,
            5,
            2);
        put(
            table,
            "average pool 2d" + end,
            AveragePool2d.of(3, 2).withStride(stride).withPadding(padding),
            6,
            5,
            2);
      }
      put(
          table,
          "dilated conv1d, " + padding,
          Conv1d.of(4, 3).withDilation(2).withPadding(padding),
          8,
          2);
      put(
          table,
          "dilated conv2d, " + padding,
          Conv2d.of(4, 3).withDilation(2).withPadding(padding),
          7,
          6,
          2);
      put(
          table,
          "dilated depthwise, " + padding,
          DepthwiseConv2d.of(3).withDilation(2).withPadding(padding),
          7,
          6,
          2);
    }
    put(table, "grouped conv2d", Conv2d.of(6, 3).withGroups(2), 5, 5, 4);
    put(table, "global max pool", GlobalMaxPool.of(), 3, 4, 2);
    put(table, "global average pool", GlobalAveragePool.of(), 5, 2);
    put(table, "batch norm", BatchNorm.of(), 2, 3);
    put(table, "layer norm", LayerNorm.of(), 2, 5);
    put(table, "rms norm", RmsNorm.of(), 2, 5);
    put(table, "group norm", GroupNorm.of(2), 3, 2, 4);
    put(table, "flatten", Flatten.of(), 2, 3, 2);
    put(table, "permute", Permute.of(2, 0, 1), 2, 3, 4);
    put(table, "repeat vector", RepeatVector.of(3), 4);
    put(table, "zero padding", ZeroPadding2d.of(1, 0, 2, 1), 2, 3, 2);
    put(table, "cropping", Cropping2d.of(1, 0, 1, 1), 3, 4, 2);
    put(table, "up sampling", UpSampling2d.of(2, 3), 2, 3, 2);
    put(table, "rescaling", Rescaling.of(0.5, 2), 4);
    put(table, "prelu", PRelu.of(), 2, 3);
    put(table, "time distributed", TimeDistributed.of(Conv2d.of(2, 3).relu()), 2, 4, 4, 1);
    Map<String, Layer> merges =
        Map.of(
            "add", Add.of(),
            "subtract", Subtract.of(),
            "multiply", Multiply.of(),
            "average", Average.of(),
            "maximum", Maximum.of(),
            "minimum", Minimum.of(),
            "dot", Dot.of(),
            "cosine", Dot.cosine(),
            "concatenate", Concatenate.of());
    merges.forEach((name, merge) -> put(table, name, merge, Input.of("x", 4), Input.of("z", 4)));
    Input words = Input.ofWholeNumbers("words", 4);
    put(table, "embedding", Embedding.of(6, 3), words);
    put(table, "multi_hot", CategoryEncoding.of(6), words);
    put(table, "count", CategoryEncoding.of(6).counting(), words);
    put(table, "conv lstm", ConvLstm2d.of(2, 2), 3, 4, 4, 2);
    put(
        table,
        "conv lstm, all",
        ConvLstm2d.of(2, 2)
            .withWindow(Window.of(3, 2).withStride(2).withPadding(Padding.SAME))
            .returningAll(),
        3,
        5,
        4,
        2);
    Map<String, Layer> recurrent =
        Map.ofEntries(
            entry("simple rnn", SimpleRnn.of(2)),
            entry("simple rnn, all", SimpleRnn.of(2).returningAll()),
            entry("lstm", Lstm.of(2)),
            entry("lstm, all", Lstm.of(2).returningAll()),
            entry("lstm, hard gates", Lstm.of(2).withGates(Activation.HARD_SIGMOID)),
            entry("gru", Gru.of(2)),
            entry("gru, all", Gru.of(2).returningAll()),
            entry("gru, back", Gru.of(2).backward()),
            entry(
                "gru, reset before, hard gates",
                Gru.of(2).resettingBeforeProduct().withGates(Activation.HARD_SIGMOID)),
            entry("bidirectional lstm", Bidirectional.of(Lstm.of(2))),
            entry("bidirectional lstm, all", Bidirectional.of(Lstm.of(2).returningAll())),
            entry("bidirectional lstm, sum", Bidirectional.of(Lstm.of(2)).withMerge(Merge.ADD)),
            entry("bidirectional lstm, ave", Bidirectional.of(Lstm.of(2)).withMerge(Merge.AVERAGE)),
            entry(
                "bidirectional lstm, mul", Bidirectional.of(Lstm.of(2)).withMerge(Merge.MULTIPLY)));
    Input sequence = Input.of("x", 4, 3);
    Input mask = Input.of("mask", 4);
    recurrent.forEach(
        (name, layer) -> {
          put(table, name, layer, sequence);
          put(table, name + " with a mask", layer, sequence, mask);
        });
    put(table, "leaky relu", LeakyRelu.of(0.3), 4);
    put(table, "reshape", Reshape.of(4, 3), 2, 6);
    put(table, "cropping 1d", Cropping1d.of(1, 2), 6, 2);
    put(table, "zero padding 1d", ZeroPadding1d.of(1, 2), 4, 2);
    put(table, "up sampling 1d", UpSampling1d.of(3), 4, 2);
    put(
        table,
        "normalization",
        Normalization.of(new double[] {1, 2, 3}, new double[] {0.5, 2, 1}),
        2,
        3);
    put(table, "mask", Mask.of(), 4, 2);
    put(table, "celu", Celu.of(0.5), 4);
    put(table, "threshold", Threshold.of(0.2, -0.1), 4);
    put(
        table,
        "transformer encoder",
        TransformerEncoder.of(2, 3, 5).withActivation(Activation.GELU),
        4,
        6);
    put(table, "masked global average pool", GlobalAveragePool.of(), Input.of("x", 4, 2), mask);
    MultiHeadAttention attention = MultiHeadAttention.of(2, 3);
    Input x = Input.of("x", 4, 5);
    put(table, "attention", attention, x);
    put(table, "causal attention", attention.causal(), x);
    put(table, "cross attention", attention, x, Input.of("z", 2, 6));
    put(table, "masked attention", attention.masked(), x, mask);
    return table;
  }

  private static void put(
      Map<String, LayerNetwork> table, String name, Layer layer, int... dimensions) {
    put(table, name, layer, Input.of("x", dimensions));
  }

  private static void put(
      Map<String, LayerNetwork> table, String name, Layer layer, Input... inputs) {
    Node output = layer.named("layer").on(inputs);
    table.put(name, Network.functional(List.of(inputs), List.of(output)));
  }

  @Test
  void everyCaseHasItsNetwork() {
    assertThat(NETWORKS.keySet()).containsExactlyInAnyOrderElementsOf(CASES.keySet());
  }

  /** What neither has, or has in another form, or what does nothing but in training. */
  private static final Set<String> WITHOUT_VALUES =
      Set.of(
          "highway",
          "sparse_dense",
          "maxout",
          "positional_encoding",
          "position_embedding",
          "dropout",
          "spatial_dropout",
          "gaussian_noise",
          "gaussian_dropout");

  @Test
  void everyLayerThatTheyHaveHasACase() {
    Set<Class<?>> compared = new HashSet<>();
    NETWORKS
        .values()
        .forEach(network -> network.steps().forEach(step -> compared.add(step.layer().getClass())));
    assertThat(
            LayerType.all().stream()
                .filter(type -> !compared.contains(type.example().getClass()))
                .map(LayerType::name))
        .containsExactlyInAnyOrderElementsOf(WITHOUT_VALUES);
  }

  static Stream<String> cases() {
    return CASES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesWhatKerasDoes(String name) {
    Case values = CASES.get(name);
    LayerNetwork network = NETWORKS.get(name);
    List<String> roles = new ArrayList<>();
    network.parameters().views().forEach(view -> roles.add(role(view)));
    network.state().views().forEach(view -> roles.add(role(view)));
    assertThat(roles).containsExactlyInAnyOrderElementsOf(values.arrays().keySet());
    try (Program program = TensorFlowEngine.withThreads(1).compile((Network) network);
        Program.BatchMemory batch = program.newBatch(3)) {
      program
          .parameters()
          .write(filled(network.parameters(), values), 0, network.parameters().size());
      program.state().write(filled(network.state(), values), 0, network.state().size());
      for (TensorSpec input : network.inputs()) {
        fill(
            batch.column(batch.columns().indexOf(input)), input, values.inputs().get(input.name()));
      }
      batch.setRows(3);
      float[] output = new float[values.output().length];
      try (Program.Outputs outputs = program.outputs(batch)) {
        outputs.column(0).asFloatBuffer().get(output);
      }
      for (int i = 0; i < output.length; i++) {
        float expected = values.output()[i];
        assertThat(output[i])
            .as("element %d", i)
            .isCloseTo(expected, within(1e-5f * Math.max(1, Math.abs(expected))));
      }
    }
  }

  private static String role(View view) {
    return view.name().substring("layer/".length());
  }

  private static float[] filled(ParameterLayout layout, Case values) {
    float[] flat = new float[layout.size()];
    for (View view : layout.views()) {
      float[] array = values.arrays().get(role(view));
      assertThat(array).as(view.name()).hasSize(view.size());
      System.arraycopy(array, 0, flat, view.offset(), view.size());
    }
    return flat;
  }

  private static void fill(ByteBuffer column, TensorSpec spec, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (spec.type() == ElementType.INT32) {
        column.putInt(i * Integer.BYTES, (int) values[i]);
      } else {
        column.putFloat(i * Float.BYTES, values[i]);
      }
    }
  }
}
