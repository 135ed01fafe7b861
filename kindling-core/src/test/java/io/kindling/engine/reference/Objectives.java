package io.kindling.engine.reference;

import io.kindling.engine.Objective;
import io.kindling.loss.ErrorFormula;
import io.kindling.loss.Loss;
import io.kindling.metric.AreaUnderCurve;
import io.kindling.metric.ClassScore.Over;
import io.kindling.metric.Metric;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Add;
import io.kindling.network.Average;
import io.kindling.network.AveragePool1d;
import io.kindling.network.AveragePool2d;
import io.kindling.network.BatchNorm;
import io.kindling.network.Bidirectional;
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
import io.kindling.network.Dropout;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.GaussianDropout;
import io.kindling.network.GaussianNoise;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.GlobalMaxPool;
import io.kindling.network.GroupNorm;
import io.kindling.network.Gru;
import io.kindling.network.Highway;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerNetwork;
import io.kindling.network.LayerNorm;
import io.kindling.network.LeakyRelu;
import io.kindling.network.Lstm;
import io.kindling.network.Mask;
import io.kindling.network.MaxPool1d;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Maximum;
import io.kindling.network.Maxout;
import io.kindling.network.Minimum;
import io.kindling.network.MultiHeadAttention;
import io.kindling.network.Multiply;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Normalization;
import io.kindling.network.PRelu;
import io.kindling.network.Permute;
import io.kindling.network.PositionEmbedding;
import io.kindling.network.PositionalEncoding;
import io.kindling.network.RepeatVector;
import io.kindling.network.Rescaling;
import io.kindling.network.Reshape;
import io.kindling.network.RmsNorm;
import io.kindling.network.SeparableConv1d;
import io.kindling.network.SeparableConv2d;
import io.kindling.network.SimpleRnn;
import io.kindling.network.SpatialDropout;
import io.kindling.network.Subtract;
import io.kindling.network.Threshold;
import io.kindling.network.TimeDistributed;
import io.kindling.network.TransformerEncoder;
import io.kindling.network.UpSampling1d;
import io.kindling.network.UpSampling2d;
import io.kindling.network.ZeroPadding1d;
import io.kindling.network.ZeroPadding2d;
import io.kindling.tensor.Padding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every layer with every option, and every loss: what the engine's tests run over. */
public final class Objectives {

  private Objectives() {}

  /** By what they show. */
  public static Map<String, Objective> all() {
    Map<String, Objective> table = new LinkedHashMap<>();
    dense(table);
    convolutions(table);
    pools(table);
    poolsOfActivations(table);
    windows(table);
    merges(table);
    sequences(table);
    normalisation(table);
    shapes(table);
    graphs(table);
    losses(table);
    return table;
  }

  private static void dense(Map<String, Objective> table) {
    table.put("dense", regression(Input.of("x", 3), Dense.of(4)));
    table.put("dense without bias", regression(Input.of("x", 3), Dense.of(4).withoutBias()));
    for (Activation activation : Activation.values()) {
      table.put(
          "dense " + activation,
          regression(Input.of("x", 3), Dense.of(5).withActivation(activation), Dense.of(2)));
    }
    table.put("dense over pictures", regression(Input.of("x", 2, 3, 4), Dense.of(5).tanh()));
    table.put("softmax over pictures", regression(Input.of("x", 2, 3, 4), Dense.of(5).softmax()));
    table.put(
        "log-softmax over pictures",
        regression(Input.of("x", 2, 3, 4), Dense.of(5).withActivation(Activation.LOG_SOFTMAX)));
  }

  private static void convolutions(Map<String, Objective> table) {
    for (Padding padding : Padding.values()) {
      for (int stride = 1; stride <= 2; stride++) {
        table.put(
            "convolution, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 6, 5, 2),
                Conv2d.of(3, 3).withStride(stride).withPadding(padding).tanh()));
      }
      table.put(
          "convolution 2 by 3, " + padding,
          regression(Input.of("x", 5, 6, 2), Conv2d.of(3, 2, 3).withPadding(padding)));
      table.put(
          "two convolutions, " + padding,
          regression(
              Input.of("x", 6, 6, 1),
              Conv2d.of(2, 3).withPadding(padding).tanh(),
              Conv2d.of(2, 2).withPadding(padding).sigmoid()));
    }
    table.put(
        "convolution without bias",
        regression(Input.of("x", 4, 4, 2), Conv2d.of(3, 2).withoutBias().relu()));
  }

  private static void pools(Map<String, Objective> table) {
    for (Padding padding : Padding.values()) {
      for (int stride = 1; stride <= 3; stride++) {
        table.put(
            "max pool, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 5, 6, 1),
                Conv2d.of(2, 2).samePadding(),
                MaxPool2d.of(2).withStride(stride).withPadding(padding)));
        table.put(
            "average pool, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 5, 6, 1),
                Conv2d.of(2, 2).samePadding(),
                AveragePool2d.of(3).withStride(stride).withPadding(padding)));
      }
    }
  }

  private static void windows(Map<String, Objective> table) {
    for (Padding padding : Padding.values()) {
      table.put(
          "dilated convolution, " + padding,
          regression(
              Input.of("x", 7, 6, 2),
              Conv2d.of(2, 1).tanh(),
              Conv2d.of(3, 3, 2).withDilation(2).withPadding(padding).tanh()));
      table.put(
          "depthwise convolution, " + padding,
          regression(
              Input.of("x", 5, 4, 2),
              Conv2d.of(3, 1),
              DepthwiseConv2d.of(3).withMultiplier(2).withStride(2).withPadding(padding)));
      table.put(
          "dilated depthwise convolution, " + padding,
          regression(
              Input.of("x", 6, 7, 2),
              Conv2d.of(2, 1),
              DepthwiseConv2d.of(3).withDilation(2).withPadding(padding).withoutBias()));
      table.put(
          "separable convolution, " + padding,
          regression(
              Input.of("x", 5, 4, 2),
              Conv2d.of(3, 1),
              SeparableConv2d.of(4, 2).withMultiplier(2).withPadding(padding)));
      for (int stride = 1; stride <= 3; stride++) {
        table.put(
            "transposed convolution, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 3, 2, 2),
                Conv2d.of(2, 1),
                Conv2dTranspose.of(3, 2).withStride(stride).withPadding(padding)));
        table.put(
            "convolution of a sequence, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 7, 2),
                Conv1d.of(3, 1),
                Conv1d.of(2, 3).withStride(stride).withPadding(padding)));
        table.put(
            "pools of a sequence, stride " + stride + ", " + padding,
            regression(
                Input.of("x", 9, 2),
                Conv1d.of(2, 2).samePadding(),
                MaxPool1d.of(2).withStride(stride).withPadding(padding),
                AveragePool1d.of(2).withStride(stride).withPadding(padding)));
      }
      table.put(
          "separable convolution of a sequence, " + padding,
          regression(
              Input.of("x", 7, 2),
              Conv1d.of(3, 1),
              SeparableConv1d.of(4, 3).withMultiplier(2).withPadding(padding).relu(),
              SeparableConv1d.of(2, 2).withStride(2).withoutBias()));
      table.put(
          "dilated convolution of a sequence, " + padding,
          regression(
              Input.of("x", 9, 2),
              Conv1d.of(2, 1),
              Conv1d.of(3, 3).withDilation(3).withPadding(padding)));
    }
    table.put(
        "convolution in groups",
        regression(
            Input.of("x", 4, 4, 2), Conv2d.of(4, 1), Conv2d.of(6, 3).withGroups(2).samePadding()));
    Input picture = Input.of("x", 3, 2, 2);
    table.put(
        "global pools",
        regression(
            Network.functional(
                List.of(picture),
                List.of(
                    Concatenate.of()
                        .on(
                            GlobalMaxPool.of().on(Conv2d.of(3, 2).on(picture)),
                            GlobalAveragePool.of().on(Conv2d.of(2, 1).on(picture)))))));
    table.put(
        "borders",
        regression(
            Input.of("x", 3, 4, 2),
            Conv2d.of(2, 2),
            ZeroPadding2d.of(1, 0, 2, 1),
            Cropping2d.of(0, 1, 1, 0),
            UpSampling2d.of(2, 3)));
  }

  private static void sequences(Map<String, Objective> table) {
    Input words = Input.ofWholeNumbers("words", 4);
    Input x = Input.of("x", 4, 3);
    for (Layer layer :
        List.of(
            SimpleRnn.of(2),
            SimpleRnn.of(2).backward().returningAll().withoutBias(),
            Lstm.of(2),
            Lstm.of(3).backward().returningAll(),
            Lstm.of(2).withoutBias(),
            Lstm.of(2).withGates(Activation.TANH),
            Gru.of(2),
            Gru.of(3).backward().returningAll(),
            Gru.of(2).withoutBias(),
            Gru.of(2).withGates(Activation.TANH),
            Gru.of(2).resettingBeforeProduct(),
            Gru.of(2).resettingBeforeProduct().withoutBias().backward().returningAll(),
            Bidirectional.of(SimpleRnn.of(2)),
            Bidirectional.of(Lstm.of(2).returningAll()),
            Bidirectional.of(Gru.of(2)),
            Bidirectional.of(Gru.of(2)).withMerge(Bidirectional.Merge.ADD),
            Bidirectional.of(SimpleRnn.of(2).returningAll()).withMerge(Bidirectional.Merge.AVERAGE),
            Bidirectional.of(Lstm.of(2)).withMerge(Bidirectional.Merge.MULTIPLY))) {
      table.put(layer.toString(), regression(x, Dense.of(3), layer));
      Node embedded = Embedding.of(5, 3).on(words);
      table.put(
          layer + " with a mask",
          regression(
              Network.functional(
                  List.of(words), List.of(layer.on(embedded, Mask.of().on(words))))));
    }
    table.put("stacked", regression(x, Lstm.of(3).returningAll(), Gru.of(2)));
    Input pictures = Input.of("x", 3, 3, 4, 2);
    for (Layer layer :
        List.of(
            ConvLstm2d.of(2, 2),
            ConvLstm2d.of(1, 3).samePadding().backward().returningAll().withoutBias(),
            Bidirectional.of(ConvLstm2d.of(1, 2).withGates(Activation.TANH).returningAll()))) {
      table.put(layer.toString(), regression(pictures, layer));
    }
    for (Layer pool : List.of(GlobalAveragePool.of(), GlobalMaxPool.of())) {
      table.put(
          pool + " with a mask",
          regression(
              Network.functional(
                  List.of(words),
                  List.of(pool.on(Embedding.of(5, 3).on(words), Mask.of().on(words))))));
    }
    table.put("multi-hot", regression(words, CategoryEncoding.of(4), Dense.of(2)));
    table.put("counts", regression(words, CategoryEncoding.of(3).counting(), Dense.of(2)));
    table.put(
        "one-hot",
        regression(Input.ofWholeNumbers("word"), CategoryEncoding.of(3), Dense.of(2).tanh()));
    table.put("embedding", regression(words, Embedding.of(5, 3), Dense.of(2)));
    table.put(
        "embedding with a dense gradient",
        regression(words, Embedding.of(5, 3).withDenseGradient(), Dense.of(2)));
    Input sparse = Input.ofSparse("x", 6, 3);
    table.put("sparse dense", regression(sparse, Dense.of(4).tanh(), Dense.of(2)));
    table.put("sum of embeddings", regression(sparse, Embedding.of(6, 3), Dense.of(2)));
    Layer lookup = Embedding.of(5, 3).named("shared");
    Input others = Input.ofWholeNumbers("others", 2);
    table.put(
        "embedding of two inputs",
        regression(
            Network.functional(
                List.of(words, others),
                List.of(
                    Concatenate.of()
                        .on(
                            Flatten.of().on(lookup.on(words)),
                            Flatten.of().on(lookup.on(others)))))));
    table.put(
        "time distributed",
        regression(
            Input.of("x", 2, 4, 4, 1), TimeDistributed.of(Conv2d.of(2, 3).relu()), Flatten.of()));
    table.put("positions", regression(x, Dense.of(4), PositionalEncoding.of(), Dense.of(2)));
    table.put("trained positions", regression(x, PositionEmbedding.of(), Dense.of(2).tanh()));
    Input z = Input.of("z", 2, 5);
    table.put("attention", regression(x, Dense.of(4), MultiHeadAttention.of(2, 3)));
    table.put("causal attention", regression(x, MultiHeadAttention.of(2, 3).causal()));
    table.put(
        "cross attention",
        regression(
            Network.functional(List.of(x, z), List.of(MultiHeadAttention.of(2, 2).on(x, z)))));
    table.put(
        "masked attention",
        regression(
            Network.functional(
                List.of(words),
                List.of(
                    MultiHeadAttention.of(1, 2)
                        .masked()
                        .on(Embedding.of(5, 3).on(words), Mask.of().on(words))))));
    table.put(
        "attention with dropout", regression(x, MultiHeadAttention.of(2, 3).withDropout(0.3)));
    table.put(
        "transformer",
        regression(x, TransformerEncoder.of(2, 2, 5).withActivation(Activation.TANH)));
    table.put(
        "causal transformer with dropout",
        regression(
            x,
            TransformerEncoder.of(1, 2, 4)
                .causal()
                .withActivation(Activation.GELU)
                .withDropout(0.2)));
    table.put(
        "masked transformer",
        regression(
            Network.functional(
                List.of(words),
                List.of(
                    TransformerEncoder.of(1, 2, 4)
                        .masked()
                        .withActivation(Activation.SILU)
                        .on(Embedding.of(5, 3).on(words), Mask.of().on(words))))));
    table.put("mask", regression(Input.of("x", 3, 1), Mask.of(), Dense.of(2)));
  }

  private static void merges(Map<String, Objective> table) {
    Input x = Input.of("x", 3, 4);
    for (Layer merge :
        List.of(
            Subtract.of(),
            Multiply.of(),
            Average.of(),
            Maximum.of(),
            Minimum.of(),
            Dot.of(),
            Dot.cosine())) {
      table.put(
          merge.toString(),
          regression(
              Network.functional(
                  List.of(x), List.of(merge.on(Dense.of(2).on(x), Dense.of(2).sigmoid().on(x))))));
    }
  }

  /** The engine may pool before bias and activation, but not where someone else takes them. */
  private static void poolsOfActivations(Map<String, Objective> table) {
    for (Activation activation : List.of(Activation.RELU, Activation.TANH, Activation.SILU)) {
      table.put(
          "max pool of a convolution with " + activation,
          regression(
              Input.of("x", 6, 6, 1), Conv2d.of(3, 3).withActivation(activation), MaxPool2d.of(2)));
    }
    for (Padding padding : Padding.values()) {
      table.put(
          "overlapping max pool of a convolution, " + padding,
          regression(
              Input.of("x", 6, 5, 1),
              Conv2d.of(2, 2).relu(),
              MaxPool2d.of(3).withStride(2).withPadding(padding)));
    }
    table.put(
        "max pool of an activation of a batch norm",
        regression(
            Input.of("x", 4, 4, 2),
            Conv2d.of(3, 1),
            BatchNorm.of(),
            Activate.of(Activation.RELU),
            MaxPool2d.of(2)));
    Input picture = Input.of("x", 4, 4, 1);
    Node shared = Conv2d.of(2, 3).samePadding().tanh().on(picture);
    Node pooled = Flatten.of().on(MaxPool2d.of(2).on(shared));
    table.put(
        "max pool of a convolution that others take",
        regression(
            Network.functional(
                List.of(picture), List.of(Concatenate.of().on(pooled, Flatten.of().on(shared))))));
    LayerNetwork both = Network.functional(List.of(picture), List.of(pooled, shared));
    table.put(
        "max pool of an output",
        new Objective(
            both,
            Map.of(
                both.outputs().get(0).name(),
                Loss.meanSquaredError(),
                both.outputs().get(1).name(),
                Loss.meanSquaredError()),
            List.of()));
    Layer twice = Conv2d.of(2, 3).samePadding().relu().named("twice");
    Input other = Input.of("z", 4, 4, 1);
    table.put(
        "max pool of one use of a shared convolution",
        regression(
            Network.functional(
                List.of(picture, other),
                List.of(
                    Concatenate.of()
                        .on(
                            Flatten.of().on(MaxPool2d.of(2).on(twice.on(picture))),
                            Flatten.of().on(twice.on(other)))))));
  }

  private static void normalisation(Map<String, Objective> table) {
    table.put(
        "batch norm",
        regression(Input.of("x", 3), Dense.of(4).tanh(), BatchNorm.of(), Dense.of(2)));
    table.put("batch norm of the input", regression(Input.of("x", 3), BatchNorm.of()));
    table.put(
        "batch norm of pictures",
        regression(
            Input.of("x", 4, 3, 2),
            Conv2d.of(3, 2),
            BatchNorm.of().withMomentum(0.9).withEpsilon(1e-2),
            Activate.of(Activation.TANH)));
    for (Layer norm :
        List.of(LayerNorm.of(), RmsNorm.of(), GroupNorm.of(2).withEpsilon(0.1), GroupNorm.of(1))) {
      table.put(
          norm.toString(), regression(Input.of("x", 3), Dense.of(4).tanh(), norm, Dense.of(2)));
      table.put(norm + " of pictures", regression(Input.of("x", 2, 3, 2), Conv2d.of(4, 2), norm));
    }
    table.put(
        "spatial dropout",
        regression(Input.of("x", 3, 3, 1), Conv2d.of(4, 2), SpatialDropout.of(0.5)));
    table.put("dropout", regression(Input.of("x", 3), Dense.of(7), Dropout.of(0.4), Dense.of(2)));
    table.put(
        "dropout of pictures",
        regression(Input.of("x", 3, 3, 1), Conv2d.of(2, 2).tanh(), Dropout.of(0.5)));
    table.put(
        "dropout and batch norm",
        regression(Input.of("x", 3), Dense.of(6), BatchNorm.of(), Dropout.of(0.3), Dense.of(2)));
    table.put("no dropout", regression(Input.of("x", 3), Dense.of(2), Dropout.of(0)));
  }

  private static void shapes(Map<String, Objective> table) {
    table.put(
        "flatten", regression(Input.of("x", 2, 3, 2), Conv2d.of(2, 2), Flatten.of(), Dense.of(3)));
    table.put(
        "reshape",
        regression(
            Input.of("x", 12), Dense.of(12), Reshape.of(2, 3, 2), Conv2d.of(2, 2).samePadding()));
    table.put("permute", regression(Input.of("x", 2, 3, 4), Permute.of(2, 0, 1), Dense.of(3)));
    table.put(
        "repeat vector",
        regression(Input.of("x", 3), Dense.of(2), RepeatVector.of(3), Dense.of(2).tanh()));
    table.put("rescaling", regression(Input.of("x", 3), Rescaling.of(0.5, 2), Dense.of(2)));
    table.put(
        "normalization",
        regression(
            Input.of("x", 2, 3),
            Normalization.of(new double[] {1, 2, 3}, new double[] {0.5, 2, 1}),
            Dense.of(2),
            Normalization.of(0.5, 2)));
    table.put(
        "ends of a sequence",
        regression(
            Input.of("x", 4, 2),
            Dense.of(2),
            ZeroPadding1d.of(1, 2),
            Cropping1d.of(2, 1),
            UpSampling1d.of(3)));
    for (Layer bent : List.of(LeakyRelu.of(0.3), Celu.of(0.5), Threshold.of(0.2, -0.1))) {
      table.put(bent.toString(), regression(Input.of("x", 3), Dense.of(4), bent, Dense.of(2)));
    }
    table.put(
        "noise",
        regression(Input.of("x", 3), Dense.of(4), GaussianNoise.of(0.5), GaussianDropout.of(0.2)));
    table.put(
        "highway", regression(Input.of("x", 3), Highway.of().withActivation(Activation.TANH)));
    table.put("maxout", regression(Input.of("x", 2, 3), Maxout.of(2, 3)));
    table.put("prelu", regression(Input.of("x", 3), Dense.of(4), PRelu.of(), Dense.of(2)));
    table.put(
        "scalar rows",
        regression(Input.of("x"), Reshape.of(1), Dense.of(3).tanh(), Dense.of(1), Reshape.of()));
  }

  private static void graphs(Map<String, Objective> table) {
    Input x = Input.of("x", 4);
    Input z = Input.of("z", 4);
    Node a = Dense.of(4).tanh().on(x);
    Node sum = Add.of().on(a, x, Dense.of(4).on(z));
    table.put("add", regression(Network.functional(List.of(x, z), List.of(sum))));

    Node left = Dense.of(2).on(x);
    Node right = Dense.of(3).tanh().on(x);
    table.put(
        "concatenate",
        regression(
            Network.functional(
                List.of(x), List.of(Dense.of(2).on(Concatenate.of().on(left, right, left))))));
    Input picture = Input.of("x", 3, 2, 2);
    Node tall = Conv2d.of(2, 1).on(picture);
    table.put(
        "concatenate along the first axis",
        regression(
            Network.functional(List.of(picture), List.of(Concatenate.along(0).on(tall, picture)))));

    Layer shared = Dense.of(4).tanh().named("shared");
    table.put(
        "shared layer",
        regression(
            Network.functional(
                List.of(x, z), List.of(Add.of().on(shared.on(shared.on(x)), shared.on(z))))));
    Layer norm = BatchNorm.of().withMomentum(0.5).named("norm");
    table.put(
        "shared batch norm",
        regression(
            Network.functional(List.of(x, z), List.of(Add.of().on(norm.on(x), norm.on(z))))));

    Node trunk = Add.of().on(Dense.of(5).tanh().on(x), Dense.of(5).on(z));
    LayerNetwork two =
        Network.functional(
            List.of(x, z),
            List.of(Dense.of(3).named("class").on(trunk), Dense.of(2).named("value").on(trunk)));
    Map<String, Loss> losses = new LinkedHashMap<>();
    losses.put("class", Loss.sparseCategoricalCrossEntropy());
    losses.put("value", Loss.meanSquaredError());
    table.put("two inputs, two outputs", new Objective(two, losses, List.of(Metric.accuracy())));
    table.put(
        "an output without a loss",
        new Objective(
            two, Map.of("value", Loss.meanSquaredError()), List.of(Metric.meanSquaredError())));
  }

  private static void losses(Map<String, Objective> table) {
    LayerNetwork vector = Network.sequential(Input.of("x", 3), Dense.of(5).tanh(), Dense.of(4));
    LayerNetwork places = Network.sequential(Input.of("x", 2, 3), Dense.of(5).tanh(), Dense.of(4));
    LayerNetwork scalar =
        Network.sequential(Input.of("x", 3), Dense.of(4).tanh(), Dense.of(1), Reshape.of());
    Map<String, LayerNetwork> networks = new LinkedHashMap<>();
    networks.put("a vector", vector);
    networks.put("places", places);
    networks.forEach(
        (name, network) -> {
          table.put(
              "sparse cross-entropy of " + name,
              Objective.of(network, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy()));
          table.put(
              "cross-entropy of " + name,
              Objective.of(
                  network,
                  Loss.categoricalCrossEntropy(),
                  Metric.accuracy(),
                  Metric.meanSquaredError()));
        });
    table.put(
        "class weights of one logit",
        Objective.of(
            Network.sequential(Input.of("x", 3), Dense.of(4).tanh(), Dense.of(1)),
            Loss.binaryCrossEntropy().withClassWeights(3, 0.5),
            Metric.accuracy()));
    for (Loss loss :
        List.of(
            Loss.sparseCategoricalCrossEntropy(0.1),
            Loss.sparseCategoricalCrossEntropy().withClassWeights(1, 2, 0.5, 0),
            Loss.categoricalHinge())) {
      table.put(
          loss.toString(),
          Objective.of(
              vector,
              loss,
              Metric.topKAccuracy(2),
              Metric.precision(Over.CLASSES),
              Metric.f1(Over.ROWS),
              Metric.hitRatio(2),
              Metric.ndcg(3),
              Metric.logLoss()));
    }
    for (LayerNetwork network : List.of(vector, places)) {
      table.put(
          "smoothed cross-entropy, " + network.outputs(),
          Objective.of(
              network,
              Loss.categoricalCrossEntropy(0.1),
              Metric.recall(Over.ALL),
              Metric.topKAccuracy(1)));
      table.put(
          "focal, " + network.outputs(),
          Objective.of(
              network,
              Loss.binaryFocal(),
              Metric.f1(Over.ALL),
              new AreaUnderCurve(AreaUnderCurve.Curve.ROC, 10),
              new AreaUnderCurve(AreaUnderCurve.Curve.PR, 10)));
      for (Loss loss :
          List.of(
              Loss.huber(0.5),
              Loss.quantile(0.9),
              Loss.contrastive(1),
              Loss.cosineDistance(),
              Loss.binaryCrossEntropy(0.2).times(3))) {
        table.put(
            loss + ", " + network.outputs(),
            Objective.of(network, loss, Metric.rootMeanSquaredError(), Metric.r2()));
      }
      for (ErrorFormula formula : ErrorFormula.values()) {
        // Outputs between 0 and 1, because some logarithms want positive ones.
        LayerNetwork positive =
            Network.sequential(
                Input.of(
                    "x",
                    network.inputs().get(0).shape().dimensions().stream()
                        .mapToInt(i -> i)
                        .toArray()),
                Dense.of(4).sigmoid());
        table.put(
            formula + ", " + network.outputs(),
            Objective.of(positive, Loss.mean(formula), Metric.mean(formula)));
      }
    }
    table.put(
        "weighted rows",
        Objective.of(vector, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy()).weighted());
    table.put("weighted rows of two losses", table.get("two inputs, two outputs").weighted());
    Input triple = Input.of("x", 3, 2);
    table.put(
        "triplet",
        Objective.of(
            Network.functional(
                List.of(triple), List.of(TimeDistributed.of(Dense.of(4).tanh()).on(triple))),
            Loss.triplet(0.5)));
    table.put(
        "connectionist",
        Objective.of(
            Network.sequential(Input.of("x", 5, 2), Dense.of(4).tanh(), Dense.of(4)), Loss.ctc(3)));
    table.put(
        "divergence",
        Objective.of(
            Network.sequential(Input.of("x", 3), Dense.of(4).softmax()), Loss.kullbackLeibler()));
    networks.put("a scalar", scalar);
    networks.forEach(
        (name, network) -> {
          table.put(
              "binary cross-entropy of " + name,
              Objective.of(network, Loss.binaryCrossEntropy(), Metric.accuracy()));
          table.put(
              "squared error of " + name,
              Objective.of(network, Loss.meanSquaredError(), Metric.meanSquaredError()));
        });
  }

  private static Objective regression(Input input, Layer... layers) {
    return regression(Network.sequential(input, layers));
  }

  private static Objective regression(LayerNetwork network) {
    return Objective.of(network, Loss.meanSquaredError(), Metric.meanSquaredError());
  }
}
