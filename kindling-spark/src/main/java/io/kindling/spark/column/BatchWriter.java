package io.kindling.spark.column;

import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Writes rows straight into the memory of a batch, whose first columns are the binding's tensors.
 * Borrows the batch; belongs to one thread, and to one partition, whose rows it counts for its
 * errors.
 */
public final class BatchWriter {

  private final ColumnReader[] readers;
  private final TensorMemory[] memories;
  private long position;

  public BatchWriter(ColumnBinding binding, Batch batch) {
    List<TensorSpec> tensors = binding.tensors();
    if (batch.columns().size() < tensors.size()
        || !batch.columns().subList(0, tensors.size()).equals(tensors)) {
      throw new IllegalArgumentException(
          "Batch does not match the binding: it has "
              + batch.columns()
              + " but "
              + binding.owner()
              + " binds "
              + tensors
              + ". Bind the batch's columns in their order.");
    }
    this.readers = binding.newReaders();
    this.memories = new TensorMemory[readers.length];
    for (int i = 0; i < readers.length; i++) {
      memories[i] = new TensorMemory(tensors.get(i).type(), batch.column(i));
    }
  }

  /**
   * Copies a row; the row may be reused afterwards. The caller says with {@link Batch#setRows} how
   * many rows count.
   *
   * @throws IllegalArgumentException if the row cannot be copied as the binding says
   */
  public void write(InternalRow row, int atRow) {
    for (int i = 0; i < readers.length; i++) {
      readers[i].read(row, memories[i], atRow, position);
    }
    position++;
  }
}
