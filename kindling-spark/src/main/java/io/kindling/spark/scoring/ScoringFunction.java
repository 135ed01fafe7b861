package io.kindling.spark.scoring;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What the plan runs per partition: rows in, scored rows out, all closed when the task ends. */
public final class ScoringFunction extends AbstractFunction1<Iterator<Object>, Iterator<Object>>
    implements Serializable {

  private static final long serialVersionUID = 1;

  private final RowScoring scoring;

  public ScoringFunction(RowScoring scoring) {
    this.scoring = scoring;
  }

  @Override
  public Iterator<Object> apply(Iterator<Object> rows) {
    RowScoring.ScoredPartition scored = scoring.score(rows, ExecutorModels.ofThisJvm());
    TaskContext context = TaskContext.get();
    if (context != null) {
      context.addTaskCompletionListener((TaskCompletionListener) ended -> scored.close());
    }
    return scored;
  }

  /** The same in blocks of one row. */
  ScoringFunction oneByOne() {
    return new ScoringFunction(scoring.withBlockRows(1));
  }

  boolean isOneByOne() {
    return scoring.blockRows() == 1;
  }

  @Override
  public String toString() {
    return scoring.toString();
  }
}
