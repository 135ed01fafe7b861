package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.frame.TensorFrame;
import io.kindling.spark.frame.TensorProgram;
import io.kindling.spark.input.BadRowPolicy;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/**
 * Runs {@code docs/tensor-frames.md} from top to bottom, and writes it or checks that it is up to
 * date.
 */
class TensorFrameGuideTest {

  @TempDir private Path temporary;

  @Test
  void showsWhatRuns() throws IOException {
    RunDocument.of(TensorFrameGuideTest.class, "tensor-frames.md").check();
  }

  @Test
  void runsProgramsOverColumns() throws Exception {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      maps(spark);
      reduces(spark);
      streams(spark);
    }
  }

  private void maps(SparkSession spark) {
    Dataset<Row> table = spark.range(0, 10, 1, 2).selectExpr("double(id) AS x");

    // snippet: map
    TensorFrame frame = TensorFrame.of(table);
    Dataset<Row> moved =
        frame
            .mapBlocks(
                g -> {
                  Ops tf = g.tf();
                  Operand<TFloat64> x = g.column("x", TFloat64.class);
                  g.output("z", tf.math.add(x, tf.constant(3.0)));
                })
            .rows();
    moved.show(); // columns z and x
    // end
    assertThat(moved.where("z = x + 3").count()).isEqualTo(10);
    assertThat(moved.columns()).containsExactly("z", "x");

    // snippet: trim
    Dataset<Row> ofBlocks =
        frame
            .withBlockRows(1000)
            .mapBlocksTrimmed(
                g ->
                    g.output(
                        "sum",
                        g.tf()
                            .sum(
                                g.column("x", TFloat64.class),
                                g.tf().constant(0),
                                Sum.keepDims(true))))
            .rows();
    // end
    assertThat(ofBlocks.selectExpr("sum(sum)").first().getDouble(0)).isEqualTo(45);

    // snippet: feed
    TensorProgram halves =
        TensorProgram.of(
                g ->
                    g.output(
                        "half",
                        g.tf()
                            .math
                            .mul(
                                g.placeholder("value", TFloat32.class, -1), g.tf().constant(0.5f))))
            .withInput("value", "x")
            .withCast("x")
            .withOutput("half", "x half");
    Dataset<Row> halved = frame.mapBlocks(halves).rows();
    // end
    assertThat(halved.where("`x half` = x / 2").count()).isEqualTo(10);

    // snippet: bad
    Dataset<Row> marked =
        TensorFrame.of(table.selectExpr("nullif(x, 4D) AS x"))
            .withBadRowPolicy(BadRowPolicy.MARK)
            .mapBlocks(halves)
            .rows();
    marked.where("reason IS NOT NULL").show(false);
    // end
    assertThat(marked.where("reason IS NOT NULL").count()).isEqualTo(1);

    // snippet: sql
    frame.registerFunction("half", halves.withInput("value", "x"));
    table.createOrReplaceTempView("numbers");
    Dataset<Row> small = spark.sql("SELECT x FROM numbers WHERE half(x) < 2");
    // end
    assertThat(small.count()).isEqualTo(4);
  }

  private void reduces(SparkSession spark) {
    Dataset<Row> table =
        spark.range(0, 10, 1, 3).selectExpr("id % 2 AS key", "array(double(id), -double(id)) AS y");

    // snippet: analyze
    TensorFrame frame = TensorFrame.of(table).analyze();
    frame.printSchema();
    // end
    assertThat(frame.explainTensors()).contains(",2]");

    // snippet: reduce
    TensorProgram sum =
        TensorProgram.of(
            g ->
                g.output("y", g.tf().sum(g.column("y_input", TFloat64.class), g.tf().constant(0))));
    Row total = frame.reduceBlocks(sum); // [45.0, -45.0]
    Dataset<Row> byKey = frame.groupBy("key").aggregate(sum).rows();
    // end
    assertThat(total.<Double>getList(0)).containsExactly(45.0, -45.0);
    assertThat(byKey.where("key = 1").first().<Double>getList(1)).containsExactly(25.0, -25.0);

    // snippet: pairs
    Row largest =
        TensorFrame.of(table.select("y"))
            .reduceRows(
                g ->
                    g.output(
                        "y",
                        g.tf()
                            .math
                            .maximum(
                                g.column("y_1", TFloat64.class), g.column("y_2", TFloat64.class))));
    // end
    assertThat(largest.<Double>getList(0)).containsExactly(9.0, -0.0);
  }

  private void streams(SparkSession spark) throws Exception {
    String folder = temporary.toString();
    Dataset<Row> table = spark.range(0, 10, 1, 2).selectExpr("double(id) AS x");
    table.write().parquet(folder + "/arriving");
    TensorProgram square =
        TensorProgram.of(g -> g.output("xx", g.tf().math.square(g.column("x", TFloat64.class))));

    // snippet: stream
    Dataset<Row> arriving = spark.readStream().schema(table.schema()).parquet(folder + "/arriving");
    StreamingQuery query =
        TensorFrame.of(arriving)
            .mapBlocks(square)
            .rows()
            .writeStream()
            .format("parquet")
            .option("path", folder + "/squared")
            .option("checkpointLocation", folder + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    // end
    assertThat(spark.read().parquet(folder + "/squared").where("xx = x * x").count()).isEqualTo(10);
  }
}
