package io.kindling.examples.learning;

import io.kindling.loss.Loss;
import io.kindling.network.Add;
import io.kindling.network.Dot;
import io.kindling.network.Embedding;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Rescaling;
import io.kindling.network.Reshape;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralEstimator;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Predicts how a person rates a film from others' ratings: MovieTweetings, Dooms et al., 2013, of
 * which four fifths are for training. The rating is the mean of all, plus a number for the person,
 * one for the film, and the product of their vectors: Koren et al., <i>Matrix Factorization
 * Techniques for Recommender Systems</i>, 2009.
 */
final class RateFilms implements LearningTask {

  private static final int FACTORS = 8;
  private static final int BATCH = 512;

  @Override
  public String name() {
    return "movietweetings-100k";
  }

  @Override
  public String network() {
    return "embeddings " + FACTORS + " and 1 of persons and films, product and sum";
  }

  @Override
  public String figure() {
    return "test RMSE over that of the mean rating";
  }

  @Override
  public Bar bar() {
    return Bar.atMost(0.95);
  }

  @Override
  public int epochs() {
    return 8;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row>[] parts =
        spark
            .read()
            .option("sep", "::")
            .schema("person STRING, film STRING, rating DOUBLE, time LONG")
            .csv(data.resolve("movietweetings-100k/ratings.dat").toString())
            .select("person", "film", "rating")
            .randomSplit(new double[] {0.8, 0.2}, seed);
    double mean = parts[0].agg(functions.avg("rating")).first().getDouble(0);
    StringIndexerModel numbers =
        new StringIndexer()
            .setInputCols(new String[] {"person", "film"})
            .setOutputCols(new String[] {"personNumber", "filmNumber"})
            .setHandleInvalid("keep") // whoever is new gets a number of its own, behind the others
            .fit(parts[0]);
    int persons = numbers.labelsArray()[0].length + 1;
    int films = numbers.labelsArray()[1].length + 1;
    NeuralEstimator recommender =
        new NeuralEstimator()
            .setNetwork(network(persons, films, mean))
            .setInputCols("personNumber", "filmNumber")
            .setOutputCols("predicted")
            .setLabelCols("rating")
            .setLoss(Loss.meanSquaredError())
            .setOptimizer(Optimizers.adamW(3e-3, 0.1))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed);
    Dataset<Row> scored =
        new Pipeline()
            .setStages(new PipelineStage[] {numbers, recommender})
            .fit(parts[0])
            .transform(parts[1])
            .withColumn("mean", functions.lit(mean));
    double error = rmse("predicted", scored);
    double errorOfMean = rmse("mean", scored);
    return Outcome.of(error / errorOfMean)
        .beside("RMSE", error)
        .beside("RMSE of the mean rating", errorOfMean);
  }

  private static Network network(int persons, int films, double mean) {
    Input person = Input.ofWholeNumbers("person");
    Input film = Input.ofWholeNumbers("film");
    Node product =
        Dot.of()
            .on(Embedding.of(persons, FACTORS).on(person), Embedding.of(films, FACTORS).on(film));
    Node sum =
        Add.of()
            .on(
                Reshape.of(1).on(product),
                Embedding.of(persons, 1).withTableInitializer(Initializer.zeros()).on(person),
                Embedding.of(films, 1).withTableInitializer(Initializer.zeros()).on(film));
    return Network.functional(
        List.of(person, film), List.of(Rescaling.of(1, mean).named("rating").on(sum)));
  }

  private static double rmse(String prediction, Dataset<Row> scored) {
    return new RegressionEvaluator()
        .setMetricName("rmse")
        .setLabelCol("rating")
        .setPredictionCol(prediction)
        .evaluate(scored);
  }
}
