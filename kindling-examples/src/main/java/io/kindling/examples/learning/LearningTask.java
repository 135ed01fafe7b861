package io.kindling.examples.learning;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A network, the data it learns from, and the figure that says how well it does. */
public interface LearningTask {

  /** What commands and results call it. */
  String name();

  /** The network in a few words. */
  String network();

  /** What {@link Outcome#figure} is. */
  String figure();

  /** What the mean of the figure over several seeds has to reach. */
  Bar bar();

  /** Passes over the training rows. */
  int epochs();

  /**
   * Trains and measures.
   *
   * @param data folder of data sets, one folder each
   * @param seed of the network, the order of rows and, where the data come in one piece, the split
   * @param epochs {@link #epochs}, or fewer for a trial; schedules of learning rates are as long
   */
  Outcome learn(SparkSession spark, Path data, long seed, int epochs);

  /** All of them, the quick ones first. */
  static List<LearningTask> all() {
    return List.of(
        new ClassifyDigits(),
        new CompressDigits(),
        new ForecastTaxis(),
        new RateFilms(),
        SortMessages.withLstm(),
        SortMessages.withTransformer(),
        new TellTopics(),
        new ClassifyFashion());
  }

  /** Steps of a training: the length of a schedule that ends with it. */
  static long steps(long rows, int batchSize, int epochs) {
    return (rows + batchSize - 1) / batchSize * epochs;
  }
}
