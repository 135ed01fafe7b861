package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** Who earns more than 50,000 dollars, UCI Adult: a network at the end of Spark's own stages. */
@NeedsShared
class CensusIT {

  private static final List<String> NUMBERS =
      List.of("age", "weight", "schoolYears", "gain", "loss", "hours");

  private static final List<String> TEXTS =
      List.of("employer", "school", "marriage", "job", "relation", "race", "sex", "country");

  /** Six numbers, and one for each of the 102 texts that stand in the eight columns. */
  private static final int FEATURES = 108;

  private final SparkSession spark = LocalClusterSession.get();
  private final MulticlassClassificationEvaluator accuracy =
      new MulticlassClassificationEvaluator().setMetricName("accuracy").setLabelCol("isRich");

  private final NeuralClassifier classifier =
      new NeuralClassifier()
          .setNetwork(
              Network.sequential(Input.of("features", FEATURES), Dense.of(32).relu(), Dense.of(1)))
          .setLabelCol("isRich")
          .setLearningRate(0.005)
          .setBatchSize(512)
          .setEpochs(8)
          .setSeed(1);

  @Test
  void closesAPipelineOfSparksStages() {
    Dataset<Row> scored =
        pipeline(numbering(), classifier).fit(census("data")).transform(census("test"));

    assertThat(accuracy.evaluate(scored)).isGreaterThanOrEqualTo(0.85);
  }

  @Test
  void isTunedByCrossValidationInAPipelineTwoFitsAtATime() {
    Dataset<Row> train = census("data").sample(0.25, 1);
    CrossValidatorModel tuned =
        new CrossValidator()
            .setEstimator(quickPipeline())
            .setEstimatorParamMaps(rates())
            .setEvaluator(accuracy)
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(1)
            .fit(train);

    assertThat(tuned.avgMetrics()[1]).isGreaterThan(tuned.avgMetrics()[0]);
    assertThat(accuracy.evaluate(tuned.transform(census("test")))).isGreaterThan(0.8);
  }

  @Test
  void isTunedOnOneSplitTwoFitsAtATime() {
    Dataset<Row> train = census("data").sample(0.25, 1);
    TrainValidationSplitModel tuned =
        new TrainValidationSplit()
            .setEstimator(quickPipeline())
            .setEstimatorParamMaps(rates())
            .setEvaluator(accuracy)
            .setTrainRatio(0.8)
            .setParallelism(2)
            .setSeed(1)
            .fit(train);

    assertThat(tuned.validationMetrics()[1]).isGreaterThan(tuned.validationMetrics()[0]);
    assertThat(accuracy.evaluate(tuned.transform(census("test")))).isGreaterThan(0.8);
  }

  @Test
  void tellsThreeIrisesApartByOneAgainstTheRest() {
    Dataset<Row> irises =
        spark
            .read()
            .schema("a DOUBLE, b DOUBLE, c DOUBLE, d DOUBLE, name STRING")
            .csv(SharedData.path("iris/iris.data").toString())
            .where("name IS NOT NULL");
    Dataset<Row> table =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("name").setOutputCol("label"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"a", "b", "c", "d"})
                      .setOutputCol("features")
                })
            .fit(irises)
            .transform(irises)
            .cache();
    OneVsRest oneVsRest =
        new OneVsRest()
            .setClassifier(
                new NeuralClassifier()
                    .setNetwork(
                        Network.sequential(
                            Input.of("features", 4), Dense.of(16).relu(), Dense.of(1)))
                    .setLearningRate(0.02)
                    .setBatchSize(30)
                    .setEpochs(40)
                    .setNumWorkers(1)
                    .setSeed(1));
    oneVsRest.setParallelism(2);

    assertThat(
            new MulticlassClassificationEvaluator()
                .setMetricName("accuracy")
                .evaluate(oneVsRest.fit(table).transform(table)))
        .isGreaterThanOrEqualTo(0.96);
  }

  /** A rate that learns nothing in so few steps, and one that does. */
  private ParamMap[] rates() {
    return new ParamGridBuilder()
        .addGrid(classifier.learningRate(), new double[] {1e-6, 0.01})
        .build();
  }

  /**
   * Two epochs, on one of the executors. The texts are numbered beforehand, by all rows: a fold
   * that misses a country, and one of them stands in one row, would make shorter vectors.
   */
  private Pipeline quickPipeline() {
    return pipeline(numbering().fit(census("data")), classifier.setEpochs(2).setNumWorkers(1));
  }

  private static StringIndexer numbering() {
    return new StringIndexer()
        .setInputCols(TEXTS.toArray(String[]::new))
        .setOutputCols(each("Number"))
        .setHandleInvalid("keep");
  }

  private static Pipeline pipeline(PipelineStage numbering, NeuralClassifier classifier) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer()
                  .setInputCol("income")
                  .setOutputCol("isRich")
                  .setStringOrderType("alphabetAsc"),
              numbering,
              new OneHotEncoder().setInputCols(each("Number")).setOutputCols(each("Vector")),
              new VectorAssembler()
                  .setInputCols(NUMBERS.toArray(String[]::new))
                  .setOutputCol("numbers"),
              new StandardScaler().setWithMean(true).setInputCol("numbers").setOutputCol("scaled"),
              new VectorAssembler()
                  .setInputCols(
                      Stream.concat(Stream.of("scaled"), Arrays.stream(each("Vector")))
                          .toArray(String[]::new))
                  .setOutputCol("features"),
              classifier
            });
  }

  private static String[] each(String suffix) {
    return TEXTS.stream().map(text -> text + suffix).toArray(String[]::new);
  }

  /** One of the two files; the labels of {@code adult.test} end with a dot. */
  private Dataset<Row> census(String part) {
    return spark
        .read()
        .option("ignoreLeadingWhiteSpace", true)
        .option("comment", "|")
        .schema(
            "age DOUBLE, employer STRING, weight DOUBLE, school STRING, schoolYears DOUBLE,"
                + " marriage STRING, job STRING, relation STRING, race STRING, sex STRING,"
                + " gain DOUBLE, loss DOUBLE, hours DOUBLE, country STRING, income STRING")
        .csv(SharedData.path("adult/adult." + part).toString())
        .where("income IS NOT NULL")
        .withColumn("income", functions.expr("rtrim('.', income)"));
  }
}
