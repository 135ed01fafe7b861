package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.StageReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a network to tell classes apart.
 *
 * <p>The network has one input, bound to {@code featuresCol}: a vector, an array, or a number, with
 * as many elements as the input's rows. It has one output of logits: as many as there are classes,
 * trained with categorical cross-entropy; or one, for two classes, trained with binary
 * cross-entropy. Labels are whole numbers from 0.
 *
 * <pre>{@code
 * NeuralClassifier classifier = new NeuralClassifier()
 *     .setNetwork(Network.sequential(Input.of("features", 4), Dense.of(16).relu(), Dense.of(3)))
 *     .setEpochs(20)
 *     .setFeaturesCol("features")
 *     .setLabelCol("label");
 * }</pre>
 */
public final class NeuralClassifier
    extends Classifier<Vector, NeuralClassifier, NeuralClassificationModel>
    implements PredictionStage<NeuralClassifier>,
        ClassificationStage<NeuralClassifier>,
        DefaultParamsWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralClassifier";

  private final String uid;
  private final NetworkParams running;
  private final TrainingParams training;
  private final PredictionParams prediction;
  private final ClassificationParams classification;
  private final DoubleArrayParam classWeights;

  public NeuralClassifier() {
    this(Identifiable.randomUID("neuralClassifier"));
  }

  public NeuralClassifier(String uid) {
    this(UidUnderConstruction.begin(uid));
  }

  private NeuralClassifier(UidUnderConstruction construction) {
    super();
    this.running = new NetworkParams(this);
    this.training = new TrainingParams(this);
    this.prediction = new PredictionParams(this);
    this.classification = new ClassificationParams(this);
    this.classWeights =
        new DoubleArrayParam(
            this,
            "classWeights",
            "one per class (>= 0): how much a row of the class counts in the loss",
            NeuralClassifier::areWeights);
    this.uid = construction.end();
  }

  @Override
  public String uid() {
    return uid == null ? UidUnderConstruction.current() : uid;
  }

  @Override
  public NetworkParams running() {
    return running;
  }

  @Override
  public TrainingParams training() {
    return training;
  }

  @Override
  public ClassificationParams classification() {
    return classification;
  }

  @Override
  public PredictionParams prediction() {
    return prediction;
  }

  public DoubleArrayParam classWeights() {
    return classWeights;
  }

  private static Object areWeights(double[] values) {
    return values.length > 0
        && Arrays.stream(values).allMatch(value -> value >= 0 && Double.isFinite(value));
  }

  /**
   * How much a row of each class counts in the loss, of training and validation, 0 or more; all
   * alike unless set. Multiplies with the weight of the row, if there is one.
   */
  public NeuralClassifier setClassWeights(double... value) {
    set(classWeights.w(value));
    return this;
  }

  @Override
  public NeuralClassificationModel train(Dataset<?> dataset) {
    TrainingJob.Result result = task().run(dataset);
    return new NeuralClassificationModel(uid, result.model(), TrainingSummary.of(result));
  }

  private TrainingTask task() {
    ClassifierColumns columns = columns();
    return TrainingTask.ofOneLabel(
        this,
        NAME,
        objective(columns.network()),
        columns.features(),
        getLabelCol(),
        ClassifierColumns.numClasses(columns.network()));
  }

  /** The objective a network is trained for: its one output tells how many classes there are. */
  private Objective objective(Network network) {
    if (network instanceof Objective.OwnLoss) {
      return new Objective(network, Map.of(), getMetrics());
    }
    Loss loss =
        getLoss(
            ClassifierColumns.isBinary(network)
                ? Loss.binaryCrossEntropy()
                : Loss.sparseCategoricalCrossEntropy());
    int classes = ClassifierColumns.numClasses(network);
    boolean takesYesOrNo = ClassifierColumns.isBinary(network) && loss.takesYesOrNo();
    if (!takesYesOrNo && loss.classes(network.outputs().get(0)) != classes) {
      throw new IllegalArgumentException(
          "Unsupported loss "
              + loss
              + ". "
              + NAME
              + " has a class per row, of "
              + classes
              + ", and needs a loss that takes one, such as sparseCategoricalCrossEntropy; use"
              + " NeuralEstimator for others.");
    }
    return new Objective(
        network,
        Map.of(network.outputs().get(0).name(), weighted(loss, classes)),
        getMetrics(Metric.accuracy()));
  }

  private Loss weighted(Loss loss, int classes) {
    if (!isDefined(classWeights)) {
      return loss;
    }
    double[] weights = $(classWeights);
    if (weights.length != classes) {
      throw new IllegalArgumentException(
          "Invalid classWeights "
              + Arrays.toString(weights)
              + " for "
              + classes
              + " classes. Give one per class.");
    }
    return loss.withClassWeights(weights);
  }

  private ClassifierColumns columns() {
    Network network = getNetwork();
    return new ClassifierColumns(
        network,
        new InputColumns(network, List.of(getFeaturesCol()), getPolicies()),
        getRawPredictionCol(),
        getProbabilityCol(),
        getPredictionCol(),
        isDefined(thresholds()) ? getThresholds() : new double[0]);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ClassifierColumns columns = columns();
    TrainingTask task = task();
    return NewColumns.behind(
        schema, NAME, columns.outputs(), columns.network(), () -> task.check(schema));
  }

  @Override
  public NeuralClassifier copy(ParamMap extra) {
    return carried(defaultCopy(extra));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralClassifier> read() {
    return StageReader.create();
  }

  public static NeuralClassifier load(String path) {
    return read().load(path);
  }
}
