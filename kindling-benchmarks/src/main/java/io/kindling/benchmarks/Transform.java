package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.spark.scoring.Scorer;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code model.transform} of a table in Parquet, with the three columns that a classifier adds, all
 * rows consumed by Spark's {@code noop} writer, in one thread; against two bare loops over the same
 * graph, blocks of as many rows: one over tensors that lie ready, and one that reads the rows of
 * the same table in a Spark task, as internal rows, and drops what it computes. The first tells
 * what Spark and Kindling cost together, the second what Kindling adds to rows that come from
 * Spark.
 *
 * <p>{@code kindling-benchmarks/run transform}
 */
final class Transform implements Benchmark {

  private static final int ROWS = 96 * 1024;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 9;
  private static final double BAR = 0.8;

  @Override
  public String name() {
    return "transform";
  }

  @Override
  public void run(Report report) throws Exception {
    Network readme =
        Network.sequential(
            Input.of("features", 28, 28, 1),
            Conv2d.of(32, 5).relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.3),
            Dense.of(Images.CLASSES));
    Images data = new Images(ROWS);
    try (SparkSession spark = Images.session("local[1]")) {
      Dataset<Row> table = Images.read(spark, data.write(spark)).drop("vector");
      try (Sides sides = sides(data, table, readme, 28, 28, 1)) {
        String words = "conv 5x5x32, pool, dense 128, dropout, 10";
        report.add(sides.againstTensors(words));
        report.add(sides.againstRows(words));
      }
      try (Sides sides = sides(data, table, Architecture.MLP.network(), Images.SIZE)) {
        report.add(sides.againstRows(Architecture.MLP.words()));
        // Reading a row takes as long as computing it, so that no bar is set here.
        report.remark(sides.againstTensors(Architecture.MLP.words()).toJson());
      }
      double[] reading = new double[ROUNDS];
      for (int i = 0; i < reading.length; i++) {
        reading[i] = ROWS / secondsOf(table);
      }
      report.remark(
          "The same table into the noop writer without a model: %.0f rows/s"
              .formatted(Comparison.median(reading)));
    }
  }

  private Sides sides(Images data, Dataset<Row> table, Network network, long... image)
      throws Exception {
    NeuralClassificationModel model =
        new NeuralClassifier().setNetwork(network).setEpochs(1).fit(table.limit(256));
    List<Images.Tensors> blocks = data.tensors(Scorer.blockRows(network), image);
    return new Sides(table, model, blocks, new BareScoring(model.model(), blocks));
  }

  /** One model, scored by Kindling and by the bare loops. */
  private record Sides(
      Dataset<Row> table,
      NeuralClassificationModel model,
      List<Images.Tensors> blocks,
      BareScoring bare)
      implements AutoCloseable {

    Comparison againstTensors(String words) throws Exception {
      long rows = blocks.size() * blocks.get(0).images().shape().get(0);
      return against(words + ", tensors that lie ready", () -> rows / bare.score());
    }

    Comparison againstRows(String words) throws Exception {
      return against(words + ", rows of the same table", () -> ROWS / bare.score(table, ROWS));
    }

    private Comparison against(String words, Comparison.Side other) throws Exception {
      return Comparison.alternate(
          new Case("transform", words, BAR, "rows/s"),
          WARM_UPS,
          ROUNDS,
          () -> ROWS / secondsOf(model.transform(table)),
          other);
    }

    @Override
    public void close() {
      bare.close();
      blocks.forEach(Images.Tensors::close);
    }
  }

  private static double secondsOf(Dataset<Row> rows) {
    long start = System.nanoTime();
    rows.write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }
}
