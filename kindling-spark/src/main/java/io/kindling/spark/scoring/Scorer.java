package io.kindling.spark.scoring;

import io.kindling.engine.Program;
import io.kindling.network.Network;
import io.kindling.spark.column.BatchWriter;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.collection.Iterator;

/**
 * A model, the columns it reads and the columns it makes: all that is needed to score rows
 * anywhere. An immutable description that travels with the tasks; the loaded model belongs to
 * {@link ExecutorModels}.
 */
public final class Scorer implements RowScoring {

  private static final long serialVersionUID = 1;

  /** Rows per block at most: more do not make an engine faster, and take memory. */
  static final int MAX_BLOCK_ROWS = 1024;

  /** Rows per block at least, where {@link #MAX_BLOCK_BYTES} allows: fewer leave kernels idle. */
  static final int MIN_BLOCK_ROWS = 32;

  /**
   * Bytes that the widest tensor of a block should take, so that it is still in a cache when the
   * next operation reads it. Measured on one core with 1 MiB of second-level cache: the README's
   * network, 72 KiB per row, scores 37,000 to 38,000 rows/s in blocks of 32 and 64, 34,000 in
   * blocks of 128, 31,000 to 32,000 from 256 on; 784-256-256-10, 3 KiB per row, 155,000 in blocks
   * of 16 and 185,000 to 190,000 from 128 on.
   */
  static final int WIDEST_TENSOR_BYTES = 4 << 20;

  /**
   * Bytes of a block's tensors, and of its rows, from which on a block is closed with fewer rows:
   * wide rows would otherwise fill the memory of an executor with many cores.
   */
  static final int MAX_BLOCK_BYTES = 32 << 20;

  private final ModelSource source;
  private final ColumnBinding inputs;
  private final OutputColumn[] outputs;
  private final StructField[] appended;
  private final int blockRows;

  private Scorer(
      ModelSource source,
      ColumnBinding inputs,
      OutputColumn[] outputs,
      StructField[] appended,
      int blockRows) {
    this.source = source;
    this.inputs = inputs;
    this.outputs = outputs;
    this.appended = appended;
    this.blockRows = blockRows;
  }

  /**
   * Describes how rows are scored.
   *
   * @param inputs binds the network's inputs, in their order, to columns of the rows
   * @throws IllegalArgumentException if an output column does not suit its output
   */
  public static Scorer of(ModelSource source, ColumnBinding inputs, List<OutputColumn> outputs) {
    Network network = source.parse();
    List<TensorSpec> specs = network.outputs();
    List<StructField> appended = new ArrayList<>();
    for (OutputColumn column : outputs) {
      if (column.output() < 0 || column.output() >= specs.size()) {
        throw new IllegalArgumentException(
            "Invalid output %d for column '%s'. The network has outputs 0 to %d."
                .formatted(column.output(), column.name(), specs.size() - 1));
      }
      int size = specs.get(column.output()).shape().size();
      appended.add(
          new StructField(column.name(), column.derived().type(size), false, column.metadata()));
    }
    return new Scorer(
        source,
        inputs,
        outputs.toArray(OutputColumn[]::new),
        appended.toArray(StructField[]::new),
        blockRows(network));
  }

  /** Rows per block that suit a network. */
  public static int blockRows(Network network) {
    long rows = WIDEST_TENSOR_BYTES / network.widestRowBytes();
    return (int) Math.max(MIN_BLOCK_ROWS, Math.min(rows, MAX_BLOCK_ROWS));
  }

  /** The same with at most {@code rows} rows per block. */
  @Override
  public Scorer withBlockRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("Invalid block of " + rows + " rows. Use 1 row at least.");
    }
    return new Scorer(source, inputs, outputs, appended, rows);
  }

  /**
   * The schema with the new columns at its end.
   *
   * @throws IllegalArgumentException naming every new column whose name is taken
   */
  public StructType transformSchema(StructType schema) {
    List<String> mismatches = new ArrayList<>();
    List<String> taken = new ArrayList<>(Arrays.asList(schema.fieldNames()));
    StructType result = schema;
    for (StructField field : appended) {
      if (taken.contains(field.name())) {
        mismatches.add(
            "Output column '%s' exists already. %s adds columns and replaces none. Rename or drop it first, or choose another output column."
                .formatted(field.name(), inputs.owner()));
      }
      taken.add(field.name());
      result = result.add(field);
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    return result;
  }

  /**
   * The rows, of a table or a stream, with the new columns. Nothing runs before the result is asked
   * for.
   *
   * @param rows with the schema that {@link #inputs()} were bound to
   */
  public Dataset<Row> transform(Dataset<?> rows) {
    transformSchema(rows.schema());
    return ScoringPlan.of(rows, new ScoringFunction(this), appended());
  }

  @Override
  public ScoredPartition score(Iterator<Object> rows, ExecutorModels models) {
    return new ScoredRows(this, rows, models);
  }

  /**
   * The network's outputs for one row, without Spark: one array per output.
   *
   * @param features the only column that the inputs are bound to
   */
  public float[][] scoreOne(Vector features) {
    return scoreOne(ExecutorModels.ofThisJvm(), features);
  }

  float[][] scoreOne(ExecutorModels models, Vector features) {
    try (ExecutorModels.Lease<Program> lease = models.lease(source);
        Program.BatchMemory batch = lease.model().newBatch(1)) {
      new BatchWriter(inputs, batch).write(row(features), 0);
      batch.setRows(1);
      List<TensorSpec> results = lease.model().network().outputs();
      OutputRows rows = new OutputRows(results);
      try (Program.Outputs computed = lease.model().outputs(batch)) {
        rows.copy(computed);
      }
      float[][] outputsOfRow = new float[results.size()][];
      for (int i = 0; i < outputsOfRow.length; i++) {
        outputsOfRow[i] = Arrays.copyOf(rows.values(i), rows.size(i));
      }
      return outputsOfRow;
    }
  }

  @SuppressWarnings("unchecked") // the type of vectors takes vectors
  private static InternalRow row(Vector features) {
    UserDefinedType<Vector> type = (UserDefinedType<Vector>) SQLDataTypes.VectorType();
    return new GenericInternalRow(new Object[] {type.serialize(features)});
  }

  public ModelSource source() {
    return source;
  }

  public ColumnBinding inputs() {
    return inputs;
  }

  public List<OutputColumn> outputs() {
    return List.of(outputs);
  }

  List<StructField> appended() {
    return List.of(appended);
  }

  /** Rows per block, within the bound on its bytes. */
  @Override
  public int blockRows() {
    return (int) Math.max(1, Math.min(blockRows, MAX_BLOCK_BYTES / Math.max(1, inputs.rowBytes())));
  }

  @Override
  public String toString() {
    return "Scorer of model " + source.id();
  }
}
