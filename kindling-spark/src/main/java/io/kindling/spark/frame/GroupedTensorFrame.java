package io.kindling.spark.frame;

import static org.apache.spark.sql.functions.col;

import io.kindling.tensorflow.ProgramSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructField;

/** A {@link TensorFrame}'s rows in groups that have equal keys. Immutable. */
public final class GroupedTensorFrame {

  private static final String RESULT = "kindling_result";

  private final TensorFrame frame;
  private final List<String> keys;

  GroupedTensorFrame(TensorFrame frame, List<String> keys) {
    this.frame = frame;
    this.keys = keys;
  }

  /**
   * A row per key, with what the program reduces the group's rows to: the keys, then the program's
   * outputs, in no order of rows. Runs when the rows are asked for; of a stream as other
   * aggregations do.
   *
   * @param program reads {@code x_input} and gives {@code x} for each column {@code x} to be
   *     aggregated, as with {@link TensorFrame#reduceBlocks}
   * @throws IllegalArgumentException naming all that does not fit
   */
  public TensorFrame aggregate(TensorProgram program) {
    TensorFrame.Reduced reduced = frame.reduced(program, true);
    List<String> clashing = new ArrayList<>(keys);
    clashing.retainAll(reduced.columns().names());
    if (!clashing.isEmpty()) {
      throw new IllegalArgumentException(
          "Columns %s are keys, and cannot be aggregated as well. The program gives %s; aggregate a copy of the column under another name."
              .formatted(clashing, reduced.columns().names()));
    }
    Column[] grouping = keys.stream().map(TensorFrame::column).toArray(Column[]::new);
    List<Column> selected = new ArrayList<>(List.of(grouping));
    for (StructField field : reduced.made()) {
      selected.add(col(RESULT).getField(field.name()).as(field.name(), field.metadata()));
    }
    return frame.with(
        frame
            .rows()
            .groupBy(grouping)
            .agg(frame.aggregation(reduced).as(RESULT))
            .select(selected.toArray(Column[]::new)));
  }

  /** Aggregates with a program drawn over {@code x_input} for each column {@code x}. */
  public TensorFrame aggregate(Consumer<ProgramSketch> draw) {
    return aggregate(TensorProgram.of(draw));
  }
}
