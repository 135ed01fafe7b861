package io.kindling.spark.scoring;

import java.io.Serializable;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/** Scores the rows of partitions. Travels with the tasks. */
public interface RowScoring extends Serializable {

  /** The rows of one partition with their new columns, scored as they are asked for. */
  ScoredPartition score(Iterator<Object> rows, ExecutorModels models);

  /** Rows that are scored at once, at most. */
  int blockRows();

  /** The same with other blocks. */
  RowScoring withBlockRows(int rows);

  /** Scored rows, closed when their task ends. */
  abstract class ScoredPartition extends AbstractIterator<Object> implements AutoCloseable {
    @Override
    public abstract void close();
  }
}
