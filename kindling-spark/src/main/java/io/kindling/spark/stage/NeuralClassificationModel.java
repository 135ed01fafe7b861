package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.storage.ArchiveReader;
import java.util.List;
import org.apache.spark.ml.classification.ClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A trained classifier. {@code transform} works on batch and streaming DataFrames alike; it keeps
 * all columns and adds {@code rawPrediction} (the logits), {@code probability} and {@code
 * prediction}, each unless its name is set to the empty string.
 */
public final class NeuralClassificationModel
    extends ClassificationModel<Vector, NeuralClassificationModel>
    implements ClassificationStage<NeuralClassificationModel>,
        TrainedStage<NeuralClassificationModel> {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralClassificationModel";

  private final String uid;
  private final NetworkParams running;
  private final ClassificationParams classification;
  private final transient TrainedModel model;
  private final transient TrainingSummary summary;
  private final transient SharedModel shared;

  NeuralClassificationModel(String uid, TrainedModel model, TrainingSummary summary) {
    this(UidUnderConstruction.begin(uid), model, summary, new SharedModel(model));
  }

  private NeuralClassificationModel(
      UidUnderConstruction construction,
      TrainedModel model,
      TrainingSummary summary,
      SharedModel shared) {
    super();
    this.running = new NetworkParams(this);
    this.classification = new ClassificationParams(this);
    this.model = model;
    this.summary = summary;
    this.shared = shared;
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
  public ClassificationParams classification() {
    return classification;
  }

  @Override
  public TrainedModel model() {
    return model;
  }

  @Override
  public TrainingSummary summary() {
    return summary;
  }

  @Override
  public int numClasses() {
    return ClassifierColumns.numClasses(model.network());
  }

  @Override
  public int numFeatures() {
    return InputColumns.elements(model.network());
  }

  /**
   * The values of layers inside the network, as columns of a model of their own: features for other
   * stages, or for a search of neighbours.
   *
   * @param layers names that {@code model().network().summary()} lists
   */
  public NeuralModel withOutputLayers(String... layers) {
    NeuralModel inner =
        new NeuralModel(Identifiable.randomUID("neuralModel"), model, summary, shared)
            .setInputCols(getFeaturesCol())
            .setOutputLayers(layers);
    InputPolicies.copy(this, inner);
    return inner;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    ClassifierColumns columns = columns();
    return shared.transform(dataset, NAME, columns.features(), columns.outputs(), getDevice());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    ClassifierColumns columns = columns();
    return NewColumns.behind(
        schema,
        NAME,
        columns.outputs(),
        columns.network(),
        () -> ColumnBinding.of(NAME, schema, columns.features().inputs()));
  }

  /** The logits of one row; loads the model into this JVM the first time. */
  @Override
  public Vector predictRaw(Vector features) {
    return ClassifierColumns.raw(shared.scoreOne(features));
  }

  @Override
  public double raw2prediction(Vector raw) {
    return columns().prediction(raw);
  }

  @Override
  public double predict(Vector features) {
    return raw2prediction(predictRaw(features));
  }

  private ClassifierColumns columns() {
    Network network = model.network();
    return new ClassifierColumns(
        network,
        new InputColumns(network, List.of(getFeaturesCol()), getPolicies()),
        getRawPredictionCol(),
        getProbabilityCol(),
        getPredictionCol(),
        isDefined(thresholds()) ? getThresholds() : new double[0]);
  }

  @Override
  public NeuralClassificationModel copy(ParamMap extra) {
    NeuralClassificationModel copied =
        new NeuralClassificationModel(UidUnderConstruction.begin(uid), model, summary, shared);
    copyValues(copied, extra);
    copied.setParent(parent());
    return copied;
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralClassificationModel> read() {
    return new ArchiveReader<>(
        NeuralClassificationModel.class,
        (uid, model, texts) ->
            new NeuralClassificationModel(uid, model, TrainingSummary.read(texts)));
  }

  public static NeuralClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NeuralClassificationModel: uid="
        + uid
        + ", numClasses="
        + numClasses()
        + ", numFeatures="
        + numFeatures()
        + ", "
        + model.provenance().entries();
  }
}
