package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.FreshJvm;
import io.kindling.spark.testing.Points;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training in applications whose settings change how Spark sends and writes what we give it. */
class SparkSettingsIT {

  @TempDir private Path folder;

  private static String bitsWithPlainSettings() {
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", Points.SIZE),
                    Dense.of(200).relu(),
                    Dense.of(Points.CLASSES)))
            .setEpochs(2)
            .setBatchSize(50)
            .setNumWorkers(2)
            .fit(new Points(2).table(LocalClusterSession.get(), 200, 100));
    return String.valueOf(Arrays.hashCode(model.model().parameters()));
  }

  @Test
  void trainsTheSameBitsWhereSparkAuthenticatesAndEncrypts() throws Exception {
    assertThat(
            FreshJvm.run(
                folder,
                TrainWithSettings.class,
                "spark.authenticate=true",
                "spark.authenticate.secret=only for this test",
                "spark.network.crypto.enabled=true"))
        .containsExactly("ENCRYPTED", bitsWithPlainSettings());
  }

  @Test
  void trainsTheSameBitsWhereSparkSerializesWithKryo() throws Exception {
    assertThat(
            FreshJvm.run(
                folder,
                TrainWithSettings.class,
                "spark.serializer=org.apache.spark.serializer.KryoSerializer"))
        .containsExactly("AUTHENTICATED", bitsWithPlainSettings());
  }
}
