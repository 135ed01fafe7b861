package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainOnDigitsTest {

  @TempDir private Path folder;

  @Test
  void learnsAndSaves() throws IOException {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    try {
      String model = folder.resolve("model").toUri().toString();
      VectorAssembler assembler =
          new VectorAssembler().setInputCols(new String[] {"pixels"}).setOutputCol("features");

      Dataset<Row> scored =
          TrainOnDigits.run(bars(session, 400, 1), bars(session, 100, 2), assembler, model);

      assertThat(scored.filter("prediction = label").count()).isGreaterThan(95);
      assertThat(
              PipelineModel.load(model)
                  .transform(bars(session, 100, 2))
                  .select("prediction")
                  .collectAsList())
          .isEqualTo(scored.select("prediction").collectAsList());
    } finally {
      session.stop();
    }
  }

  /** Pictures of a bright bar on noise; the bar's height is the label. */
  private static Dataset<Row> bars(SparkSession session, int count, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(
            i -> {
              int label = i % 10;
              double[] pixels = random.doubles(784, 0, 0.3).toArray();
              Arrays.fill(pixels, (4 + 2 * label) * 28, (6 + 2 * label) * 28, 1);
              rows.add(RowFactory.create(Vectors.dense(pixels), label));
            });
    return session.createDataFrame(
        rows,
        new StructType()
            .add("pixels", SQLDataTypes.VectorType())
            .add("label", DataTypes.IntegerType));
  }
}
