package io.kindling.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A kind of layer in texts.
 *
 * @param name what it is called there
 * @param example a layer with the defaults of all settings that have one
 * @param required the settings without a default
 */
public record LayerType(String name, Layer example, List<String> required) {

  private static final List<LayerType> ALL =
      List.of(
          of("dense", Dense.of(1), "units"),
          of("conv1d", Conv1d.of(1, 1), "filters", "kernel"),
          of("conv2d", Conv2d.of(1, 1), "filters", "kernel"),
          of("depthwise_conv2d", DepthwiseConv2d.of(1), "kernel"),
          of("separable_conv2d", SeparableConv2d.of(1, 1), "filters", "kernel"),
          of("separable_conv1d", SeparableConv1d.of(1, 1), "filters", "kernel"),
          of("conv2d_transpose", Conv2dTranspose.of(1, 1), "filters", "kernel"),
          of("max_pool1d", MaxPool1d.of(2)),
          of("max_pool2d", MaxPool2d.of(2)),
          of("average_pool1d", AveragePool1d.of(2)),
          of("average_pool2d", AveragePool2d.of(2)),
          of("global_max_pool", GlobalMaxPool.of()),
          of("global_average_pool", GlobalAveragePool.of()),
          of("flatten", Flatten.of()),
          of("reshape", Reshape.of(1), "shape"),
          of("permute", Permute.of(0), "axes"),
          of("repeat_vector", RepeatVector.of(1), "times"),
          of("zero_padding2d", ZeroPadding2d.of(1)),
          of("cropping2d", Cropping2d.of(1)),
          of("up_sampling2d", UpSampling2d.of(2)),
          of("zero_padding1d", ZeroPadding1d.of(1, 1)),
          of("cropping1d", Cropping1d.of(1, 1)),
          of("up_sampling1d", UpSampling1d.of(2)),
          of("normalization", Normalization.of(0, 1), "means", "deviations"),
          of("rescaling", Rescaling.of(1), "scale"),
          of("dropout", Dropout.of(0.5), "rate"),
          of("spatial_dropout", SpatialDropout.of(0.5), "rate"),
          of("gaussian_noise", GaussianNoise.of(1), "deviation"),
          of("gaussian_dropout", GaussianDropout.of(0.5), "rate"),
          of("batch_norm", BatchNorm.of()),
          of("layer_norm", LayerNorm.of()),
          of("rms_norm", RmsNorm.of()),
          of("group_norm", GroupNorm.of(1), "groups"),
          of("activate", Activate.of(Activation.RELU), "activation"),
          of("prelu", PRelu.of()),
          of("leaky_relu", LeakyRelu.of(0.01)),
          of("celu", Celu.of(1)),
          of("threshold", Threshold.of(0, 0), "threshold"),
          of("highway", Highway.of()),
          of("maxout", Maxout.of(1, 2), "units", "pieces"),
          of("embedding", Embedding.of(1, 1), "vocabulary", "size"),
          of("sparse_dense", SparseDense.of(1, 1), "size", "units"),
          of("category_encoding", CategoryEncoding.of(1), "size"),
          of("simple_rnn", SimpleRnn.of(1), "units"),
          of("lstm", Lstm.of(1), "units"),
          of("gru", Gru.of(1), "units"),
          of("conv_lstm2d", ConvLstm2d.of(1, 1), "filters", "kernel"),
          of("bidirectional", Bidirectional.of(Lstm.of(1)), "forward"),
          of("time_distributed", TimeDistributed.of(Dense.of(1)), "layer"),
          of("mask", Mask.of()),
          of("multi_head_attention", MultiHeadAttention.of(1, 1), "heads", "size"),
          of("transformer_encoder", TransformerEncoder.of(1, 1, 1), "attention", "hidden"),
          of("positional_encoding", PositionalEncoding.of()),
          of("position_embedding", PositionEmbedding.of()),
          of("add", Add.of()),
          of("subtract", Subtract.of()),
          of("multiply", Multiply.of()),
          of("average", Average.of()),
          of("maximum", Maximum.of()),
          of("minimum", Minimum.of()),
          of("dot", Dot.of()),
          of("concatenate", Concatenate.of()));

  public LayerType {
    required = List.copyOf(required);
  }

  private static LayerType of(String name, Layer example, String... required) {
    return new LayerType(name, example, List.of(required));
  }

  /** All that Kindling brings. */
  public static List<LayerType> all() {
    return ALL;
  }

  /** Their names, sorted. */
  public static List<String> names() {
    return new ArrayList<>(new TreeSet<>(ALL.stream().map(LayerType::name).toList()));
  }

  /** The one of a name. */
  public static Optional<LayerType> named(String name) {
    return ALL.stream().filter(type -> type.name.equals(name)).findFirst();
  }
}
