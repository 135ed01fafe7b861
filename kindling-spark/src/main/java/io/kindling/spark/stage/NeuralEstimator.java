package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.loss.LossJson;
import io.kindling.network.Network;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.StageReader;
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
  private final NetworkParams running;
  private final TrainingParams training;
  private final EstimatorParams estimation;

  public NeuralEstimator() {
    this(Identifiable.randomUID("neuralEstimator"));
  }

  public NeuralEstimator(String uid) {
    this.uid = uid;
    this.running = new NetworkParams(this);
    this.training = new TrainingParams(this);
    this.estimation = new EstimatorParams(this);
  }

  @Override
  public String uid() {
    return uid;
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
  public EstimatorParams estimation() {
    return estimation;
  }

  public StringArrayParam labelCols() {
    return estimation.labelCols;
  }

  public Param<String> losses() {
    return estimation.losses;
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

  @Override
  public NeuralModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    TrainingJob.Result result = task().run(dataset);
    return copyValues(
        new NeuralModel(uid, result.model(), TrainingSummary.of(result)).setParent(this),
        new ParamMap());
  }

  private TrainingTask task() {
    Network network = getNetwork();
    Objective objective =
        new Objective(
            network, isDefined(losses()) ? LossJson.read($(losses())) : Map.of(), getMetrics());
    return TrainingTask.of(
        this,
        NAME,
        objective,
        EstimatorColumns.of(this, network).inputs(),
        EstimatorColumns.names(this, labelCols(), objective.targets()));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    TrainingTask task = task();
    EstimatorColumns columns = EstimatorColumns.of(this, task.objective().network());
    return NewColumns.behind(
        schema, NAME, columns.outputs(), columns.network(), () -> task.check(schema));
  }

  @Override
  public NeuralEstimator copy(ParamMap extra) {
    return carried(defaultCopy(extra));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralEstimator> read() {
    return StageReader.create();
  }

  public static NeuralEstimator load(String path) {
    return read().load(path);
  }
}
