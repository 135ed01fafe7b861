package io.kindling.keras;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A class of Keras's layers that can become layers of ours; all of them make the table of {@code
 * docs/models.md}.
 *
 * @param name the class
 * @param becomes layers of ours, for people
 * @param limits what of its options is refused, for people; empty where all of them are taken
 */
record KerasLayer(String name, String becomes, String limits, Translation translation) {

  /** How one becomes ours. */
  interface Translation {
    /**
     * Applies layers of ours in place of the one that was called.
     *
     * @throws Refusal if it cannot go on
     */
    Value of(LayerCall call);
  }

  /**
   * Those that leave the mask of their input to what stands behind them. All others end it, as they
   * do in Keras, which warns of it.
   */
  static final Set<String> CARRIES_MASK =
      Set.of(
          "Activation",
          "ActivityRegularization",
          "AlphaDropout",
          "BatchNormalization",
          "Dense",
          "Dropout",
          "ELU",
          "GaussianDropout",
          "GaussianNoise",
          "GroupNormalization",
          "Identity",
          "LayerNormalization",
          "LeakyReLU",
          "MultiHeadAttention",
          "Normalization",
          "PReLU",
          "ReLU",
          "Rescaling",
          "Softmax",
          "SpatialDropout1D",
          "ThresholdedReLU");

  private static final Map<String, KerasLayer> ALL = all();

  /** Other names of the same classes, as versions of TensorFlow wrote them. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "BatchNormalizationV1", "BatchNormalization",
          "BatchNormalizationV2", "BatchNormalization",
          "SyncBatchNormalization", "BatchNormalization",
          "LSTMV1", "LSTM",
          "LSTMV2", "LSTM",
          "GRUV1", "GRU",
          "GRUV2", "GRU",
          "DenseFeaturesV2", "DenseFeatures");

  private static Map<String, KerasLayer> all() {
    List<KerasLayer> rows = new ArrayList<>();
    rows.addAll(DenseLayers.all());
    rows.addAll(ConvolutionLayers.all());
    rows.addAll(PoolingLayers.all());
    rows.addAll(ShapeLayers.all());
    rows.addAll(NormalizationLayers.all());
    rows.addAll(RecurrentLayers.all());
    rows.addAll(AttentionLayers.all());
    rows.addAll(MergeLayers.all());
    rows.addAll(TrainingLayers.all());
    Map<String, KerasLayer> table = new LinkedHashMap<>();
    rows.forEach(row -> table.put(row.name(), row));
    return table;
  }

  /** All of them, in the order of the manual. */
  static List<KerasLayer> table() {
    return List.copyOf(ALL.values());
  }

  static Optional<KerasLayer> named(String kind) {
    return Optional.ofNullable(ALL.get(ALIASES.getOrDefault(kind, kind)));
  }
}
