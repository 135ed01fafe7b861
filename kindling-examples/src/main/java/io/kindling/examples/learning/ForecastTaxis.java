package io.kindling.examples.learning;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import io.kindling.loss.Loss;
import io.kindling.network.Add;
import io.kindling.network.Cropping1d;
import io.kindling.network.Dense;
import io.kindling.network.Gru;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Normalization;
import io.kindling.network.Rescaling;
import io.kindling.network.Reshape;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralEstimator;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Forecasts how many people take a taxi in New York in the next half hour from the day before:
 * {@code nyc_taxi} of the Numenta Anomaly Benchmark, half-hourly from July 2014 to January 2015.
 * The last fifth of the time, with Christmas, New Year and a blizzard, is for testing. Beside it
 * stand the forecasts that need no training.
 */
final class ForecastTaxis implements LearningTask {

  private static final int WINDOW = 48;
  private static final int WEEK = 7 * 48;
  private static final int BATCH = 64;
  private static final double RATE = 5e-3;

  @Override
  public String name() {
    return "nyc-taxi";
  }

  @Override
  public String network() {
    return "GRU 32 over " + WINDOW + " half-hours, 1";
  }

  @Override
  public String figure() {
    return "test RMSE over that of the best forecast without training";
  }

  @Override
  public Bar bar() {
    return Bar.atMost(0.6);
  }

  @Override
  public int epochs() {
    return 30;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> windows =
        windows(spark, data.resolve("nab/realKnownCause/nyc_taxi.csv").toString());
    Dataset<Row> train = windows.where("place < 0.8");
    Dataset<Row> test = windows.where("place >= 0.8");
    Row moments = train.selectExpr("avg(value)", "stddev(value)", "stddev(value - last)").first();
    NeuralEstimator forecaster =
        new NeuralEstimator()
            .setNetwork(network(moments.getDouble(0), moments.getDouble(1), moments.getDouble(2)))
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("value")
            .setOptimizer(
                Optimizers.adam(RATE)
                    .withLearningRate(
                        LearningRate.cosine(
                            RATE, LearningTask.steps(train.count(), BATCH, epochs))))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed);
    LinearRegression straight =
        new LinearRegression()
            .setRegParam(1e-3) // next to nothing; Spark advises against nothing
            .setFeaturesCol("vector")
            .setLabelCol("value")
            .setPredictionCol("linear");
    Dataset<Row> scored = straight.fit(train).transform(forecaster.fit(train).transform(test));
    double error = error("rmse", "forecast", scored);
    double last = error("rmse", "last", scored);
    double yesterday = error("rmse", "yesterday", scored);
    double weekAgo = error("rmse", "weekAgo", scored);
    return Outcome.of(error / Math.min(last, Math.min(yesterday, weekAgo)))
        .beside("RMSE", error)
        .beside("MAE", error("mae", "forecast", scored))
        .beside("RMSE of linear regression", error("rmse", "linear", scored))
        .beside("RMSE of the last value", last)
        .beside("RMSE of a day before", yesterday)
        .beside("RMSE of a week before", weekAgo);
  }

  /** The last value and what a GRU expects to change. */
  private static Network network(double mean, double deviation, double deviationOfChange) {
    Input window = Input.of("window", WINDOW);
    Node values = Reshape.of(WINDOW, 1).on(window);
    Node last = Reshape.of(1).on(Cropping1d.of(WINDOW - 1, 0).on(values));
    Node read = Gru.of(32).on(Normalization.of(mean, deviation).on(values));
    Node change = Rescaling.of(deviationOfChange).on(Dense.of(1).on(read));
    return Network.functional(
        List.of(window), List.of(Add.of().named("forecast").on(last, change)));
  }

  private static double error(String metric, String forecast, Dataset<Row> scored) {
    return new RegressionEvaluator()
        .setMetricName(metric)
        .setLabelCol("value")
        .setPredictionCol(forecast)
        .evaluate(scored.selectExpr("value", "CAST(" + forecast + " AS DOUBLE) AS " + forecast));
  }

  /** Each value with those before it, and its place in time, from 0 to 1. */
  private static Dataset<Row> windows(SparkSession spark, String file) {
    spark
        .read()
        .option("header", "true")
        .schema("timestamp TIMESTAMP, value DOUBLE")
        .csv(file)
        .createOrReplaceTempView("taxis");
    return spark
        .sql(
            """
            SELECT value,
              collect_list(value) OVER (ORDER BY timestamp ROWS BETWEEN %d PRECEDING AND 1 PRECEDING) AS window,
              lag(value, 1) OVER (ORDER BY timestamp) AS last,
              lag(value, 48) OVER (ORDER BY timestamp) AS yesterday,
              lag(value, %d) OVER (ORDER BY timestamp) AS weekAgo,
              percent_rank() OVER (ORDER BY timestamp) AS place
            FROM taxis
            """
                .formatted(WINDOW, WEEK))
        .where("weekAgo IS NOT NULL")
        .withColumn("vector", array_to_vector(col("window")));
  }
}
