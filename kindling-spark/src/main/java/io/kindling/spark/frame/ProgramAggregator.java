package io.kindling.spark.frame;

import io.kindling.predict.LoadedModel;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.ExecutorModel;
import io.kindling.spark.scoring.ExecutorModels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.Function1;

/**
 * A program that reduces blocks, as an aggregation of Spark's. A group's rows are kept until there
 * are enough for a block; what leaves a task is one result per group.
 */
final class ProgramAggregator extends Aggregator<Row, Row, Row> {

  private static final long serialVersionUID = 1;

  private final ExecutorModel program;
  private final ReducedColumns columns;
  private final int blockRows;
  private final StructType rowType;
  private final StructType resultType;

  private transient Work work;

  /**
   * @param rowType the columns that are read
   * @param resultType the columns that are made
   */
  ProgramAggregator(
      ExecutorModel program,
      ReducedColumns columns,
      int blockRows,
      StructType rowType,
      StructType resultType) {
    this.program = program;
    this.columns = columns;
    this.blockRows = blockRows;
    this.rowType = rowType;
    this.resultType = resultType;
  }

  @Override
  public Row zero() {
    return new Group();
  }

  @Override
  public Row reduce(Row group, Row row) {
    Group into = group(group);
    into.rows.add((InternalRow) work().toRow.apply(row));
    if (into.rows.size() >= blockRows) {
      into.settle();
    }
    return into;
  }

  @Override
  public Row merge(Row one, Row other) {
    Group into = group(one);
    Group from = group(other);
    into.rows.addAll(from.rows);
    into.results.addAll(from.results);
    if (into.rows.size() + into.results.size() >= blockRows) {
      into.settle();
    }
    return into;
  }

  @Override
  public Row finish(Row group) {
    return group(group).settled();
  }

  @Override
  public Encoder<Row> bufferEncoder() {
    return Encoders.row(resultType);
  }

  @Override
  public Encoder<Row> outputEncoder() {
    return Encoders.row(resultType);
  }

  private Group group(Row row) {
    if (row instanceof Group group) {
      return group;
    }
    Group group = new Group();
    if (!row.isNullAt(0)) {
      group.results.add((InternalRow) work().toResult.apply(row));
    }
    return group;
  }

  private Work work() {
    if (work == null) {
      work = new Work();
    }
    return work;
  }

  /** What one task works with. */
  private final class Work {

    private final Function1<Object, Object> toRow =
        CatalystTypeConverters.createToCatalystConverter(rowType);
    private final Function1<Object, Object> toResult =
        CatalystTypeConverters.createToCatalystConverter(resultType);
    private final Function1<Object, Object> ofResult =
        CatalystTypeConverters.createToScalaConverter(resultType);
    private Reduction reduction;

    /** The only row that there is afterwards. */
    private InternalRow reduce(List<InternalRow> rows, List<InternalRow> results) {
      if (reduction == null) {
        ExecutorModels.Lease<LoadedModel> lease = ExecutorModels.ofThisJvm().lease(program);
        TaskContext.get()
            .addTaskCompletionListener((TaskCompletionListener) ended -> lease.close());
        reduction = Reduction.of(columns, lease.model(), blockRows);
      }
      try {
        reduction.clear();
        for (InternalRow each : results) {
          reduction.addResult(each);
        }
        for (InternalRow each : rows) {
          reduction.add(each);
        }
        return reduction.result();
      } catch (BadValueException e) {
        throw new IllegalArgumentException(
            "The program "
                + program.label()
                + " cannot aggregate a group: "
                + e.getMessage()
                + " Filter such rows out, or correct the column.",
            e);
      }
    }
  }

  /** A group's rows and results so far; as a row, it is the result of all of them. */
  private final class Group implements Row, Serializable {

    private static final long serialVersionUID = 1;

    private final transient List<InternalRow> rows = new ArrayList<>();
    private final transient List<InternalRow> results = new ArrayList<>();
    private transient Row settled;

    private void settle() {
      if (!rows.isEmpty() || results.size() > 1) {
        InternalRow result = work().reduce(rows, results);
        rows.clear();
        results.clear();
        results.add(result);
        settled = null;
      }
    }

    private Row settled() {
      settle();
      if (settled == null) {
        settled =
            results.isEmpty()
                ? org.apache.spark.sql.RowFactory.create(new Object[resultType.length()])
                : (Row) work().ofResult.apply(results.get(0));
      }
      return settled;
    }

    @Override
    public int length() {
      return resultType.length();
    }

    @Override
    public Object get(int place) {
      return settled().get(place);
    }

    @Override
    public Row copy() {
      return settled();
    }
  }
}
