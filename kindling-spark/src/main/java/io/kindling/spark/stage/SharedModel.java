package io.kindling.spark.stage;

import io.kindling.model.TrainedModel;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.engine.GpuSettings;
import io.kindling.spark.input.Device;
import io.kindling.spark.job.Executors;
import io.kindling.spark.scoring.ModelSource;
import io.kindling.spark.scoring.OutputColumn;
import io.kindling.spark.scoring.ParameterSource;
import io.kindling.spark.scoring.Scorer;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import scala.reflect.ClassTag$;

/**
 * A model's way to the executors: broadcast once per application, shared by all copies of a fitted
 * stage, so that an executor loads it once. Thread-safe.
 */
final class SharedModel {

  private final TrainedModel model;
  private final String id = "kindling-model-" + UUID.randomUUID();
  private final Map<SparkContext, ModelSource> broadcasts = new WeakHashMap<>();
  private final Map<List<String>, SharedModel> parts = new ConcurrentHashMap<>();

  /** Made at the first row that is scored in this JVM. */
  private Scorer rowScorer;

  SharedModel(TrainedModel model) {
    this.model = model;
  }

  /** The rows that are not left out, with the new columns. */
  Dataset<Row> transform(
      Dataset<?> dataset,
      String stage,
      InputColumns inputs,
      List<OutputColumn> outputs,
      Device device) {
    SparkContext context = dataset.sparkSession().sparkContext();
    ModelSource source = on(context);
    if (device == Device.GPU) {
      GpuSettings.require(context.conf());
      source = onGpu(source, context);
    }
    ColumnBinding binding = ColumnBinding.of(stage, dataset.schema(), inputs.inputs());
    return Scorer.of(source, binding, outputs).transform(inputs.withoutDropped(dataset));
  }

  private static ModelSource onGpu(ModelSource source, SparkContext context) {
    return new ModelSource(
        source.id() + "-gpu",
        source.network(),
        source.parameters(),
        new ExecutorEngine(Executors.mostCores(context), Device.GPU));
  }

  /** This model, or the part of it up to other outputs, which is made once. */
  SharedModel withOutputs(Network network) {
    return network.outputs().equals(model.network().outputs())
        ? this
        : parts.computeIfAbsent(
            network.outputs().stream().map(TensorSpec::name).toList(),
            layers -> new SharedModel(model.withOutputs(layers)));
  }

  /** The outputs of one row, in this JVM. */
  float[] scoreOne(Vector features) {
    return rowScorer().scoreOne(features)[0];
  }

  private synchronized Scorer rowScorer() {
    if (rowScorer == null) {
      ColumnBinding binding =
          ColumnBinding.of(
              "predictRaw",
              new StructType().add("features", SQLDataTypes.VectorType()),
              new InputColumns(
                      model.network(), List.of("features"), new InputPolicies(Map.of(), Map.of()))
                  .inputs());
      rowScorer = Scorer.of(here(), binding, List.of());
    }
    return rowScorer;
  }

  private ModelSource here() {
    return source(
        Runtime.getRuntime().availableProcessors(),
        ParameterSource.of(model.parameters(), model.state()));
  }

  private synchronized ModelSource on(SparkContext context) {
    return broadcasts.computeIfAbsent(
        context,
        unused ->
            source(
                Executors.mostCores(context),
                ParameterSource.ofBroadcast(
                    context.broadcast(model.parameters(), ClassTag$.MODULE$.apply(float[].class)),
                    context.broadcast(model.state(), ClassTag$.MODULE$.apply(float[].class)))));
  }

  private ModelSource source(int threads, ParameterSource parameters) {
    return new ModelSource(
        id, model.network().toJson(), parameters, new ExecutorEngine(threads, Device.CPU));
  }
}
