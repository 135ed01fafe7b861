package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.loss.LossJson;
import io.kindling.metric.Metric;
import io.kindling.metric.MetricJson;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.StageReader;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains any network: several inputs from several columns, several outputs with a loss each, whose
 * sum is made small.
 *
 * <pre>{@code
 * NeuralEstimator estimator = new NeuralEstimator()
 *     .setNetwork(network)                       // inputs "image" and "table", outputs "price" and "kind"
 *     .setLosses(Map.of("price", Loss.meanSquaredError(), "kind", Loss.sparseCategoricalCrossEntropy()))
 *     .setInputCols("pixels", "facts")
 *     .setLabelCols("price", "kind")
 *     .setOutputCols("predictedPrice", "kindLogits");
 * }</pre>
 */
public final class NeuralEstimator extends Estimator<NeuralModel>
    implements TrainingStage<NeuralEstimator>,
        EstimatorStage<NeuralEstimator>,
        DefaultParamsWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralEstimator";

  private final String uid;
  private final TrainingParams training;
  private final EstimatorParams estimation;

  public NeuralEstimator() {
    this(Identifiable.randomUID("neuralEstimator"));
  }

  public NeuralEstimator(String uid) {
    this.uid = uid;
    this.training = new TrainingParams(this);
    this.estimation = new EstimatorParams(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public TrainingParams training() {
    return training;
  }

  @Override
  public EstimatorParams estimation() {
    return estimation;
  }

  public StringArrayParam labelCols() {
    return estimation.labelCols;
  }

  public Param<String> losses() {
    return estimation.losses;
  }

  public Param<String> metrics() {
    return estimation.metrics;
  }

  /**
   * Columns of targets, one per output that has a loss, in the order of the outputs; the outputs'
   * own names unless set.
   */
  public NeuralEstimator setLabelCols(String... value) {
    set(labelCols(), value);
    return this;
  }

  /** A loss for each output that is to be trained. */
  public NeuralEstimator setLosses(Map<String, Loss> value) {
    set(losses(), LossJson.write(value));
    return this;
  }

  /** The loss of a network with one output; set the network first. */
  public NeuralEstimator setLoss(Loss value) {
    return setLosses(Objective.of(getNetwork(), value).losses());
  }

  /** What to watch, of the first output that has a loss. */
  public NeuralEstimator setMetrics(Metric... value) {
    set(metrics(), MetricJson.write(List.of(value)));
    return this;
  }

  @Override
  public NeuralModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    Objective objective = objective();
    TrainingJob.Result result =
        new TrainingJob(toPlan(objective), toJobSettings(), NAME)
            .run(dataset, columnsToTrain(objective));
    return copyValues(
        new NeuralModel(uid, result.model(), new TrainingSummary(result.history())).setParent(this),
        new ParamMap());
  }

  private Objective objective() {
    Network network = getNetwork();
    return weighted(
        new Objective(
            network,
            isDefined(losses()) ? LossJson.read($(losses())) : Map.of(),
            isDefined(metrics()) ? MetricJson.read($(metrics())) : List.of()));
  }

  private List<ColumnInput> columnsToTrain(Objective objective) {
    List<ColumnInput> columns =
        new ArrayList<>(EstimatorColumns.of(this, objective.network()).inputs());
    List<TensorSpec> targets = new ArrayList<>(objective.targets());
    targets.remove(Objective.WEIGHT);
    List<String> names = EstimatorColumns.names(this, labelCols(), targets);
    for (int i = 0; i < targets.size(); i++) {
      columns.add(target(names.get(i), targets.get(i), objective));
    }
    if (objective.isWeighted()) {
      columns.add(ColumnInput.weight($(weightCol()), Objective.WEIGHT));
    }
    return columns;
  }

  /** Classes where the loss of the output that bears the target's name takes them, else numbers. */
  private static ColumnInput target(String column, TensorSpec target, Objective objective) {
    Loss loss = objective.losses().get(target.name());
    if (loss == null) {
      return ColumnInput.target(column, target);
    }
    int classes =
        objective.network().outputs().stream()
            .filter(output -> output.name().equals(target.name()))
            .mapToInt(loss::classes)
            .sum();
    return classes == 0
        ? ColumnInput.target(column, target)
        : ColumnInput.label(column, target, classes);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    checkValidation(schema);
    Objective objective = objective();
    ColumnBinding.of(NAME, schema, columnsToTrain(objective));
    return NewColumns.behind(
        schema,
        NAME,
        EstimatorColumns.of(this, objective.network()).outputs(),
        objective.network());
  }

  @Override
  public NeuralEstimator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralEstimator> read() {
    return StageReader.create();
  }

  public static NeuralEstimator load(String path) {
    return read().load(path);
  }
}
