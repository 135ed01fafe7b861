package io.kindling.spark.testing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Points of three clouds that overlap a little: {@code id}, {@code features} (a vector of {@link
 * #SIZE}), {@code label} (0 to 2) and {@code height} (a number that depends on the features). Equal
 * seeds and partitions give equal rows in equal places.
 */
public record Points(long seed) implements Serializable {

  private static final long serialVersionUID = 1;

  public static final int SIZE = 6;
  public static final int CLASSES = 3;

  public static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("height", DataTypes.FloatType, false);

  /** A table with as many input partitions as there are numbers, of so many rows each. */
  public Dataset<Row> table(SparkSession spark, int... rowsOfPartitions) {
    List<Integer> numbers = IntStream.range(0, rowsOfPartitions.length).boxed().toList();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(numbers, numbers.size())
            .mapPartitionsWithIndex(
                (partition, unused) -> partition(partition, rowsOfPartitions[partition]), false);
    return spark.createDataFrame(rows, SCHEMA);
  }

  private Iterator<Row> partition(int partition, int count) {
    Random random = new Random(seed * 1000 + partition);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(CLASSES);
      double[] features = new double[SIZE];
      double sum = 0;
      for (int j = 0; j < SIZE; j++) {
        features[j] = random.nextGaussian() + (j % CLASSES == label ? 1.5 : 0);
        sum += features[j] * (j + 1);
      }
      rows.add(
          RowFactory.create(
              partition * 1_000_000L + i,
              Vectors.dense(features),
              (double) label,
              (float) (sum / SIZE)));
    }
    return rows.iterator();
  }
}
