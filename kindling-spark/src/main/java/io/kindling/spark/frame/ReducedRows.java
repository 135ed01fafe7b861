package io.kindling.spark.frame;

import io.kindling.predict.LoadedModel;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.ExecutorModel;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.RowScoring;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/** A partition's rows reduced to one; an empty partition stays empty. */
final class ReducedRows extends ProgramRows {

  /**
   * What is needed to reduce so.
   *
   * @param ofResults whether rows are results of earlier reductions
   */
  record Scoring(ExecutorModel program, ReducedColumns columns, int blockRows, boolean ofResults)
      implements RowScoring {

    private static final long serialVersionUID = 1;

    @Override
    public Scoring withBlockRows(int rows) {
      return new Scoring(program, columns, rows, ofResults);
    }

    @Override
    public ScoredPartition score(scala.collection.Iterator<Object> rows, ExecutorModels models) {
      return new ReducedRows(this, rows, models);
    }
  }

  private final Scoring scoring;

  private ReducedRows(
      Scoring scoring, scala.collection.Iterator<Object> input, ExecutorModels models) {
    super(scoring.program(), input, models);
    this.scoring = scoring;
  }

  @Override
  Iterator<InternalRow> make(LoadedModel loaded) throws BadValueException {
    Reduction reduction = Reduction.of(scoring.columns(), loaded, scoring.blockRows());
    while (hasInput()) {
      InternalRow row = nextInput();
      if (scoring.ofResults()) {
        reduction.addResult(row.copy());
      } else {
        reduction.add(row);
      }
    }
    return List.of(reduction.result()).iterator();
  }
}
