package io.kindling.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/** A scoring loop as one writes it with ONNX Runtime alone, over rows that a Spark task reads. */
final class BareOnnx implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final int blockRows;

  /** Loads a file whose one input is {@code features}. */
  BareOnnx(Path file, int blockRows) throws OrtException {
    this.blockRows = blockRows;
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setIntraOpNumThreads(1);
      this.session = environment.createSession(file.toString(), settings);
    }
  }

  /** Scores the rows of a table in a task of this JVM, and says how many seconds it took. */
  double score(Dataset<Row> table, int rowsOfTable) {
    int column = table.schema().fieldIndex("features");
    return BareScoring.inTask(table, rowsOfTable, rows -> score(rows, column));
  }

  /** Fills one buffer again and again; a row goes through an array that stays in the cache. */
  private long score(Iterator<InternalRow> rows, int column) {
    float[] values = new float[Images.SIZE];
    FloatBuffer block =
        ByteBuffer.allocateDirect(blockRows * Images.SIZE * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    long scored = 0;
    while (rows.hasNext()) {
      int count = 0;
      block.clear();
      while (count < blockRows && rows.hasNext()) {
        UnsafeArrayData array = (UnsafeArrayData) rows.next().getArray(column);
        Platform.copyMemory(
            array.getBaseObject(),
            array.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(Images.SIZE),
            values,
            Platform.FLOAT_ARRAY_OFFSET,
            (long) Images.SIZE * Float.BYTES);
        block.put(values);
        count++;
      }
      run(block.flip(), count);
      scored += count;
    }
    return scored;
  }

  private void run(FloatBuffer block, int rows) {
    try (OnnxTensor features =
            OnnxTensor.createTensor(environment, block, new long[] {rows, Images.SIZE});
        OrtSession.Result fetched = session.run(Map.of("features", features))) {
      long[] shape = ((OnnxTensor) fetched.get(0)).getInfo().getShape();
      if (shape[0] != rows) {
        throw new IllegalStateException("The bare loop lost rows.");
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
