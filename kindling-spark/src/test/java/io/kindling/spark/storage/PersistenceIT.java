package io.kindling.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.file.CompleteFolder;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.FreshJvm;
import io.kindling.spark.testing.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class PersistenceIT {

  private final SparkSession spark = LocalClusterSession.get();
  private String points;
  private NeuralClassificationModel model;
  private NeuralClassificationModel other;

  @BeforeAll
  void train(@TempDir Path shared) {
    points = shared.resolve("points").toString();
    new Points(5).table(spark, 50, 50).coalesce(1).write().parquet(points);
    model = trained(2);
    other = trained(1);
  }

  private NeuralClassificationModel trained(int epochs) {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE),
                Dense.of(16).relu(),
                BatchNorm.of(),
                Dropout.of(0.2),
                Dense.of(Points.CLASSES)))
        .setEpochs(epochs)
        .setBatchSize(20)
        .setNumWorkers(2)
        .fit(spark.read().parquet(points));
  }

  private static List<String> bits(NeuralClassificationModel model, Dataset<Row> table) {
    return Arrays.stream(ScoreInFreshJvm.collect(model, table)).map(ScoreInFreshJvm::bits).toList();
  }

  @Test
  void aFreshJvmScoresTheSameBits(@TempDir Path folder) throws Exception {
    String path = folder.resolve("model").toString();
    other.save(path);
    model.write().overwrite().save(path);

    List<String> printed = FreshJvm.run(folder.resolve("jvm"), ScoreInFreshJvm.class, path, points);

    assertThat(printed).hasSize(100).isEqualTo(bits(model, spark.read().parquet(points)));
  }

  @Test
  void overwritingKeepsTheOldModelUntilTheNewIsComplete(@TempDir Path folder) throws Exception {
    String path = folder.resolve("model").toString();
    other.save(path);
    List<String> old = bits(other, spark.read().parquet(points));

    assertThatThrownBy(
            () ->
                new CompleteFolder(path, spark.sparkContext().hadoopConfiguration())
                    .overwrite(
                        fresh -> {
                          model.save(fresh + "/part");
                          assertThat(loaded(path)).isEqualTo(old);
                          throw new IOException("The disk is full.");
                        }))
        .hasMessage("The disk is full.");

    assertThat(loaded(path)).isEqualTo(old);
    model.write().overwrite().save(path);
    assertThat(loaded(path)).isEqualTo(bits(model, spark.read().parquet(points))).isNotEqualTo(old);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(Path.of(path));
    }
  }

  private List<String> loaded(String path) {
    return bits(NeuralClassificationModel.load(path), spark.read().parquet(points));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters.f32", "state.f32", "history.json", "kindling.json"})
  void refusesADamagedFileByItsName(String name, @TempDir Path folder) throws Exception {
    String path = folder.resolve("model").toString();
    model.save(path);
    Path file = folder.resolve("model/model").resolve(name);
    byte[] content = Files.readAllBytes(file);
    content[0] ^= 1;
    Files.write(file, content);

    // Hadoop's own checksums see it first, where the file system keeps some.
    assertThatThrownBy(() -> NeuralClassificationModel.load(path)).hasStackTraceContaining(name);
    Files.delete(file.resolveSibling("." + name + ".crc"));
    assertThatThrownBy(() -> NeuralClassificationModel.load(path))
        .hasMessageStartingWith("Failed to load the model from " + path)
        .hasMessageContaining(name);
    Files.delete(file);
    assertThatThrownBy(() -> NeuralClassificationModel.load(path))
        .hasMessageStartingWith("Failed to load the model from " + path)
        .hasMessageContaining(name);
  }

  @Test
  void tensorFlowAloneServesTheSameNumbers(@TempDir Path folder) throws Exception {
    String path = folder.resolve("model").toString();
    model.save(path);
    Row[] scored =
        (Row[])
            model
                .transform(spark.read().parquet(points))
                .select("features", "rawPrediction")
                .collect();
    Path rows = folder.resolve("rows.txt");
    Files.write(
        rows,
        Arrays.stream(scored)
            .map(
                row ->
                    Arrays.stream(((Vector) row.get(0)).toArray())
                        .mapToObj(each -> Float.toString((float) each))
                        .collect(Collectors.joining(" ")))
            .toList());

    List<String> printed =
        FreshJvm.run(
            folder.resolve("jvm"),
            ServeSavedModel.class,
            path + "/model/saved_model",
            rows.toString());

    List<Double> expected = new ArrayList<>();
    for (Row row : scored) {
      Arrays.stream(((Vector) row.get(1)).toArray()).forEach(expected::add);
    }
    assertThat(printed).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(Double.parseDouble(printed.get(i)))
          .isCloseTo(expected.get(i), Offset.offset(1e-6 * Math.max(1, Math.abs(expected.get(i)))));
    }
  }
}
