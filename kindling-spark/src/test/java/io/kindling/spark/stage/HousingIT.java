package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** What a house in California costs, from the census of 1990. */
@NeedsShared
class HousingIT {

  private static final String[] NUMBERS = {
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "bedrooms",
    "population",
    "households",
    "median_income"
  };

  /** The numbers, and one for each place by the ocean but the last. */
  private static final int FEATURES = NUMBERS.length + 4;

  private static final double DOLLARS = 1e5;
  private static final double MEAN_PRICE = 2e5;

  private final SparkSession spark = LocalClusterSession.get();

  @Test
  void explainsThreeQuartersOfThePricesOfHousesItHasNotSeen() {
    Dataset<Row> houses =
        spark
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv(SharedData.path("california-housing/housing.csv").toString());
    Dataset<Row>[] parts = houses.randomSplit(new double[] {0.8, 0.2}, 1);
    // Prices leave the network in dollars; the layers before see numbers around 0.
    NeuralRegressor regressor =
        new NeuralRegressor()
            .setNetwork(
                Network.sequential(
                    Input.of("features", FEATURES),
                    Dense.of(64).relu(),
                    Dense.of(32).relu(),
                    Dense.of(1),
                    Rescaling.of(DOLLARS, MEAN_PRICE)))
            .setMetrics(Metric.r2())
            .setLabelCol("median_house_value")
            .setLearningRate(0.005)
            .setBatchSize(256)
            .setEpochs(15)
            .setNumWorkers(2)
            .setSeed(1);

    Dataset<Row> scored = pipeline(regressor).fit(parts[0]).transform(parts[1]);

    assertThat(
            new RegressionEvaluator()
                .setMetricName("r2")
                .setLabelCol("median_house_value")
                .evaluate(scored))
        .isGreaterThanOrEqualTo(0.75);
  }

  private static Pipeline pipeline(PipelineStage regressor) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new Imputer().setInputCol("total_bedrooms").setOutputCol("bedrooms"),
              new VectorAssembler().setInputCols(NUMBERS).setOutputCol("numbers"),
              new StandardScaler().setWithMean(true).setInputCol("numbers").setOutputCol("scaled"),
              new StringIndexer().setInputCol("ocean_proximity").setOutputCol("place"),
              new OneHotEncoder().setInputCol("place").setOutputCol("placeVector"),
              new VectorAssembler()
                  .setInputCols(new String[] {"scaled", "placeVector"})
                  .setOutputCol("features"),
              regressor
            });
  }
}
