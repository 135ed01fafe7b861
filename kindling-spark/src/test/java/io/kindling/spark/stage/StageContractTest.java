package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.loss.Loss;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.testing.Points;
import io.kindling.training.TrainingFailedException;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every stage does as Spark ML's own stages do. Each stage has a row in one of the tables. */
class StageContractTest {

  private static final SparkSession SPARK = LocalSession.get();
  private static final Dataset<Row> POINTS = new Points(1).table(SPARK, 60, 40).cache();

  private static Network network(int units) {
    return Network.sequential(
        Input.of("features", Points.SIZE), Dense.of(8).relu(), Dense.of(units));
  }

  /**
   * A stage that is fitted.
   *
   * @param create ready to fit {@link #POINTS}
   * @param evaluator of what its model adds
   */
  private record EstimatorCase(
      Class<? extends Estimator<?>> type,
      Supplier<Estimator<?>> create,
      Function<String, PipelineStage> load,
      List<String> params,
      String outputColumn,
      Evaluator evaluator) {
    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  /** A stage that was fitted. */
  private record ModelCase(
      Class<? extends Model<?>> type,
      Model<?> model,
      Function<String, PipelineStage> load,
      List<String> params,
      List<String> outputColumns,
      BiFunction<Model<?>, String, Model<?>> withInput) {
    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  private static final List<String> TRAINING_PARAMS =
      List.of(
          "network",
          "optimizer",
          "strategy",
          "epochs",
          "batchSize",
          "learningRate",
          "numWorkers",
          "minWorkers",
          "maxWorkers",
          "numShards",
          "seed",
          "validationFraction",
          "validationIndicatorCol",
          "weightCol",
          "metrics",
          "patience",
          "minImprovement",
          "initialModel",
          "checkpointDir",
          "checkpointInterval",
          "keepCheckpoints",
          "resumeFrom",
          "workerStartTimeout",
          "rowMemory",
          "nullPolicies",
          "lengthPolicies",
          "device");

  private static final List<String> PREDICTION_PARAMS =
      List.of("featuresCol", "predictionCol", "labelCol");

  private static final List<String> CLASSIFICATION_PARAMS =
      and(PREDICTION_PARAMS, "rawPredictionCol", "probabilityCol", "thresholds");

  private static List<String> and(List<String> some, String... more) {
    return Stream.concat(some.stream(), Arrays.stream(more)).toList();
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(network(Points.CLASSES))
        .setEpochs(2)
        .setBatchSize(20)
        .setSeed(3);
  }

  private static NeuralRegressor regressor() {
    return new NeuralRegressor()
        .setNetwork(network(1))
        .setLabelCol("height")
        .setEpochs(2)
        .setBatchSize(20)
        .setSeed(3);
  }

  private static NeuralEstimator estimator() {
    return new NeuralEstimator()
        .setNetwork(network(1))
        .setLoss(Loss.meanSquaredError())
        .setLabelCols("height")
        .setOutputCols("predicted")
        .setEpochs(2)
        .setBatchSize(20)
        .setSeed(3);
  }

  static final List<EstimatorCase> ESTIMATORS =
      List.of(
          new EstimatorCase(
              NeuralClassifier.class,
              StageContractTest::classifier,
              NeuralClassifier::load,
              and(
                  and(TRAINING_PARAMS, CLASSIFICATION_PARAMS.toArray(String[]::new)),
                  "loss",
                  "classWeights"),
              "prediction",
              new MulticlassClassificationEvaluator().setMetricName("accuracy")),
          new EstimatorCase(
              NeuralRegressor.class,
              StageContractTest::regressor,
              NeuralRegressor::load,
              and(and(TRAINING_PARAMS, PREDICTION_PARAMS.toArray(String[]::new)), "loss"),
              "prediction",
              new RegressionEvaluator().setLabelCol("height")),
          new EstimatorCase(
              NeuralEstimator.class,
              StageContractTest::estimator,
              NeuralEstimator::load,
              and(
                  TRAINING_PARAMS,
                  "inputCols",
                  "labelCols",
                  "outputCols",
                  "outputLayers",
                  "losses"),
              "predicted",
              new RegressionEvaluator().setLabelCol("height").setPredictionCol("predicted")));

  static final List<ModelCase> MODELS =
      List.of(
          new ModelCase(
              NeuralClassificationModel.class,
              classifier().fit(POINTS),
              NeuralClassificationModel::load,
              and(CLASSIFICATION_PARAMS, "nullPolicies", "lengthPolicies", "device"),
              List.of("rawPrediction", "probability", "prediction"),
              (model, column) -> ((NeuralClassificationModel) model).setFeaturesCol(column)),
          new ModelCase(
              NeuralRegressionModel.class,
              regressor().fit(POINTS),
              NeuralRegressionModel::load,
              and(PREDICTION_PARAMS, "nullPolicies", "lengthPolicies", "device"),
              List.of("prediction"),
              (model, column) -> ((NeuralRegressionModel) model).setFeaturesCol(column)),
          new ModelCase(
              NeuralModel.class,
              estimator().fit(POINTS),
              NeuralModel::load,
              List.of(
                  "inputCols",
                  "outputCols",
                  "outputLayers",
                  "nullPolicies",
                  "lengthPolicies",
                  "device"),
              List.of("predicted"),
              (model, column) -> ((NeuralModel) model).setInputCols(column)));

  static final List<PipelineStage> STAGES =
      Stream.concat(
              ESTIMATORS.stream().map(each -> (PipelineStage) each.create().get()),
              MODELS.stream().map(each -> (PipelineStage) each.model()))
          .toList();

  @TempDir private Path folder;

  @Test
  void everyStageIsInATable() throws Exception {
    Set<Class<?>> tested =
        Stream.concat(
                ESTIMATORS.stream().map(each -> (Class<?>) each.type()),
                MODELS.stream().map(each -> (Class<?>) each.type()))
            .collect(Collectors.toSet());
    tested.add(ModelTransformer.class); // nothing is fitted: ModelTransformerTest is its contract

    assertThat(stages()).isNotEmpty().isEqualTo(tested);
  }

  private static Set<Class<?>> stages()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path classes =
        Path.of(NeuralClassifier.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path stagePackage = classes.resolve(NeuralClassifier.class.getPackageName().replace('.', '/'));
    Set<Class<?>> stages = new java.util.HashSet<>();
    try (Stream<Path> files = Files.list(stagePackage)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(NeuralClassifier.class.getPackageName() + "." + name);
        if (PipelineStage.class.isAssignableFrom(type)
            && !Modifier.isAbstract(type.getModifiers())) {
          stages.add(type);
        }
      }
    }
    return stages;
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void anEstimatorListsAndExplainsItsParams(EstimatorCase stage) {
    listsAndExplains(stage.create().get(), stage.params());
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void aModelListsAndExplainsItsParams(ModelCase stage) {
    listsAndExplains(stage.model(), stage.params());
  }

  private static void listsAndExplains(PipelineStage stage, List<String> params) {
    assertThat(Arrays.stream(stage.params()).map(Param::name))
        .containsExactlyInAnyOrderElementsOf(params);
    params.forEach(each -> explains(stage, each));
  }

  private static void explains(PipelineStage stage, String param) {
    assertThat(stage.getParam(param).parent()).isEqualTo(stage.uid());
    assertThat(stage.getParam(param).doc()).hasSizeGreaterThan(10);
    assertThat(stage.explainParams()).contains(param + ": " + stage.getParam(param).doc());
  }

  @ParameterizedTest
  @FieldSource("STAGES")
  void aCopyKeepsUidAndParamsAndGoesItsOwnWay(PipelineStage stage) {
    String output = stage.hasParam("predictionCol") ? "predictionCol" : "outputCols";
    Object value = output.equals("outputCols") ? new String[] {"mine"} : "mine";
    PipelineStage copied = stage.copy(new ParamMap());

    assertThat(copied).isNotSameAs(stage).hasSameClassAs(stage);
    assertThat(copied.uid()).isEqualTo(stage.uid());
    assertThat(settings(copied)).isEqualTo(settings(stage));
    copied.set(output, value);
    assertThat(settings(copied)).isNotEqualTo(settings(stage));

    PipelineStage extra = stage.copy(new ParamMap().put(objectParam(stage, output), value));
    assertThat(settings(extra)).isEqualTo(settings(copied));
  }

  /** Every param that has a value, as JSON, because arrays do not compare. */
  private static Map<String, String> settings(PipelineStage stage) {
    Map<String, String> settings = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param)) {
        Object value = stage.getOrDefault(param);
        settings.put(param.name(), objectParam(stage, param.name()).jsonEncode(value));
      }
    }
    return settings;
  }

  private static Param<Object> objectParam(PipelineStage stage, String name) {
    return stage.getParam(name);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void aCopyOfAModelKeepsItsParentAndScoresTheSame(ModelCase stage) {
    Model<?> copied = (Model<?>) stage.model().copy(new ParamMap());

    assertThat(copied.parent().uid()).isEqualTo(stage.model().parent().uid());
    assertThat(rows(copied.transform(POINTS))).isEqualTo(rows(stage.model().transform(POINTS)));
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void savesLoadsAndOverwritesAnEstimator(EstimatorCase stage) throws Exception {
    Estimator<?> estimator = stage.create().get();
    estimator.set("learningRate", 0.25);
    PipelineStage loaded = savedAndLoaded(estimator, stage.load());

    assertThat(rows(((Estimator<?>) loaded).fit(POINTS).transform(POINTS)))
        .isEqualTo(rows(estimator.fit(POINTS).transform(POINTS)));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void savesLoadsAndOverwritesAModel(ModelCase stage) throws Exception {
    PipelineStage loaded = savedAndLoaded(stage.model(), stage.load());

    assertThat(rows(((Transformer) loaded).transform(POINTS)))
        .isEqualTo(rows(stage.model().transform(POINTS)));
    assertThat(loaded).hasToString(stage.model().toString());
  }

  private PipelineStage savedAndLoaded(PipelineStage stage, Function<String, PipelineStage> load)
      throws IOException {
    String path = folder.resolve("stage").toString();
    MLWritable writable = (MLWritable) stage;
    writable.save(path);
    assertThatThrownBy(() -> writable.save(path)).hasMessageContaining("exist");
    writable.write().overwrite().save(path);
    PipelineStage loaded = load.apply(path);
    assertThat(loaded).hasSameClassAs(stage);
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(settings(loaded)).isEqualTo(settings(stage));
    return loaded;
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void livesInAPipeline(EstimatorCase stage) throws Exception {
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage.create().get()});
    String unfitted = folder.resolve("pipeline").toString();
    pipeline.save(unfitted);
    PipelineModel model = Pipeline.load(unfitted).fit(POINTS);
    String fitted = folder.resolve("model").toString();
    model.save(fitted);
    model.write().overwrite().save(fitted);
    PipelineModel loaded = PipelineModel.load(fitted);

    assertThat(rows(loaded.transform(POINTS))).isEqualTo(rows(model.transform(POINTS)));
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void anEstimatorPredictsTheSchemaOfItsModel(EstimatorCase stage) {
    Estimator<?> estimator = stage.create().get();
    StructType predicted = estimator.transformSchema(POINTS.schema());

    assertThat(predicted).isEqualTo(estimator.fit(POINTS).transform(POINTS).schema());
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void aModelPredictsItsSchemaAndTouchesNoData(ModelCase stage) {
    UDF1<Object, Object> explode =
        value -> {
          throw new IllegalStateException("The data were touched.");
        };
    Dataset<Row> untouchable =
        POINTS.withColumn(
            "features",
            functions
                .udf(explode, POINTS.schema().apply("features").dataType())
                .apply(functions.col("features")));

    assertThat(stage.model().transform(untouchable).schema())
        .isEqualTo(stage.model().transformSchema(untouchable.schema()));
    assertThatThrownBy(() -> stage.model().transform(untouchable).collect())
        .hasStackTraceContaining("The data were touched.");
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void keepsTheInputColumnsInPlaceAndOrder(ModelCase stage) {
    Dataset<Row> mixed =
        POINTS
            .select("height", "features", "id", "label")
            .withColumn("a.b", functions.lit("text"))
            .withColumn("map", functions.expr("map(id, array(id))"));
    Dataset<Row> scored = stage.model().transform(mixed);

    assertThat(scored.columns())
        .containsExactlyElementsOf(
            and(Arrays.asList(mixed.columns()), stage.outputColumns().toArray(String[]::new)));
    assertThat(
            rows(
                scored.select(
                    Arrays.stream(mixed.columns())
                        .map(each -> functions.col("`" + each + "`"))
                        .toArray(org.apache.spark.sql.Column[]::new))))
        .isEqualTo(rows(mixed));
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void aModelRefusesTakenOutputColumnsByName(ModelCase stage) {
    Dataset<Row> taken = POINTS;
    for (String column : stage.outputColumns()) {
      taken = taken.withColumn(column, functions.lit(1));
    }
    Dataset<Row> table = taken;

    assertThatThrownBy(() -> stage.model().transform(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The columns "
                + stage.outputColumns()
                + " exist already. "
                + stage
                + " adds columns and never replaces one: drop them, or give its output columns"
                + " other names.");
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void manyThreadsTransformAtOnce(ModelCase stage) throws Exception {
    List<Row> expected = rows(stage.model().transform(POINTS));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<List<Row>> transform = () -> rows(stage.model().transform(POINTS));
      for (Future<List<Row>> each : threads.invokeAll(Collections.nCopies(12, transform))) {
        assertThat(each.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void numbersThatMakeNoSenseAreRefusedWhereTheyAreSet(EstimatorCase stage) {
    Estimator<?> estimator = stage.create().get();
    for (String param :
        List.of(
            "epochs",
            "batchSize",
            "numWorkers",
            "minWorkers",
            "maxWorkers",
            "numShards",
            "keepCheckpoints",
            "workerStartTimeout")) {
      assertThatThrownBy(() -> estimator.set(param, 0))
          .hasMessageContaining("parameter " + param + " given invalid value 0");
    }
    assertThatThrownBy(() -> estimator.set("learningRate", 0.0))
        .hasMessageContaining("learningRate");
    assertThatThrownBy(() -> estimator.set("validationFraction", 1.0))
        .hasMessageContaining("validationFraction");
    assertThatThrownBy(() -> estimator.set("patience", -1)).hasMessageContaining("patience");
    for (String size : List.of("-1", "2 giga", "1.5g", "")) {
      assertThatThrownBy(() -> estimator.set("rowMemory", size))
          .hasMessageContaining("parameter rowMemory given invalid value " + size);
    }
    for (String interval : List.of("", "epoch", "0 steps", "1.5 epochs", "10 days", "-1 minutes")) {
      assertThatThrownBy(() -> estimator.set("checkpointInterval", interval))
          .hasMessageContaining("parameter checkpointInterval given invalid value " + interval);
    }
    assertThatThrownBy(() -> estimator.set("minImprovement", -0.1))
        .hasMessageContaining("minImprovement");
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void aFreshStageHasDefaultsForAllButWhatOnlyTheUserKnows(EstimatorCase stage)
      throws ReflectiveOperationException {
    Estimator<?> fresh = stage.type().getConstructor().newInstance();
    assertThat(
            Arrays.stream(fresh.params())
                .filter(param -> !fresh.hasDefault(param))
                .map(Param::name))
        .isSubsetOf(
            "network",
            "optimizer",
            "learningRate",
            "numWorkers",
            "minWorkers",
            "maxWorkers",
            "checkpointDir",
            "resumeFrom",
            "numShards",
            "validationIndicatorCol",
            "weightCol",
            "metrics",
            "initialModel",
            "rowMemory",
            "nullPolicies",
            "lengthPolicies",
            "inputCols",
            "labelCols",
            "outputCols",
            "outputLayers",
            "losses",
            "loss",
            "classWeights",
            "thresholds");
    assertThat(fresh.uid()).isNotEqualTo(stage.type().getConstructor().newInstance().uid());
    assertThatThrownBy(() -> fresh.fit(POINTS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("No network is set. Set one with setNetwork(");
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void anEstimatorRefusesATakenOutputColumnBeforeItTrains(EstimatorCase stage) {
    Dataset<Row> table = POINTS.withColumn(stage.outputColumn(), functions.lit(1));

    assertThatThrownBy(() -> stage.create().get().fit(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The columns [" + stage.outputColumn() + "] exist already.");
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void trainsOnColumnsWhateverTheirNames(EstimatorCase stage) {
    String features = "my.features `x`";
    Dataset<Row> table =
        POINTS.withColumnRenamed("features", features).withColumnRenamed("height", "my.height");
    Estimator<?> estimator = stage.create().get();
    if (estimator instanceof NeuralEstimator several) {
      several.setInputCols(features).setLabelCols("my.height");
    } else {
      // Spark's Predictor itself looks for the label as an expression, so it keeps a plain name.
      estimator.set("featuresCol", features);
      table =
          estimator instanceof NeuralRegressor
              ? table.withColumnRenamed("my.height", "height")
              : table;
    }

    assertThat(estimator.fit(table).transform(table).count()).isEqualTo(100);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void scoresAStreamOfFilesAsATable(ModelCase stage) throws Exception {
    String files = folder.resolve("files").toString();
    POINTS.repartition(3).write().parquet(files);
    Dataset<Row> table = SPARK.read().parquet(files);
    Dataset<Row> stream = SPARK.readStream().schema(table.schema()).parquet(files);
    assertThat(stage.model().transform(stream).schema())
        .isEqualTo(stage.model().transformSchema(stream.schema()));
    String name = "scored" + stage;
    StreamingQuery query =
        stage
            .model()
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName(name)
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .start();
    query.awaitTermination();

    assertThat(rows(SPARK.table(name))).isEqualTo(rows(stage.model().transform(table)));
  }

  @ParameterizedTest
  @FieldSource("ESTIMATORS")
  void isTunedByCrossValidation(EstimatorCase stage) {
    Estimator<?> estimator = stage.create().get();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(stage.evaluator())
            .setNumFolds(2)
            .setSeed(1)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(
                        (DoubleParam) estimator.getParam("learningRate"), new double[] {1e-6, 0.05})
                    .baseOn(((IntParam) estimator.getParam("epochs")).w(4))
                    .build());

    CrossValidatorModel model = validator.fit(POINTS);

    assertThat(model.avgMetrics()).hasSize(2).doesNotContain(Double.NaN);
    assertThat(model.bestModel().parent()).isNotNull();
    double[] metrics = model.avgMetrics();
    assertThat(
            stage.evaluator().isLargerBetter() ? metrics[1] - metrics[0] : metrics[0] - metrics[1])
        .as("metrics %s", Arrays.toString(metrics))
        .isPositive();
    assertThat(model.transform(POINTS).count()).isEqualTo(100);
  }

  @Test
  void aClassifierServesOneVsRest() throws Exception {
    OneVsRest oneVsRest =
        new OneVsRest()
            .setClassifier(
                new NeuralClassifier()
                    .setNetwork(network(1))
                    .setLearningRate(0.05)
                    .setEpochs(10)
                    .setBatchSize(20));

    Dataset<Row> scored = oneVsRest.fit(POINTS).transform(POINTS);

    assertThat(new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored))
        .isGreaterThan(0.8);
    assertThat(scored.schema().apply("prediction").dataType()).isEqualTo(DataTypes.DoubleType);
  }

  /** A pooling passes over what is no number, so that the loss does not tell. */
  @Test
  void endsInTheFirstEpochWhereAFeatureIsNotANumber() {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 20; row++) {
      Float[] pixels = new Float[16];
      Arrays.fill(pixels, row == 7 ? Float.NaN : row % 2);
      rows.add(RowFactory.create(pixels, row % 2));
    }
    StructType schema =
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("label", DataTypes.IntegerType, false);
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", 4, 4, 1),
                    Conv2d.of(2, 3).relu(),
                    MaxPool2d.of(2),
                    Flatten.of(),
                    Dense.of(2)))
            .setEpochs(50);
    assertThatThrownBy(() -> classifier.fit(SPARK.createDataFrame(rows, schema)))
        .isInstanceOf(TrainingFailedException.class)
        .hasMessageMatching(
            "(?s).* The parameters hold NaN in 'conv2d_1/kernel' after step 1, at learning rate 0\\.001\\."
                + " A feature is NaN or infinite, .*");
  }

  @Test
  void anEmptyNameLeavesAColumnOut() {
    NeuralClassificationModel model = (NeuralClassificationModel) MODELS.get(0).model();
    NeuralClassificationModel quiet =
        model.copy(new ParamMap()).setProbabilityCol("").setPredictionCol("");

    assertThat(quiet.transform(POINTS).columns())
        .containsExactly("id", "features", "label", "height", "rawPrediction");
  }

  private static List<Row> rows(Dataset<Row> table) {
    return Arrays.asList((Row[]) table.orderBy("id").collect());
  }
}
