package io.kindling.examples.frames;

import io.kindling.spark.frame.TensorFrame;
import io.kindling.spark.frame.TensorProgram;
import io.kindling.tensorflow.ProgramSketch;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt64;

/**
 * Lloyd's algorithm for k-means: every point goes to its nearest centre, every centre to the mean
 * of its points. A block of points is reduced to sums and counts in the graph, so that little
 * leaves a task. A centre without points stays where it is.
 *
 * <p>S. P. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory 28
 * (1982).
 */
public final class ClusterPoints {

  private ClusterPoints() {}

  /**
   * Where centres went.
   *
   * @param centers a row per cluster
   * @param distances of each step: the sum of all points' squared distances to their nearest
   *     centre, before the step moved the centres
   */
  public record Clusters(double[][] centers, List<Double> distances) {}

  /**
   * Moves centres until the sum of distances repeats, or for so many steps.
   *
   * @param points a column {@code x} of arrays or vectors of equally many doubles
   * @param centers where to begin, a row per cluster
   */
  public static Clusters cluster(TensorFrame points, double[][] centers, int mostSteps) {
    double[][] current = centers;
    List<Double> distances = new ArrayList<>();
    for (int step = 0; step < mostSteps; step++) {
      double[][] from = current;
      Row sums =
          points
              .mapBlocksTrimmed(TensorProgram.of(g -> assign(g, from)))
              .reduceBlocks(ClusterPoints::add);
      double distance = sums.getDouble(sums.fieldIndex("distance"));
      boolean repeats = !distances.isEmpty() && distances.get(distances.size() - 1) == distance;
      distances.add(distance);
      if (repeats) {
        break;
      }
      current =
          moved(
              current,
              sums.getList(sums.fieldIndex("sums")),
              sums.getList(sums.fieldIndex("counts")));
    }
    return new Clusters(current, distances);
  }

  /** A row per block: sums and counts of the points nearest to each centre, and their distance. */
  private static void assign(ProgramSketch g, double[][] centers) {
    Ops tf = g.tf();
    Operand<TFloat64> x = g.column("x", TFloat64.class);
    Operand<TFloat64> c = tf.constant(centers);
    // |x - c|² = |x|² - 2 x·c + |c|²
    Operand<TFloat64> products = tf.linalg.matMul(x, c, MatMul.transposeB(true));
    Operand<TFloat64> lengths =
        tf.math.add(
            tf.sum(tf.math.square(x), tf.constant(1), Sum.keepDims(true)),
            tf.sum(tf.math.square(c), tf.constant(1)));
    Operand<TFloat64> squares =
        tf.math.maximum(
            tf.math.sub(lengths, tf.math.mul(tf.constant(2.0), products)), tf.constant(0.0));
    Operand<TInt64> nearest = tf.math.argMin(squares, tf.constant(1));
    Operand<TFloat64> belongs =
        tf.oneHot(nearest, tf.constant(centers.length), tf.constant(1.0), tf.constant(0.0));
    Operand<TFloat64> sums = tf.linalg.matMul(belongs, x, MatMul.transposeA(true));
    g.output("sums", tf.expandDims(sums, tf.constant(0)));
    g.output("counts", tf.sum(belongs, tf.constant(0), Sum.keepDims(true)));
    g.output(
        "distance", tf.sum(tf.min(squares, tf.constant(1)), tf.constant(0), Sum.keepDims(true)));
  }

  private static void add(ProgramSketch g) {
    for (String column : List.of("sums", "counts", "distance")) {
      g.output(column, g.tf().sum(g.column(column + "_input", TFloat64.class), g.tf().constant(0)));
    }
  }

  private static double[][] moved(double[][] centers, List<?> sums, List<Double> counts) {
    double[][] moved = new double[centers.length][];
    for (int cluster = 0; cluster < moved.length; cluster++) {
      moved[cluster] = centers[cluster].clone();
      double count = counts.get(cluster);
      List<?> sum =
          scala.jdk.javaapi.CollectionConverters.asJava(
              (scala.collection.Seq<?>) sums.get(cluster));
      for (int i = 0; count > 0 && i < moved[cluster].length; i++) {
        moved[cluster][i] = (Double) sum.get(i) / count;
      }
    }
    return moved;
  }
}
