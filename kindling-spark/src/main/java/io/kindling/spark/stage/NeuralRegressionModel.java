package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.storage.ArchiveReader;
import io.kindling.spark.storage.ArchiveWriter;
import io.kindling.training.History;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A trained regressor. {@code transform} works on batch and streaming DataFrames alike; it keeps
 * all columns and adds {@code prediction}, a double, unless its name is set to the empty string.
 */
public final class NeuralRegressionModel extends RegressionModel<Vector, NeuralRegressionModel>
    implements MLWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "NeuralRegressionModel";
  private static final String HISTORY = "history.json";

  private final String uid;
  private final transient TrainedModel model;
  private final transient TrainingSummary summary;
  private final transient SharedModel shared;

  NeuralRegressionModel(String uid, TrainedModel model, TrainingSummary summary) {
    this(UidUnderConstruction.begin(uid), model, summary, new SharedModel(model));
  }

  private NeuralRegressionModel(
      UidUnderConstruction construction,
      TrainedModel model,
      TrainingSummary summary,
      SharedModel shared) {
    super();
    this.model = model;
    this.summary = summary;
    this.shared = shared;
    this.uid = construction.end();
  }

  @Override
  public String uid() {
    return uid == null ? UidUnderConstruction.current() : uid;
  }

  /** The network with its numbers, and where they came from. */
  public TrainedModel model() {
    return model;
  }

  /** How it was trained. */
  public TrainingSummary summary() {
    return summary;
  }

  @Override
  public int numFeatures() {
    return model.network().inputs().get(0).shape().size();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    RegressorColumns columns = columns();
    return shared.scorer(dataset, NAME, columns.inputs(), columns.outputs()).transform(dataset);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    RegressorColumns columns = columns();
    Mismatches.refuseAny(
        () -> ColumnBinding.of(NAME, schema, columns.inputs()),
        () -> NewColumns.behind(schema, NAME, columns.outputs(), columns.network()));
    return NewColumns.behind(schema, NAME, columns.outputs(), columns.network());
  }

  /** The prediction for one row; loads the model into this JVM the first time. */
  @Override
  public double predict(Vector features) {
    return shared.scoreOne(features)[0];
  }

  private RegressorColumns columns() {
    return new RegressorColumns(model.network(), getFeaturesCol(), getPredictionCol());
  }

  @Override
  public NeuralRegressionModel copy(ParamMap extra) {
    NeuralRegressionModel copied =
        new NeuralRegressionModel(UidUnderConstruction.begin(uid), model, summary, shared);
    copyValues(copied, extra);
    copied.setParent(parent());
    return copied;
  }

  @Override
  public MLWriter write() {
    return new ArchiveWriter(this, model, Map.of(HISTORY, summary.history().toJson()));
  }

  /** Reads what {@link #write} wrote. */
  public static MLReader<NeuralRegressionModel> read() {
    return new ArchiveReader<>(
        NeuralRegressionModel.class,
        (uid, model, texts) ->
            new NeuralRegressionModel(
                uid, model, new TrainingSummary(History.parse(texts.apply(HISTORY)))));
  }

  public static NeuralRegressionModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "NeuralRegressionModel: uid="
        + uid
        + ", numFeatures="
        + numFeatures()
        + ", "
        + model.provenance().entries();
  }
}
