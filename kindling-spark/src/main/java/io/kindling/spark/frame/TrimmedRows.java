package io.kindling.spark.frame;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.TensorValue;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.BoundOutput;
import io.kindling.spark.predict.ExecutorModel;
import io.kindling.spark.predict.ModelColumns;
import io.kindling.spark.predict.ModelRuns;
import io.kindling.spark.predict.OutputRows;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.RowScoring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;

/** What a program makes of blocks of rows, any number of rows of each, in their place. */
final class TrimmedRows extends ProgramRows {

  /**
   * What is needed to run a program so.
   *
   * @param blockRows rows of a block, at most
   */
  record Scoring(ExecutorModel program, ModelColumns columns, int blockRows) implements RowScoring {

    private static final long serialVersionUID = 1;

    @Override
    public Scoring withBlockRows(int rows) {
      return new Scoring(program, columns, rows);
    }

    @Override
    public ScoredPartition score(scala.collection.Iterator<Object> rows, ExecutorModels models) {
      return new TrimmedRows(this, rows, models);
    }
  }

  private static final long MAX_BLOCK_BYTES = 32L << 20;

  private final Scoring scoring;
  private final ModelRuns runs;
  private final SpecificInternalRow row;

  private TrimmedRows(
      Scoring scoring, scala.collection.Iterator<Object> input, ExecutorModels models) {
    super(scoring.program(), input, models);
    this.scoring = scoring;
    this.runs = new ModelRuns(scoring.columns());
    this.row =
        new SpecificInternalRow(
            scala.jdk.javaapi.CollectionConverters.asScala(
                    scoring.columns().outputs().stream().map(BoundOutput::dataType).toList())
                .toSeq());
  }

  @Override
  Iterator<InternalRow> make(LoadedModel loaded) throws BadValueException {
    runs.clear();
    while (runs.rows() < scoring.blockRows() && runs.bytes() < MAX_BLOCK_BYTES && hasInput()) {
      add(nextInput());
    }
    List<OutputRows[]> groups = new ArrayList<>();
    for (int[] group : runs.groups()) {
      groups.add(outputs(runs.values(loaded, group)));
    }
    return new MadeRows(groups);
  }

  private void add(InternalRow next) throws BadValueException {
    try {
      runs.add(next);
    } catch (BadValueException e) {
      if (scoring.columns().badRows() == BadRowPolicy.FAIL) {
        throw e;
      }
    }
  }

  private OutputRows[] outputs(Map<String, TensorValue> values) throws BadValueException {
    List<BoundOutput> bound = scoring.columns().outputs();
    long[] counts = new long[bound.size()];
    OutputRows[] outputs = new OutputRows[bound.size()];
    for (int i = 0; i < counts.length; i++) {
      TensorValue value = values.get(bound.get(i).output());
      if (value.rank() == 0) {
        throw new BadValueException(
            "Output '%s' is a single value without a dimension for rows."
                .formatted(bound.get(i).output()));
      }
      counts[i] = value.dimension(0);
      outputs[i] = new OutputRows(bound.get(i), value, true);
    }
    if (Arrays.stream(counts).distinct().count() > 1) {
      throw new BadValueException(
          "Outputs %s have %s rows. All outputs of a trimmed block have equally many."
              .formatted(
                  bound.stream().map(BoundOutput::output).toList(), Arrays.toString(counts)));
    }
    return outputs;
  }

  /** Rows of groups, all in the same object: whoever reads them takes one after the other. */
  private final class MadeRows implements Iterator<InternalRow> {

    private final List<OutputRows[]> groups;
    private int group;
    private int place;

    private MadeRows(List<OutputRows[]> groups) {
      this.groups = groups;
    }

    @Override
    public boolean hasNext() {
      while (group < groups.size() && place == groups.get(group)[0].rows()) {
        group++;
        place = 0;
      }
      return group < groups.size();
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The block has no more rows.");
      }
      OutputRows[] outputs = groups.get(group);
      for (int i = 0; i < outputs.length; i++) {
        outputs[i].write(place, row, i);
      }
      place++;
      return row;
    }
  }
}
