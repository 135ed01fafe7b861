package io.kindling.spark.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.udaf;

import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.predict.ModelFunctions;
import io.kindling.spark.predict.ModelScorer;
import io.kindling.spark.scoring.ScoringFunction;
import io.kindling.spark.scoring.ScoringPlan;
import io.kindling.tensorflow.ProgramSketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table or stream whose columns are tensors, and the small programs that are run over them.
 *
 * <pre>{@code
 * TensorFrame frame = TensorFrame.of(table).analyze();
 * Dataset<Row> moved =
 *     frame
 *         .mapBlocks(
 *             g ->
 *                 g.output(
 *                     "z", g.tf().math.add(g.column("x", TFloat64.class), g.tf().constant(3.0))))
 *         .rows();
 * }</pre>
 *
 * <p>Numbers, booleans, strings, binary values, arrays of them nested to any depth, and ML vectors
 * are tensors. A block is a tensor of some rows, of a bounded number and not those of a partition:
 * its first dimension counts them. Rows of one block have one shape; where shapes differ, rows of
 * each make blocks of their own.
 *
 * <p>Immutable; a method that gives another frame runs nothing, except {@link #analyze}.
 */
public final class TensorFrame {

  /** Rows of a block, at most, unless said otherwise. */
  public static final int DEFAULT_BLOCK_ROWS = 8192;

  /** Why a row has no values, with {@link BadRowPolicy#MARK}. */
  private static final String REASON = "reason";

  private static final String PARTITION = "kindling_partition";

  private final Dataset<Row> rows;
  private final int blockRows;
  private final BadRowPolicy badRows;

  private TensorFrame(Dataset<Row> rows, int blockRows, BadRowPolicy badRows) {
    this.rows = rows;
    this.blockRows = blockRows;
    this.badRows = badRows;
  }

  /** The rows of a table or stream. */
  public static TensorFrame of(Dataset<?> rows) {
    return new TensorFrame(rows.toDF(), DEFAULT_BLOCK_ROWS, BadRowPolicy.FAIL);
  }

  /** The same frame with blocks of so many rows at most; of fewer where rows are wide. */
  public TensorFrame withBlockRows(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "Invalid number of rows of a block: " + most + ". Use 1 or more.");
    }
    return new TensorFrame(rows, most, badRows);
  }

  /**
   * The same frame with another rule for rows that have a null in a column that is read, or a value
   * that a program does not take; {@link BadRowPolicy#FAIL} unless set. {@link BadRowPolicy#MARK},
   * with a column {@code reason}, is for {@link #mapRows} and {@link #mapBlocks} only; reductions
   * fail on such rows whatever the rule.
   */
  public TensorFrame withBadRowPolicy(BadRowPolicy policy) {
    return new TensorFrame(rows, blockRows, policy);
  }

  /** The same settings for other rows. */
  TensorFrame with(Dataset<Row> other) {
    return new TensorFrame(other, blockRows, badRows);
  }

  /** The rows as Spark has them. */
  public Dataset<Row> rows() {
    return rows;
  }

  /** A column whose name may hold dots. */
  static Column column(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  // Maps.

  /**
   * Adds columns that a program computes of blocks: its outputs, sorted by name, in front of the
   * frame's columns. Every output has a value for each of a block's rows.
   *
   * @throws IllegalArgumentException naming all that does not fit: inputs, columns, types, shapes
   */
  public TensorFrame mapBlocks(TensorProgram program) {
    return mapped(program, MappedColumns.Call.BLOCKS);
  }

  /** Maps blocks with a program drawn over the frame's columns. */
  public TensorFrame mapBlocks(Consumer<ProgramSketch> draw) {
    return mapBlocks(TensorProgram.of(draw));
  }

  /**
   * Adds columns that a program computes of single rows: its outputs, sorted by name, in front of
   * the frame's columns. Values may differ in shape from row to row.
   *
   * @throws IllegalArgumentException naming all that does not fit
   */
  public TensorFrame mapRows(TensorProgram program) {
    return mapped(program, MappedColumns.Call.ROWS);
  }

  /** Maps rows with a program drawn over the frame's columns. */
  public TensorFrame mapRows(Consumer<ProgramSketch> draw) {
    return mapRows(TensorProgram.of(draw));
  }

  private TensorFrame mapped(TensorProgram program, MappedColumns.Call call) {
    TensorProgram.Resolved resolved = resolve(program, call);
    MappedColumns mapped =
        MappedColumns.of(program, resolved.signature(), rows.schema(), call, badRows, REASON);
    ModelScorer scorer = new ModelScorer(resolved.model(), mapped.columns(), blockRows);
    return with(ScoringPlan.inFront(rows, new ScoringFunction(scorer), mapped.made()));
  }

  /**
   * Puts what a program makes of each block in the place of its rows: its outputs, sorted by name,
   * as columns, and as many rows as all of them have.
   *
   * @throws IllegalArgumentException naming all that does not fit
   */
  public TensorFrame mapBlocksTrimmed(TensorProgram program) {
    if (badRows == BadRowPolicy.MARK) {
      throw new IllegalArgumentException(
          "Bad rows cannot be marked where a program makes other rows of them. Use BadRowPolicy.FAIL or DROP.");
    }
    TensorProgram.Resolved resolved = resolve(program, MappedColumns.Call.TRIMMED);
    MappedColumns mapped =
        MappedColumns.of(
            program,
            resolved.signature(),
            rows.schema(),
            MappedColumns.Call.TRIMMED,
            badRows,
            REASON);
    TrimmedRows.Scoring scoring =
        new TrimmedRows.Scoring(resolved.model(), mapped.columns(), blockRows);
    return with(ScoringPlan.inPlace(rows, new ScoringFunction(scoring), mapped.made()));
  }

  /** Trims with a program drawn over the frame's columns. */
  public TensorFrame mapBlocksTrimmed(Consumer<ProgramSketch> draw) {
    return mapBlocksTrimmed(TensorProgram.of(draw));
  }

  private TensorProgram.Resolved resolve(TensorProgram program, MappedColumns.Call call) {
    return program.resolve(
        rows.sparkSession().sparkContext(),
        columns().stream()
            .map(
                each ->
                    call == MappedColumns.Call.ROWS
                        ? each.asRow(each.name())
                        : each.asBlock(each.name()))
            .toList());
  }

  private List<TensorColumn> columns() {
    return Arrays.stream(rows.schema().fields())
        .flatMap(field -> TensorColumn.of(field).stream())
        .toList();
  }

  // Reductions.

  /** A program that reduces, bound to the frame's columns. */
  record Reduced(TensorProgram.Resolved program, ReducedColumns columns, List<StructField> made) {}

  Reduced reduced(TensorProgram program, boolean ofBlocks) {
    if (!program.inputs().isEmpty() || !program.outputs().isEmpty() || !program.casts().isEmpty()) {
      throw new IllegalArgumentException(
          "A reduction tells its columns by the names of inputs and outputs. Leave withInput, withOutput and withCast out; rename or cast the columns.");
    }
    Function<TensorColumn, Stream<TensorType>> inputs =
        ofBlocks
            ? each -> Stream.of(each.asBlock(ReducedColumns.ofBlock(each.name())))
            : each ->
                Stream.of(
                    each.asRow(ReducedColumns.first(each.name())),
                    each.asRow(ReducedColumns.second(each.name())));
    TensorProgram.Resolved resolved =
        program.resolve(
            rows.sparkSession().sparkContext(), columns().stream().flatMap(inputs).toList());
    ModelSignature signature = resolved.signature();
    ReducedColumns columns =
        ofBlocks
            ? ReducedColumns.ofBlocks(signature, rows.schema())
            : ReducedColumns.ofRows(signature, rows.schema());
    return new Reduced(resolved, columns, columns.made(rows.schema()));
  }

  /**
   * Reduces blocks of rows to one row each, and blocks of these to one. For each column {@code x}
   * to be reduced, the program reads {@code x_input}, a block, and gives {@code x}, a value like
   * one row's. It is run for every row of the frame, also for a single one, and again over its own
   * results where there are several: sums and extremes are right, a mean is not.
   *
   * @return a value for each of the program's outputs, in their order
   * @throws IllegalArgumentException naming all that does not fit
   * @throws IllegalStateException if there are no rows
   */
  public Row reduceBlocks(TensorProgram program) {
    return reduce(reduced(program, true));
  }

  /** Reduces blocks with a program drawn over {@code x_input} for each column {@code x}. */
  public Row reduceBlocks(Consumer<ProgramSketch> draw) {
    return reduceBlocks(TensorProgram.of(draw));
  }

  /**
   * Reduces two rows to one until there is one. For each of the frame's columns {@code x} the
   * program reads {@code x_1} and {@code x_2}, and gives {@code x}. A single row is the result as
   * it is.
   *
   * @return a value for each of the program's outputs, in their order
   * @throws IllegalArgumentException naming all that does not fit
   * @throws IllegalStateException if there are no rows
   */
  public Row reduceRows(TensorProgram program) {
    return reduce(reduced(program, false));
  }

  /** Reduces rows with a program drawn over {@code x_1} and {@code x_2} for each column. */
  public Row reduceRows(Consumer<ProgramSketch> draw) {
    return reduceRows(TensorProgram.of(draw));
  }

  private Row reduce(Reduced reduced) {
    if (rows.isStreaming()) {
      throw new IllegalArgumentException(
          "A stream has no last row that it could be reduced by. Aggregate by a key or a window: groupBy.");
    }
    Dataset<Row> ofPartitions =
        ScoringPlan.inPlace(rows, reducing(reduced, false), reduced.made())
            .withColumn(PARTITION, spark_partition_id());
    // In one order, so that sums of floats are the same every time.
    Dataset<Row> inOrder = ofPartitions.repartition(1).sortWithinPartitions(PARTITION);
    List<Row> results =
        ScoringPlan.inPlace(inOrder, reducing(reduced, true), reduced.made()).collectAsList();
    if (results.isEmpty()) {
      throw new IllegalStateException(
          "The frame has no rows, and nothing to reduce. Ask whether it is empty before.");
    }
    return results.get(0);
  }

  private ScoringFunction reducing(Reduced reduced, boolean ofResults) {
    return new ScoringFunction(
        new ReducedRows.Scoring(
            reduced.program().model(), reduced.columns(), blockRows, ofResults));
  }

  /** Groups rows by columns, for {@link GroupedTensorFrame#aggregate}. */
  public GroupedTensorFrame groupBy(String... keys) {
    return new GroupedTensorFrame(this, List.of(keys));
  }

  /** An aggregation whose value is a struct of the program's outputs. */
  Column aggregation(Reduced reduced) {
    return function(reduced)
        .apply(reduced.columns().names().stream().map(TensorFrame::column).toArray(Column[]::new));
  }

  private UserDefinedFunction function(Reduced reduced) {
    List<StructField> read =
        reduced.columns().names().stream().map(name -> rows.schema().apply(name)).toList();
    StructType readType = new StructType(read.toArray(StructField[]::new));
    ProgramAggregator aggregator =
        new ProgramAggregator(
            reduced.program().model(),
            reduced.columns().over(readType),
            blockRows,
            readType,
            new StructType(reduced.made().toArray(StructField[]::new)));
    return udaf(aggregator, Encoders.row(readType));
  }

  // SQL.

  /**
   * Makes a program of blocks a function of the session's SQL: {@code SELECT f(x) FROM t}. It takes
   * an argument per input, in alphabetical order for a drawn program, and returns the output, or a
   * struct of all; numbers are cast as SQL does, and null makes null.
   */
  public void registerFunction(String name, TensorProgram program) {
    TensorProgram.Resolved resolved = resolve(program, MappedColumns.Call.BLOCKS);
    ModelFunctions.register(rows.sparkSession(), name, resolved.model(), resolved.signature());
  }

  /**
   * Makes a program that reduces blocks an aggregation of the session's SQL: {@code SELECT key,
   * f(x).x FROM t GROUP BY key}. It takes an argument per output, in their order, of the types that
   * this frame's columns have, and returns a struct of the outputs.
   */
  public void registerAggregation(String name, TensorProgram program) {
    rows.sparkSession().udf().register(name, function(reduced(program, true)));
  }

  // Shapes.

  /**
   * The same rows with what is known of their shapes after looking at all of them: dimensions that
   * all rows share, and the number of rows of a partition where all that are not empty have as
   * many. Runs a job.
   */
  public TensorFrame analyze() {
    if (rows.isStreaming()) {
      throw new IllegalArgumentException(
          "A stream cannot be looked at before it runs. State shapes: appendShape.");
    }
    Map<String, List<Long>> found = Analysis.of(rows);
    return withShapes(found);
  }

  /**
   * The same rows with the shape of a column as it is stated; a row of another is a bad row where a
   * program relies on it.
   *
   * @param shape rows first, then the dimensions of one row's value; -1 where a size is not known
   * @throws IllegalArgumentException if there is no such column, or its values have another rank
   */
  public TensorFrame appendShape(String column, long... shape) {
    int place = Arrays.asList(rows.schema().fieldNames()).indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "There is no column '%s'. The columns are %s."
              .formatted(column, Arrays.toString(rows.schema().fieldNames())));
    }
    StructField field = rows.schema().apply(place);
    TensorColumn known =
        TensorColumn.of(field)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Column '%s' has type %s, whose values are no tensors. Only numbers, booleans, strings, binary values, arrays of them and ML vectors are; a decimal can be cast to double."
                            .formatted(column, field.dataType().catalogString())));
    List<Long> stated = Arrays.stream(shape).boxed().toList();
    if (stated.size() != known.shape().size() || stated.stream().anyMatch(size -> size < -1)) {
      throw new IllegalArgumentException(
          "Invalid shape %s of column '%s' of type %s. State %d sizes, the number of rows first; -1 where one is not known."
              .formatted(stated, column, field.dataType().catalogString(), known.shape().size()));
    }
    return withShapes(Map.of(column, stated));
  }

  private TensorFrame withShapes(Map<String, List<Long>> shapes) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      List<Long> shape = shapes.get(field.name());
      columns.add(
          shape == null
              ? column(field.name())
              : column(field.name())
                  .as(
                      field.name(),
                      new TensorColumn(
                              field.name(), TensorColumn.of(field).orElseThrow().type(), shape)
                          .in(field.metadata())));
    }
    return with(rows.select(columns.toArray(Column[]::new)));
  }

  /**
   * The schema as text: a line per column with its name, its type, whether it may be null, and what
   * is known of it as a tensor, such as {@code double[?,2]}.
   */
  public String explainTensors() {
    StringBuilder text = new StringBuilder("root\n");
    for (StructField field : rows.schema().fields()) {
      text.append(
          " |-- %s: %s (nullable = %s) %s\n"
              .formatted(
                  field.name(),
                  field.dataType().catalogString(),
                  field.nullable(),
                  TensorColumn.text(field)));
    }
    return text.toString();
  }

  /** Prints {@link #explainTensors}. */
  public void printSchema() {
    System.out.print(explainTensors()); // where Spark's own printSchema prints
  }

  @Override
  public String toString() {
    return explainTensors();
  }
}
