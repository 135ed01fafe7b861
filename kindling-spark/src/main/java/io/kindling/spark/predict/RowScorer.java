package io.kindling.spark.predict;

import io.kindling.predict.LoadedModel;
import io.kindling.spark.scoring.ExecutorModels;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/** Scores one row at a time with a leased model. Belongs to one thread. */
final class RowScorer implements AutoCloseable {

  private final ModelScorer scorer;
  private final ModelRuns runs;
  private final ExecutorModels.Lease<LoadedModel> lease;

  RowScorer(ModelScorer scorer, ExecutorModels models) {
    this.scorer = scorer;
    this.runs = new ModelRuns(scorer.columns());
    this.lease = models.lease(scorer.model());
  }

  /** The outputs of a row; nulls where it has a null and the columns let nulls pass. */
  InternalRow score(InternalRow row) {
    ModelColumns columns = scorer.columns();
    Object[] values = new Object[columns.outputs().size()];
    if (columns.isPassed(row)) {
      return new GenericInternalRow(values);
    }
    runs.clear();
    try {
      runs.add(row);
      OutputRows[] outputs = runs.run(lease.model(), new int[] {0});
      for (int i = 0; i < values.length; i++) {
        values[i] = outputs[i].row(0);
      }
      return new GenericInternalRow(values);
    } catch (BadValueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    lease.close();
  }
}
