package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.CategoryEncoding;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Mask;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Reshape;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import io.kindling.spark.stage.Adapt;
import io.kindling.spark.stage.MicroBatchTraining;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralModel;
import io.kindling.spark.stage.NeuralRegressionModel;
import io.kindling.spark.stage.NeuralRegressor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code docs/guide.md} from top to bottom, and writes it or checks that it is up to date. */
class GuideTest {

  @TempDir private Path temporary;

  @Test
  void showsWhatRuns() throws IOException {
    RunDocument.of(GuideTest.class, "guide.md").check();
  }

  @Test
  void theFirstHour() throws Exception {
    String folder = temporary.resolve("models").toString();
    // snippet: session
    SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate();
    // end
    try {
      // snippet: table
      Dataset<Row> customers =
          spark
              .range(0, 2000, 1, 4)
              .selectExpr(
                  "id",
                  "CASE WHEN rand(1) < 0.1 THEN NULL ELSE 18 + 60 * rand(2) END AS age",
                  "element_at(array('free', 'basic', 'gold'), 1 + int(3 * rand(3))) AS plan",
                  "transform(sequence(0, int(12 * rand(4))), i -> float(1 + i % 5)) AS visits")
              .selectExpr(
                  "*",
                  "double(size(visits) < 5 AND plan != 'gold' OR age IS NULL) AS left",
                  "double(size(visits) * 2 + IF(plan = 'gold', 10, 0)) AS spends")
              .cache();
      Dataset<Row>[] parts = customers.randomSplit(new double[] {0.8, 0.2}, 1);
      Dataset<Row> train = parts[0];
      Dataset<Row> test = parts[1];
      // end

      // snippet: pipeline
      Network network =
          Network.sequential(
              Input.of("features", 4), Dense.of(32).relu(), Dropout.of(0.1), Dense.of(2));

      NeuralClassifier classifier =
          new NeuralClassifier()
              .setNetwork(network)
              .setLearningRate(0.01)
              .setEpochs(20)
              .setFeaturesCol("scaled")
              .setLabelCol("left");

      PipelineStage[] stages = {
        new SQLTransformer().setStatement("SELECT *, size(visits) AS visitCount FROM __THIS__"),
        new StringIndexer().setInputCol("plan").setOutputCol("planIndex"),
        new OneHotEncoder().setInputCol("planIndex").setOutputCol("planVector"),
        new Imputer().setInputCols(new String[] {"age"}).setOutputCols(new String[] {"knownAge"}),
        new VectorAssembler()
            .setInputCols(new String[] {"knownAge", "planVector", "visitCount"})
            .setOutputCol("features"),
        new StandardScaler().setInputCol("features").setOutputCol("scaled"),
        classifier
      };
      PipelineModel pipeline = new Pipeline().setStages(stages).fit(train);

      Dataset<Row> scored = pipeline.transform(test);
      double accuracy =
          new MulticlassClassificationEvaluator()
              .setLabelCol("left")
              .setMetricName("accuracy")
              .evaluate(scored);
      // end
      assertThat(accuracy).isGreaterThan(0.8);

      // snippet: watch
      Dataset<Row> prepared =
          new Pipeline().setStages(Arrays.copyOf(stages, 6)).fit(train).transform(train).cache();

      NeuralClassifier watched =
          classifier
              .setValidationFraction(0.2)
              .setEpochs(100)
              .setPatience(5)
              .setMetrics(Metric.accuracy(), Metric.areaUnderRoc());
      NeuralClassificationModel best = watched.fit(prepared);

      System.out.println("best epoch: " + best.summary().best());
      double[] losses = best.summary().objectiveHistory();
      // end
      assertThat(losses).hasSizeLessThan(101);

      // snippet: columns
      Lookup plans = Adapt.lookup(train, "plan", 10);

      Input age = Input.of("age", 1);
      Input ageIsKnown = Input.presenceOf(age);
      Input plan = Input.ofText("plan", plans);
      Input visits = Input.of("visits", 12);
      Node steps = Reshape.of(12, 1).on(visits);
      Node minutes = GlobalAveragePool.of().on(Dense.of(8).relu().on(steps), Mask.of().on(visits));
      Node all =
          Concatenate.of()
              .on(
                  Dense.of(4).relu().on(age),
                  ageIsKnown,
                  CategoryEncoding.of(plans.size()).on(plan),
                  minutes,
                  visits);
      Node logits = Dense.of(2).named("left").on(Dense.of(16).relu().on(all));

      NeuralModel fromColumns =
          new NeuralEstimator()
              .setNetwork(
                  Network.functional(List.of(age, ageIsKnown, plan, visits), List.of(logits)))
              .setLoss(Loss.sparseCategoricalCrossEntropy())
              .setMetrics(Metric.accuracy())
              .setNullPolicy(NullPolicy.MASK, "age")
              .setLengthPolicy(LengthPolicy.PAD_END, "visits")
              .setLabelCols("left")
              .setOutputCols("logits")
              .setLearningRate(0.01)
              .setEpochs(20)
              .fit(train);
      // end
      assertThat(fromColumns.summary().last().training().metrics().get("accuracy"))
          .isGreaterThan(0.9);
      assertThat(fromColumns.transform(test).columns()).endsWith("logits");

      // snippet: tune
      NeuralClassifier tunable = classifier.setEpochs(10).setPatience(0).setValidationFraction(0);
      CrossValidator validator =
          new CrossValidator()
              .setEstimator(tunable)
              .setEvaluator(new MulticlassClassificationEvaluator().setLabelCol("left"))
              .setEstimatorParamMaps(
                  new ParamGridBuilder()
                      .addGrid(tunable.learningRate(), new double[] {0.001, 0.02})
                      .build())
              .setNumFolds(2)
              .setParallelism(2);
      CrossValidatorModel tuned = validator.fit(prepared);
      // end
      assertThat(tuned.avgMetrics()).hasSize(2);

      // snippet: regress
      NeuralRegressionModel spending =
          new NeuralRegressor()
              .setNetwork(
                  Network.sequential(Input.of("scaled", 4), Dense.of(32).relu(), Dense.of(1)))
              .setLearningRate(0.02)
              .setEpochs(20)
              .setFeaturesCol("scaled")
              .setLabelCol("spends")
              .fit(prepared);
      double r2 =
          new RegressionEvaluator()
              .setLabelCol("spends")
              .setMetricName("r2")
              .evaluate(spending.transform(prepared));
      // end
      assertThat(r2).isGreaterThan(0.9);

      // snippet: save
      NeuralClassificationModel model = (NeuralClassificationModel) pipeline.stages()[6];
      model.write().overwrite().save(folder + "/left");
      NeuralClassificationModel loaded = NeuralClassificationModel.load(folder + "/left");

      NeuralClassificationModel more =
          classifier.setInitialModel(folder + "/left").setEpochs(2).fit(prepared);
      // end
      assertThat(loaded.model().parameters()).isEqualTo(model.model().parameters());
      assertThat(more.summary().objectiveHistory()).hasSize(2);

      // snippet: stream
      prepared.write().mode("overwrite").parquet(folder + "/prepared");
      Dataset<Row> stream =
          spark.readStream().schema(prepared.schema()).parquet(folder + "/prepared");

      StreamingQuery scoring =
          loaded
              .transform(stream)
              .select("id", "prediction")
              .writeStream()
              .format("parquet")
              .option("path", folder + "/predictions")
              .option("checkpointLocation", folder + "/scoring")
              .trigger(Trigger.AvailableNow())
              .start();
      scoring.awaitTermination();

      StreamingQuery learning =
          stream
              .writeStream()
              .foreachBatch(
                  MicroBatchTraining.of(
                      new NeuralClassifier()
                          .setNetwork(network)
                          .setFeaturesCol("scaled")
                          .setLabelCol("left")
                          .setEpochs(1),
                      folder + "/learning-model"))
              .option("checkpointLocation", folder + "/learning")
              .trigger(Trigger.AvailableNow())
              .start();
      learning.awaitTermination();
      // end
      assertThat(spark.read().parquet(folder + "/predictions").count()).isEqualTo(prepared.count());
      assertThat(NeuralClassificationModel.load(folder + "/learning-model").numClasses())
          .isEqualTo(2);

      // snippet: inner
      Dataset<Row> inner =
          model.withOutputLayers("dense_1").setOutputCols("inside").transform(prepared);
      // end
      assertThat(inner.first().getList(inner.schema().fieldIndex("inside"))).hasSize(32);
    } finally {
      spark.stop();
    }
  }
}
