package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.StageReader;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.Classifier;
import org.apache.spark.ml.linalg.Vector;
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
    implements TrainingStage<NeuralClassifier>,
        ClassificationStage<NeuralClassifier>,
        DefaultParamsWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralClassifier";

  private final String uid;
  private final TrainingParams training;
  private final ClassificationParams classification;

  public NeuralClassifier() {
    this(Identifiable.randomUID("neuralClassifier"));
  }

  public NeuralClassifier(String uid) {
    this(UidUnderConstruction.begin(uid));
  }

  private NeuralClassifier(UidUnderConstruction construction) {
    super();
    this.training = new TrainingParams(this);
    this.classification = new ClassificationParams(this);
    this.uid = construction.end();
  }

  @Override
  public String uid() {
    return uid == null ? UidUnderConstruction.current() : uid;
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
  public NeuralClassificationModel train(Dataset<?> dataset) {
    Objective objective = objective(getNetwork());
    TrainingJob.Result result =
        new TrainingJob(toPlan(objective), toJobSettings(), NAME)
            .run(dataset, columnsToTrain(objective));
    return new NeuralClassificationModel(
        uid, result.model(), new TrainingSummary(result.history()));
  }

  /** The objective a network is trained for: its one output tells how many classes there are. */
  private Objective objective(Network network) {
    if (network instanceof Objective.OwnLoss) {
      return weighted(new Objective(network, Map.of(), List.of()));
    }
    Loss loss =
        ClassifierColumns.isBinary(network)
            ? Loss.binaryCrossEntropy()
            : Loss.sparseCategoricalCrossEntropy();
    return weighted(Objective.of(network, loss, Metric.accuracy()));
  }

  private List<ColumnInput> columnsToTrain(Objective objective) {
    List<ColumnInput> inputs = new ArrayList<>(columns().inputs());
    List<TensorSpec> targets = objective.targets();
    if (targets.size() != (objective.isWeighted() ? 2 : 1)) {
      throw new IllegalArgumentException(
          "Unsupported network with targets "
              + targets
              + ". "
              + NAME
              + " feeds one, from labelCol; use NeuralEstimator.");
    }
    inputs.add(
        ColumnInput.label(
            getLabelCol(), targets.get(0), ClassifierColumns.numClasses(objective.network())));
    if (objective.isWeighted()) {
      inputs.add(ColumnInput.weight($(weightCol()), Objective.WEIGHT));
    }
    return inputs;
  }

  private ClassifierColumns columns() {
    return new ClassifierColumns(
        getNetwork(),
        getFeaturesCol(),
        getRawPredictionCol(),
        getProbabilityCol(),
        getPredictionCol(),
        isDefined(thresholds()) ? getThresholds() : new double[0]);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    checkValidation(schema);
    ClassifierColumns columns = columns();
    ColumnBinding.of(NAME, schema, columnsToTrain(objective(columns.network())));
    return NewColumns.behind(schema, NAME, columns.outputs(), columns.network());
  }

  @Override
  public NeuralClassifier copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralClassifier> read() {
    return StageReader.create();
  }

  public static NeuralClassifier load(String path) {
    return read().load(path);
  }
}
