package io.kindling.spark.predict;

import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.RowScoring;
import io.kindling.spark.scoring.ScoringFunction;
import io.kindling.spark.scoring.ScoringPlan;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.Iterator;

/**
 * A model, the columns it reads and those it makes: all that is needed to score rows anywhere.
 *
 * @param blockRows rows that are scored at once, at most
 */
public record ModelScorer(ExecutorModel model, ModelColumns columns, int blockRows)
    implements RowScoring {

  private static final long serialVersionUID = 1;

  /** Bytes of a column of a block from which on it is closed with fewer rows. */
  static final int MAX_BLOCK_BYTES = 32 << 20;

  /** The rows, of a table or a stream, with the new columns. Nothing runs before they are read. */
  public Dataset<Row> transform(Dataset<?> rows) {
    return ScoringPlan.of(rows, new ScoringFunction(this), columns.appended());
  }

  /** A plan's rows with the new columns behind its own. */
  LogicalPlan over(LogicalPlan rows) {
    return ScoringPlan.over(rows, new ScoringFunction(this), columns.appended());
  }

  @Override
  public ModelScorer withBlockRows(int rows) {
    return new ModelScorer(model, columns, rows);
  }

  @Override
  public ScoredPartition score(Iterator<Object> rows, ExecutorModels models) {
    return new ModelRows(this, rows, models);
  }

  @Override
  public String toString() {
    return "ModelScorer of " + model.label();
  }
}
