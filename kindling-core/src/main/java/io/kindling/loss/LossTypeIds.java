package io.kindling.loss;

import io.kindling.network.OpenTypeIds;
import java.util.Map;

/** Names of losses in texts. */
final class LossTypeIds extends OpenTypeIds {

  static final Map<String, Class<?>> KNOWN =
      Map.ofEntries(
          Map.entry("sparse_categorical_cross_entropy", SparseCategoricalCrossEntropy.class),
          Map.entry("categorical_cross_entropy", CategoricalCrossEntropy.class),
          Map.entry("binary_cross_entropy", BinaryCrossEntropy.class),
          Map.entry("binary_focal", BinaryFocal.class),
          Map.entry("categorical_hinge", CategoricalHinge.class),
          Map.entry("kullback_leibler", KullbackLeibler.class),
          Map.entry("cosine_distance", CosineDistance.class),
          Map.entry("mean_error", MeanError.class),
          Map.entry("huber", Huber.class),
          Map.entry("quantile", Quantile.class),
          Map.entry("contrastive", Contrastive.class),
          Map.entry("ctc", Ctc.class),
          Map.entry("triplet", Triplet.class),
          Map.entry("class_weighted", ClassWeighted.class),
          Map.entry("scaled", Scaled.class));

  LossTypeIds() {
    super(Loss.class, KNOWN);
  }
}
