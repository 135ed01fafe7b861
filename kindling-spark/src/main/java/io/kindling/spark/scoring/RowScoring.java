package io.kindling.spark.scoring;

import java.io.Serializable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/** Scores the rows of partitions. Travels with the tasks. */
public interface RowScoring extends Serializable {

  /** The rows of one partition with their new columns, scored as they are asked for. */
  ScoredPartition score(Iterator<Object> rows, ExecutorModels models);

  /** Rows that are scored at once, at most; 1 where none waits for others. */
  default int blockRows() {
    return 1;
  }

  /** The same with other blocks; itself where it has none. */
  default RowScoring withBlockRows(int rows) {
    return this;
  }

  /** Scored rows, closed when their task ends. */
  abstract class ScoredPartition extends AbstractIterator<Object> implements AutoCloseable {
    @Override
    public abstract void close();
  }
}
