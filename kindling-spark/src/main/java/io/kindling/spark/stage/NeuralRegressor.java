package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.StageReader;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.Regressor;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Trains a network to predict a number.
 *
 * <p>The network has one input, bound to {@code featuresCol}: a vector, an array, or a number, with
 * as many elements as the input's rows. It has one output of one number, which is compared with
 * {@code labelCol}, by its squared error unless another loss is set. Labels far from 0 and 1 are
 * learned slowly: scale them, or end the network with a {@code Rescaling}.
 *
 * <pre>{@code
 * NeuralRegressor regressor = new NeuralRegressor()
 *     .setNetwork(Network.sequential(Input.of("features", 8), Dense.of(64).relu(), Dense.of(1)))
 *     .setEpochs(20)
 *     .setFeaturesCol("features")
 *     .setLabelCol("price");
 * }</pre>
 */
public final class NeuralRegressor extends Regressor<Vector, NeuralRegressor, NeuralRegressionModel>
    implements PredictionStage<NeuralRegressor>, DefaultParamsWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralRegressor";

  private final String uid;
  private final NetworkParams running;
  private final TrainingParams training;
  private final PredictionParams prediction;

  public NeuralRegressor() {
    this(Identifiable.randomUID("neuralRegressor"));
  }

  public NeuralRegressor(String uid) {
    this(UidUnderConstruction.begin(uid));
  }

  private NeuralRegressor(UidUnderConstruction construction) {
    super();
    this.running = new NetworkParams(this);
    this.training = new TrainingParams(this);
    this.prediction = new PredictionParams(this);
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
  public PredictionParams prediction() {
    return prediction;
  }

  @Override
  public NeuralRegressionModel train(Dataset<?> dataset) {
    TrainingJob.Result result = task().run(dataset);
    return new NeuralRegressionModel(uid, result.model(), TrainingSummary.of(result));
  }

  private TrainingTask task() {
    RegressorColumns columns = columns();
    return TrainingTask.ofOneLabel(
        this, NAME, objective(columns.network()), columns.features(), getLabelCol(), 0);
  }

  private Objective objective(Network network) {
    return network instanceof Objective.OwnLoss
        ? new Objective(network, Map.of(), getMetrics())
        : new Objective(
            network,
            Map.of(network.outputs().get(0).name(), getLoss(Loss.meanSquaredError())),
            getMetrics(Metric.rootMeanSquaredError()));
  }

  private RegressorColumns columns() {
    Network network = getNetwork();
    return new RegressorColumns(
        network,
        new InputColumns(network, List.of(getFeaturesCol()), getPolicies()),
        getPredictionCol());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    RegressorColumns columns = columns();
    TrainingTask task = task();
    return NewColumns.behind(
        schema, NAME, columns.outputs(), columns.network(), () -> task.check(schema));
  }

  @Override
  public NeuralRegressor copy(ParamMap extra) {
    return carried(defaultCopy(extra));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralRegressor> read() {
    return StageReader.create();
  }

  public static NeuralRegressor load(String path) {
    return read().load(path);
  }
}
