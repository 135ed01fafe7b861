package io.kindling.cli.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalSparkHome;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** The README's network on 60,000 real pictures, five epochs, two executor JVMs. */
class FashionMnistIT {

  /** Five epochs of 60,000 rows in batches of 128. */
  private static final long STEPS = 5 * 469;

  @Test
  @NeedsShared
  void reachesNinetyPercentInFiveEpochs() throws IOException {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local-cluster[2,1,1536]")
            .config("spark.ui.enabled", "false");
    LocalSparkHome.ofEnvironment().settings().forEach(builder::config);
    builder.config("spark.executor.memory", "1536m");
    SparkSession session = builder.getOrCreate();
    try {
      NeuralClassifier classifier =
          new NeuralClassifier()
              .setNetwork(
                  Network.sequential(
                      Input.of("features", 28, 28, 1),
                      Conv2d.of(32, 5).relu(),
                      MaxPool2d.of(2),
                      Flatten.of(),
                      Dense.of(128).relu(),
                      Dropout.of(0.3),
                      Dense.of(10)))
              .setOptimizer(
                  Optimizers.adam(2e-3).withLearningRate(LearningRate.cosine(2e-3, STEPS)))
              .setEpochs(5)
              .setBatchSize(128)
              .setNumWorkers(2)
              .setSeed(1);

      NeuralClassificationModel model = classifier.fit(pictures(session, "train"));

      Dataset<Row> scored = model.transform(pictures(session, "t10k"));
      assertThat(scored.filter("prediction = label").count() / 10_000.0)
          .isGreaterThanOrEqualTo(0.90);
      assertThat(model.summary().last().training().rows()).isEqualTo(60_000);
    } finally {
      session.stop();
    }
  }

  private static Dataset<Row> pictures(SparkSession session, String part) throws IOException {
    return Sources.open(
        session,
        Source.of(
            "idx",
            null,
            Map.of(
                "images",
                    SharedData.path("fashion-mnist/" + part + "-images-idx3-ubyte.gz").toString(),
                "labels",
                    SharedData.path("fashion-mnist/" + part + "-labels-idx1-ubyte.gz")
                        .toString())));
  }
}
