package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.storage.ArchiveReader;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A trained network. {@code transform} works on batch and streaming DataFrames alike; it keeps all
 * columns and adds one per output: a float where the output is one number, else an array of floats
 * in row-major order.
 */
public final class NeuralModel extends Model<NeuralModel>
    implements EstimatorStage<NeuralModel>, TrainedStage<NeuralModel> {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralModel";

  private final String uid;
  private final NetworkParams running;
  private final EstimatorParams estimation;
  private final transient TrainedModel model;
  private final transient TrainingSummary summary;
  private final transient SharedModel shared;

  NeuralModel(String uid, TrainedModel model, TrainingSummary summary) {
    this(uid, model, summary, new SharedModel(model));
  }

  NeuralModel(String uid, TrainedModel model, TrainingSummary summary, SharedModel shared) {
    this.uid = uid;
    this.running = new NetworkParams(this);
    this.estimation = new EstimatorParams(this);
    this.model = model;
    this.summary = summary;
    this.shared = shared;
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
  public EstimatorParams estimation() {
    return estimation;
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
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    EstimatorColumns columns = EstimatorColumns.of(this, model.network());
    return shared
        .withOutputs(columns.network())
        .transform(dataset, NAME, columns.inputs(), columns.outputs(), getDevice());
  }

  @Override
  public StructType transformSchema(StructType schema) {
    EstimatorColumns columns = EstimatorColumns.of(this, model.network());
    return NewColumns.behind(
        schema,
        NAME,
        columns.outputs(),
        columns.network(),
        () -> ColumnBinding.of(NAME, schema, columns.inputs().inputs()));
  }

  @Override
  public NeuralModel copy(ParamMap extra) {
    NeuralModel copied = new NeuralModel(uid, model, summary, shared);
    copyValues(copied, extra);
    return copied.setParent(parent());
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralModel> read() {
    return new ArchiveReader<>(
        NeuralModel.class,
        (uid, model, texts) -> new NeuralModel(uid, model, TrainingSummary.read(texts)));
  }

  public static NeuralModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NeuralModel: uid="
        + uid
        + ", inputs="
        + model.network().inputs()
        + ", outputs="
        + model.network().outputs()
        + ", "
        + model.provenance().entries();
  }
}
