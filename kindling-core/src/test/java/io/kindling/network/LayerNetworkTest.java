package io.kindling.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayerNetworkTest {

  /** LeCun et al., 1998, with today's choices. */
  static LayerNetwork leNet() {
    return Network.sequential(
        Input.of("image", 28, 28, 1),
        Conv2d.of(6, 5).samePadding().tanh(),
        AveragePool2d.of(2),
        Conv2d.of(16, 5).tanh(),
        AveragePool2d.of(2),
        Flatten.of(),
        Dense.of(120).tanh(),
        BatchNorm.of(),
        Dense.of(84).tanh(),
        Dropout.of(0.5),
        Dense.of(10));
  }

  /** Two inputs, two outputs, a shared layer, both merges. */
  static LayerNetwork twins() {
    Input left = Input.of("left", 8);
    Input right = Input.of("right", 8);
    Dense shared = Dense.of(4).relu().named("shared");
    Node one = shared.on(left);
    Node two = shared.on(right);
    Node sum = Add.of().on(one, two);
    Node both = Concatenate.of().on(sum, one, left);
    return Network.functional(
        List.of(left, right),
        List.of(Dense.of(3).named("class").on(both), Dense.of(1).named("value").on(sum)));
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        Arguments.of("LeNet", leNet()),
        Arguments.of("twins", twins()),
        Arguments.of(
            "every layer and initializer",
            Network.sequential(
                Input.of("x", 8, 6, 3),
                Conv2d.of(4, 3, 2)
                    .withStride(2)
                    .withPadding(Padding.SAME)
                    .relu()
                    .withoutBias()
                    .withKernelInitializer(Initializer.heNormal()),
                MaxPool2d.of(2).withStride(1).withPadding(Padding.SAME),
                AveragePool2d.of(2),
                BatchNorm.of().withMomentum(0.5).withEpsilon(0.01),
                Activate.of(Activation.SIGMOID),
                Reshape.of(8),
                Dropout.of(0.1),
                Dense.of(2).withKernelInitializer(Initializer.constant(0.25f)).softmax(),
                Dense.of(1).withKernelInitializer(Initializer.values(1.5f, -2)))));
  }

  @Test
  void infersEveryShapeOfLeNet() {
    LayerNetwork network = leNet();
    assertThat(network.steps().stream().map(step -> network.shape(step.name()).toString()))
        .containsExactly(
            "[28, 28, 6]",
            "[14, 14, 6]",
            "[10, 10, 16]",
            "[5, 5, 16]",
            "[400]",
            "[120]",
            "[120]",
            "[84]",
            "[84]",
            "[10]");
  }

  @Test
  void countsTheParametersOfLeNet() {
    long byHand =
        (5 * 5 * 1 * 6 + 6)
            + (5 * 5 * 6 * 16 + 16)
            + (400 * 120 + 120)
            + (120 + 120)
            + (120 * 84 + 84)
            + (84 * 10 + 10);
    assertThat(byHand).isEqualTo(61_946);
    assertThat(leNet().parameters().count()).isEqualTo(byHand);
    assertThat(leNet().state().count()).isEqualTo(2 * 120);
  }

  @Test
  void summarisesLeNet() {
    assertThat(leNet().summary())
        .isEqualTo(
            """
            layer                             output           parameters  input
            image (input)                     [?, 28, 28, 1]            0
            conv2d_1 (Conv2d)                 [?, 28, 28, 6]          156  image
            average_pool2d_1 (AveragePool2d)  [?, 14, 14, 6]            0  conv2d_1
            conv2d_2 (Conv2d)                 [?, 10, 10, 16]       2,416  average_pool2d_1
            average_pool2d_2 (AveragePool2d)  [?, 5, 5, 16]             0  conv2d_2
            flatten_1 (Flatten)               [?, 400]                  0  average_pool2d_2
            dense_1 (Dense)                   [?, 120]             48,120  flatten_1
            batch_norm_1 (BatchNorm)          [?, 120]                240  dense_1
            dense_2 (Dense)                   [?, 84]              10,164  batch_norm_1
            dropout_1 (Dropout)               [?, 84]                   0  dense_2
            dense_3 (Dense)                   [?, 10]                 850  dropout_1
            61,946 parameters, 240 in moving state""");
  }

  @Test
  void aSharedLayerHasItsParametersOnce() {
    LayerNetwork network = twins();
    assertThat(network.steps().stream().map(LayerNetwork.Step::name))
        .containsExactly("shared", "shared.2", "add_1", "concatenate_1", "class", "value");
    assertThat(network.parameters().views().stream().map(ParameterLayout.View::name))
        .containsExactly(
            "shared/kernel",
            "shared/bias",
            "class/kernel",
            "class/bias",
            "value/kernel",
            "value/bias");
    assertThat(network.parameters().count()).isEqualTo((8 * 4 + 4) + (16 * 3 + 3) + (4 + 1));
    assertThat(network.outputs().stream().map(TensorSpec::toString))
        .containsExactly("'class' float32[?, 3]", "'value' float32[?, 1]");
  }

  @Test
  void unnamedLayersAreNumberedByKind() {
    assertThat(leNet().steps().stream().map(LayerNetwork.Step::name))
        .containsExactly(
            "conv2d_1",
            "average_pool2d_1",
            "conv2d_2",
            "average_pool2d_2",
            "flatten_1",
            "dense_1",
            "batch_norm_1",
            "dense_2",
            "dropout_1",
            "dense_3");
  }

  @Test
  void unnamedLayersLeaveGivenNamesAlone() {
    LayerNetwork network =
        Network.sequential(
            Input.of("dense_2", 4), Dense.of(4), Dense.of(4).named("dense_1").relu(), Dense.of(4));
    assertThat(network.steps().stream().map(LayerNetwork.Step::name))
        .containsExactly("dense_3", "dense_1", "dense_4");
    assertThat(network.parameters().count()).isEqualTo(3 * 20);
  }

  @Test
  void oneUnnamedLayerAppliedTwiceIsTwoLayers() {
    Dense dense = Dense.of(4);
    assertThat(Network.sequential(Input.of("x", 4), dense, dense).parameters().count())
        .isEqualTo(2 * 20);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void oneTextMakesItAgain(String name, LayerNetwork network) {
    Network again = NetworkFormat.parse(network.toJson());
    assertThat(again).isEqualTo(network);
    assertThat(again.hashCode()).isEqualTo(network.hashCode());
    assertThat(again.toJson()).isEqualTo(network.toJson());
    assertThat(again.parameters()).isEqualTo(network.parameters());
    assertThat(again.summary()).isEqualTo(network.summary());
  }

  @Test
  void theTextIsCanonical() {
    LayerNetwork network =
        Network.sequential(
            Input.of("features", 4),
            Dense.of(3).relu(),
            Dropout.of(0.25),
            Dense.of(2).named("out"));
    assertThat(network.toJson())
        .isEqualTo(
            "{\"encodings\":{},\"format\":\"kindling-layers\","
                + "\"inputs\":[{\"name\":\"features\",\"shape\":[4],\"type\":\"float32\"}],"
                + "\"outputs\":[\"out\"],\"steps\":["
                + "{\"inputs\":[\"features\"],\"layer\":{\"type\":\"dense\",\"activation\":\"relu\","
                + "\"bias\":\"added\",\"kernelInitializer\":{\"type\":\"variance_scaling\","
                + "\"distribution\":\"uniform\",\"fanMode\":\"average\",\"scale\":1.0},"
                + "\"name\":\"dense_1\",\"units\":3},\"name\":\"dense_1\"},"
                + "{\"inputs\":[\"dense_1\"],\"layer\":{\"type\":\"dropout\",\"name\":\"dropout_1\","
                + "\"rate\":0.25},\"name\":\"dropout_1\"},"
                + "{\"inputs\":[\"dropout_1\"],\"layer\":{\"type\":\"dense\",\"activation\":\"linear\","
                + "\"bias\":\"added\",\"kernelInitializer\":{\"type\":\"variance_scaling\","
                + "\"distribution\":\"uniform\",\"fanMode\":\"average\",\"scale\":1.0},"
                + "\"name\":\"out\",\"units\":2},\"name\":\"out\"}],\"version\":1}");
  }

  static Stream<Arguments> mistakes() {
    Input x = Input.of("x", 4);
    Input image = Input.of("image", 4, 4, 3);
    return Stream.of(
        mistake(
            () -> Network.sequential(x, Dense.of(2), Conv2d.of(8, 3).named("eyes")),
            "Invalid network at layer 'eyes' (Conv2d): it takes rows of shape [height, width, channels]"
                + " but got [2]. Put a Reshape before it."),
        mistake(
            () -> Network.sequential(image, Conv2d.of(8, 5)),
            "Invalid network at layer 'conv2d_1' (Conv2d): its window of 5 × 5 is larger than its"
                + " input [4, 4, 3]. Use padding 'same' or a smaller window."),
        mistake(
            () -> Network.sequential(image, MaxPool2d.of(5)),
            "Invalid network at layer 'max_pool2d_1' (MaxPool2d): its window of 5 × 5 is larger than"
                + " its input [4, 4, 3]. Use padding 'same' or a smaller window."),
        mistake(
            () -> Network.sequential(x, Reshape.of(3, 2)),
            "Invalid network at layer 'reshape_1' (Reshape): it makes rows of 6 elements, shape"
                + " [3, 2], but got 4, shape [4]."),
        mistake(
            () -> Network.sequential(Input.of("scalar"), Dense.of(2)),
            "Invalid network at layer 'dense_1' (Dense): it takes rows of rank 1 or more but got"
                + " scalars. Put Reshape.of(1) before it."),
        mistake(
            () -> Network.sequential(Input.of("scalar"), BatchNorm.of()),
            "Invalid network at layer 'batch_norm_1' (BatchNorm): it takes rows of rank 1 or more but"
                + " got scalars. Put Reshape.of(1) before it."),
        mistake(
            () -> Network.sequential(Input.of("scalar"), Activate.of(Activation.SOFTMAX)),
            "Invalid network at layer 'activate_1' (Activate): softmax takes rows of rank 1 or more"
                + " but got scalars."),
        mistake(
            () -> Network.functional(List.of(x), List.of(Dense.of(2).on(x, x))),
            "Invalid network at layer 'dense_1' (Dense): it takes 1 input but got 2: [[4], [4]]."),
        mistake(
            () -> Network.functional(List.of(x), List.of(Add.of().on(x, Dense.of(3).on(x)))),
            "Invalid network at layer 'add_1' (Add): it takes two or more inputs of one shape but got"
                + " [[4], [3]]."),
        mistake(
            () -> Network.functional(List.of(x), List.of(Concatenate.of().on(x))),
            "Invalid network at layer 'concatenate_1' (Concatenate): it takes two or more inputs but"
                + " got [[4]]."),
        mistake(
            () -> Network.functional(List.of(x), List.of(Concatenate.along(1).on(x, x))),
            "Invalid network at layer 'concatenate_1' (Concatenate): its axis 1 does not exist in"
                + " [4]."),
        mistake(
            () ->
                Network.functional(
                    List.of(x, image), List.of(Concatenate.along(0).on(image, image, x))),
            "Invalid network at layer 'concatenate_1' (Concatenate): its inputs differ in more than"
                + " axis 0: [[4, 4, 3], [4, 4, 3], [4]]."),
        mistake(
            () -> Network.sequential(Input.of("wide", 65536, 2), Dense.of(65536)),
            "Invalid network at layer 'dense_1' (Dense): Invalid shape [65536, 65536]. One row has at"
                + " most 2147483647 elements."),
        mistake(
            () -> Network.functional(List.of(), List.of(Dense.of(2).on(x))),
            "Invalid network: input 'x' is used but not among the inputs of the network."),
        mistake(
            () -> Network.functional(List.of(x, x), List.of(Dense.of(2).on(x))),
            "Invalid network: two inputs are named 'x'."),
        mistake(
            () -> Network.sequential(x, Dense.of(2).named("x")),
            "Invalid network: two steps or inputs are named 'x'."),
        mistake(
            () -> Network.functional(List.of(x), List.of()),
            "Invalid network outputs []. State at least one, and each once."),
        mistake(
            () -> {
              Node out = Dense.of(2).named("out").on(x);
              return Network.functional(List.of(x), List.of(out, out));
            },
            "Invalid network outputs [out, out]. State at least one, and each once."),
        mistake(
            () -> Network.sequential(x, Flatten.of().named("a"), Dropout.of(0.5).named("a")),
            "Invalid network: two different layers are named 'a': Flatten[name=a] and"
                + " Dropout[name=a, rate=0.5]."),
        mistake(
            () -> {
              Dense shared = Dense.of(2).named("shared");
              return Network.sequential(x, shared, shared);
            },
            "Invalid network: the shared layer 'shared' is applied to inputs of different sizes, so"
                + " that its parameters differ: "));
  }

  private static Arguments mistake(Supplier<Network> network, String message) {
    return Arguments.of(message, network);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void namesTheLayerThatDoesNotFit(String message, Supplier<Network> network) {
    assertThatThrownBy(network::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .message()
        .endsWith(".")
        .doesNotEndWith("..");
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        setting(() -> Dense.of(0), "Invalid units 0. Use at least 1."),
        setting(() -> Conv2d.of(0, 3), "Invalid filters 0. Use at least 1."),
        setting(() -> Conv2d.of(2, 0, 3), "Invalid window height 0. Use at least 1."),
        setting(() -> Conv2d.of(2, 3, 0), "Invalid window width 0. Use at least 1."),
        setting(() -> Conv2d.of(2, 3).withStride(0), "Invalid stride 0. Use at least 1."),
        setting(() -> MaxPool2d.of(0), "Invalid window height 0. Use at least 1."),
        setting(() -> AveragePool2d.of(2).withStride(-1), "Invalid stride -1. Use at least 1."),
        setting(() -> Dropout.of(1), "Invalid dropout rate 1.0. Use 0 up to, not including, 1."),
        setting(
            () -> BatchNorm.of().withMomentum(1),
            "Invalid momentum 1.0. Use 0 up to, not including, 1."),
        setting(() -> BatchNorm.of().withEpsilon(0), "Invalid epsilon 0.0. Use a positive number."),
        setting(
            () -> Input.of("x", 0),
            "Invalid shape [0]. Every dimension is at least 1; the batch dimension is left out."),
        setting(() -> Input.of("", 1), "Invalid tensor name ''. Give every tensor a name."));
  }

  private static Arguments setting(Supplier<Object> setting, String message) {
    return Arguments.of(message, setting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void rejectsSettingsOutsideTheirRange(String message, Supplier<Object> setting) {
    assertThatThrownBy(setting::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void pads() {
    Shape image = Shape.of(7, 6, 1);
    assertThat(Conv2d.of(2, 3).withStride(2).outputShape(List.of(image)))
        .isEqualTo(Shape.of(3, 2, 2));
    assertThat(Conv2d.of(2, 3).withStride(2).samePadding().outputShape(List.of(image)))
        .isEqualTo(Shape.of(4, 3, 2));
  }

  @Test
  void isAsDeepAsItLikes() {
    Node node = Input.of("x", 2);
    Node first = node;
    for (int i = 0; i < 20_000; i++) {
      node = Activate.of(Activation.RELU).on(node);
    }
    LayerNetwork network = Network.functional(List.of((Input) first), List.of(node));
    assertThat(network.steps()).hasSize(20_000);
    assertThat(network.steps().get(19_999).inputs()).containsExactly("activate_19999");
  }
}
