package io.kindling.spark.predict;

import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.ScoringPlan;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * A model, the columns it reads and those it makes: all that is needed to score rows anywhere.
 *
 * @param blockRows rows that are scored at once, at most
 */
public record ModelScorer(ModelFiles files, ModelColumns columns, int blockRows)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** Bytes of a column of a block from which on it is closed with fewer rows. */
  static final int MAX_BLOCK_BYTES = 32 << 20;

  /** The rows, of a table or a stream, with the new columns. Nothing runs before they are read. */
  public Dataset<Row> transform(Dataset<?> rows) {
    return ScoringPlan.of(rows, new Function(this), columns.appended());
  }

  /** A plan's rows with the new columns behind its own. */
  LogicalPlan over(LogicalPlan rows) {
    return ScoringPlan.over(rows, new Function(this), columns.appended());
  }

  /** What the plan runs per partition. */
  private static final class Function extends AbstractFunction1<Iterator<Object>, Iterator<Object>>
      implements Serializable {

    private static final long serialVersionUID = 1;

    private final ModelScorer scorer;

    private Function(ModelScorer scorer) {
      this.scorer = scorer;
    }

    @Override
    public Iterator<Object> apply(Iterator<Object> rows) {
      ModelRows scored = new ModelRows(scorer, rows, ExecutorModels.ofThisJvm());
      TaskContext context = TaskContext.get();
      if (context != null) {
        context.addTaskCompletionListener((TaskCompletionListener) ended -> scored.close());
      }
      return scored;
    }

    @Override
    public String toString() {
      return "ModelScorer of " + scorer.files().path();
    }
  }
}
