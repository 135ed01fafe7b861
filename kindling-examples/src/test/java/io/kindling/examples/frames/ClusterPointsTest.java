package io.kindling.examples.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.spark.frame.TensorFrame;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.mllib.clustering.KMeans;
import org.apache.spark.mllib.clustering.KMeansModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ClusterPointsTest {

  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.sql.shuffle.partitions", "2")
          .getOrCreate();

  @AfterAll
  static void stop() {
    SPARK.stop();
  }

  /** The six points of the parity sheet, in three partitions. */
  private static TensorFrame points() {
    return TensorFrame.of(
            SPARK
                .sql(
                    "SELECT array(a, b) AS x FROM VALUES (0D, 0D), (0D, 1D), (1D, 0D), (10D, 10D), (10D, 11D), (11D, 10D) AS t(a, b)")
                .repartition(3))
        .appendShape("x", -1, 2);
  }

  @Test
  void reachesTheMeansOfBothCorners() {
    ClusterPoints.Clusters clusters =
        ClusterPoints.cluster(points(), new double[][] {{0, 0}, {10, 10}}, 10);
    assertThat(clusters.distances()).hasSize(3);
    assertThat(clusters.distances().get(0)).isCloseTo(4.0, within(1e-9));
    assertThat(clusters.distances().get(1)).isCloseTo(8.0 / 3, within(1e-9));
    assertThat(clusters.distances().get(2)).isEqualTo(clusters.distances().get(1));
    assertThat(clusters.centers()[0])
        .containsExactly(new double[] {1 / 3.0, 1 / 3.0}, within(1e-12));
    assertThat(clusters.centers()[1])
        .containsExactly(new double[] {31 / 3.0, 31 / 3.0}, within(1e-12));
  }

  @Test
  void anEmptyClusterKeepsItsCentre() {
    ClusterPoints.Clusters clusters =
        ClusterPoints.cluster(points(), new double[][] {{0, 0}, {10, 10}, {100, 100}}, 10);
    assertThat(clusters.centers()).hasDimensions(3, 2);
    assertThat(clusters.centers()[2]).containsExactly(100, 100);
    assertThat(clusters.distances().get(1)).isCloseTo(8.0 / 3, within(1e-9));
  }

  @Test
  void oneClusterIsTheMeanOfAll() {
    assertThat(ClusterPoints.cluster(points(), new double[][] {{3, 3}}, 10).centers()[0])
        .containsExactly(new double[] {16 / 3.0, 16 / 3.0}, within(1e-12));
  }

  @Test
  void movesCentresAsMllibDoes() {
    Dataset<Row> table =
        SPARK
            .range(0, 100_000, 1, 4)
            .selectExpr(
                "transform(sequence(0, 99), i -> pmod(xxhash64(id, i), 1000003L) / 1000003D) AS x")
            .persist();
    Random random = new Random(2);
    double[][] start = new double[10][100];
    for (double[] center : start) {
      java.util.Arrays.setAll(center, i -> random.nextDouble());
    }

    double[][] ours =
        ClusterPoints.cluster(TensorFrame.of(table).appendShape("x", -1, 100), start, 10).centers();

    Vector[] begin = Stream.of(start).map(Vectors::dense).toArray(Vector[]::new);
    KMeansModel theirs =
        new KMeans()
            .setK(10)
            .setMaxIterations(10)
            .setEpsilon(0)
            .setInitialModel(new KMeansModel(begin))
            .run(
                table
                    .toJavaRDD()
                    .map(
                        row ->
                            Vectors.dense(
                                row.<Double>getList(0).stream()
                                    .mapToDouble(each -> each)
                                    .toArray()))
                    .cache()
                    .rdd());
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).containsExactly(theirs.clusterCenters()[i].toArray(), within(1e-6));
    }
    table.unpersist();
  }

  @Test
  void takesVectorsToo() {
    Dataset<Row> vectors =
        points()
            .rows()
            .select(
                org.apache
                    .spark
                    .ml
                    .functions
                    .array_to_vector(org.apache.spark.sql.functions.col("x"))
                    .as("x"));
    TensorFrame analyzed = TensorFrame.of(vectors).analyze();
    assertThat(ClusterPoints.cluster(analyzed, new double[][] {{0, 0}, {10, 10}}, 10).centers()[1])
        .containsExactly(new double[] {31 / 3.0, 31 / 3.0}, within(1e-12));
    assertThat(List.of(analyzed.rows().columns())).containsExactly("x");
  }
}
