package io.kindling.examples.frames;

import io.kindling.spark.frame.TensorFrame;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Four things that people compute of columns, as tensor programs and in Spark SQL. */
public final class Recipes {

  private Recipes() {}

  /** The harmonic mean of {@code x} for each {@code key}: {@code n / Σ 1/x}. */
  public static Dataset<Row> harmonicMeans(Dataset<Row> table) {
    return TensorFrame.of(table)
        .mapBlocks(
            g -> {
              Operand<TFloat64> x = g.column("x", TFloat64.class);
              g.output("inverse", g.tf().math.reciprocal(x));
              g.output("n", g.tf().onesLike(x));
            })
        .groupBy("key")
        .aggregate(
            g -> {
              for (String column : new String[] {"inverse", "n"}) {
                g.output(
                    column,
                    g.tf().sum(g.column(column + "_input", TFloat64.class), g.tf().constant(0)));
              }
            })
        .rows()
        .selectExpr("key", "n / inverse AS mean");
  }

  /** The same in SQL. */
  public static Dataset<Row> harmonicMeansInSql(Dataset<Row> table) {
    return table
        .groupBy("key")
        .agg(org.apache.spark.sql.functions.expr("count(x) / sum(1 / x) AS mean"));
  }

  /** Adds {@code z = (x - mean) / deviation}, over all rows. */
  public static Dataset<Row> standardScores(Dataset<Row> table) {
    Row sums =
        TensorFrame.of(table)
            .mapBlocksTrimmed(
                g -> {
                  Ops tf = g.tf();
                  Operand<TFloat64> x = g.column("x", TFloat64.class);
                  Operand<TFloat64> powers =
                      tf.stack(java.util.List.of(tf.onesLike(x), x, tf.math.square(x)));
                  g.output("sums", tf.expandDims(tf.sum(powers, tf.constant(1)), tf.constant(0)));
                })
            .reduceBlocks(
                g ->
                    g.output(
                        "sums",
                        g.tf().sum(g.column("sums_input", TFloat64.class), g.tf().constant(0))));
    double count = sums.<Double>getList(0).get(0);
    double mean = sums.<Double>getList(0).get(1) / count;
    double deviation = Math.sqrt(sums.<Double>getList(0).get(2) / count - mean * mean);
    return TensorFrame.of(table)
        .mapBlocks(
            g ->
                g.output(
                    "z",
                    g.tf()
                        .math
                        .div(
                            g.tf().math.sub(g.column("x", TFloat64.class), g.tf().constant(mean)),
                            g.tf().constant(deviation))))
        .rows();
  }

  /** The same in SQL. */
  public static Dataset<Row> standardScoresInSql(Dataset<Row> table) {
    Row moments = table.selectExpr("avg(x)", "stddev_pop(x)").first();
    return table.selectExpr(
        "(x - %sD) / %sD AS z".formatted(moments.getDouble(0), moments.getDouble(1)), "*");
  }

  /** Adds {@code cosine} of the angle between {@code a} and {@code b}, arrays or vectors. */
  public static Dataset<Row> cosines(Dataset<Row> table) {
    return TensorFrame.of(table)
        .mapBlocks(
            g -> {
              Ops tf = g.tf();
              Operand<TFloat64> a = g.column("a", TFloat64.class);
              Operand<TFloat64> b = g.column("b", TFloat64.class);
              Operand<TFloat64> squares =
                  tf.math.mul(
                      tf.sum(tf.math.square(a), tf.constant(1)),
                      tf.sum(tf.math.square(b), tf.constant(1)));
              g.output(
                  "cosine",
                  tf.math.mul(tf.sum(tf.math.mul(a, b), tf.constant(1)), tf.math.rsqrt(squares)));
            })
        .rows();
  }

  /** The same in SQL, for arrays. */
  public static Dataset<Row> cosinesInSql(Dataset<Row> table) {
    String dot = "aggregate(zip_with(%s, %s, (p, q) -> p * q), 0D, (s, e) -> s + e)";
    return table.selectExpr(
        "%s / sqrt(%s * %s) AS cosine"
            .formatted(dot.formatted("a", "b"), dot.formatted("a", "a"), dot.formatted("b", "b")),
        "*");
  }

  /** Adds the mean of each channel of {@code pixels}, {@code [height, width, channels]} floats. */
  public static Dataset<Row> channelMeans(Dataset<Row> table) {
    return TensorFrame.of(table)
        .mapBlocks(
            g ->
                g.output(
                    "means",
                    g.tf()
                        .math
                        .mean(
                            g.column("pixels", TFloat32.class),
                            g.tf().constant(new int[] {1, 2}),
                            Mean.keepDims(false))))
        .rows();
  }

  /** The same in SQL, for three channels. */
  public static Dataset<Row> channelMeansInSql(Dataset<Row> table) {
    String mean =
        "cast(aggregate(flatten(pixels), 0D, (s, p) -> s + p[%d]) / size(flatten(pixels)) as float)";
    return table.selectExpr(
        "array(%s, %s, %s) AS means"
            .formatted(mean.formatted(0), mean.formatted(1), mean.formatted(2)),
        "*");
  }
}
