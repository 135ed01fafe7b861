package io.kindling.benchmarks;

import io.kindling.model.TrainedModel;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.types.TFloat32;

/**
 * A scoring loop as one writes it with TensorFlow-Java alone: the same graph, as a SavedModel, over
 * blocks of rows that lie ready as tensors, or that a Spark task reads.
 */
final class BareScoring implements AutoCloseable {

  private static final RunOptions IN_CALLERS_THREAD =
      RunOptions.newBuilder().setInterOpThreadPool(-1).build();

  /** Where tasks find the loop: a session cannot travel, and these tasks run in its JVM. */
  private static final AtomicReference<ToLongFunction<Iterator<InternalRow>>> IN_THIS_JVM =
      new AtomicReference<>();

  private final Path folder;
  private final SavedModelBundle model;
  private final List<Images.Tensors> blocks;
  private final String input;
  private final String output;

  /** Borrows the blocks. */
  BareScoring(TrainedModel trained, List<Images.Tensors> blocks) throws IOException {
    this.blocks = blocks;
    this.folder = Files.createTempDirectory("kindling-saved-model").resolve("model");
    SavedModelExport.write(folder, trained.network(), trained.parameters(), trained.state());
    this.model =
        SavedModelBundle.loader(folder.toString())
            .withTags("serve")
            .withConfigProto(
                ConfigProto.newBuilder()
                    .setIntraOpParallelismThreads(1)
                    .setInterOpParallelismThreads(1)
                    .build())
            .load();
    SignatureDef signature = model.metaGraphDef().getSignatureDefOrThrow("serving_default");
    this.input = signature.getInputsMap().values().iterator().next().getName();
    this.output = signature.getOutputsMap().values().iterator().next().getName();
  }

  /** Where the SavedModel lies. */
  Path folder() {
    return folder;
  }

  /** Scores every block once, and says how many seconds it took. */
  double score() {
    Session session = model.session();
    long start = System.nanoTime();
    for (Images.Tensors block : blocks) {
      run(session, block.images());
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void run(Session session, TFloat32 block) {
    try (Result fetched =
        session.runner().setOptions(IN_CALLERS_THREAD).feed(input, block).fetch(output).run()) {
      if (fetched.get(0).shape().get(0) != block.shape().get(0)) {
        throw new IllegalStateException("The bare loop lost rows.");
      }
    }
  }

  /** Scores the rows of a table in a task of this JVM, and says how many seconds it took. */
  double score(Dataset<Row> table, int rowsOfTable) {
    Session session = model.session();
    int column = table.schema().fieldIndex("features");
    return inTask(table, rowsOfTable, rows -> score(session, rows, column));
  }

  /**
   * Gives the rows of a table to a loop, in tasks of this JVM, and says how many seconds it took.
   *
   * @param loop says how many rows it scored
   */
  static double inTask(
      Dataset<Row> table, int rowsOfTable, ToLongFunction<Iterator<InternalRow>> loop) {
    long start = System.nanoTime();
    IN_THIS_JVM.set(loop);
    long scored =
        table
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> List.of(IN_THIS_JVM.get().applyAsLong(rows)).iterator())
            .reduce(Long::sum);
    if (scored != rowsOfTable) {
      throw new IllegalStateException("The bare loop lost rows.");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Scores one row so many times, as a block of its own, and says how many seconds it took. */
  double scoreRows(int rows) {
    Session session = model.session();
    long start = System.nanoTime();
    try (TFloat32 row = TFloat32.tensorOf(Shape.of(1, Images.SIZE))) {
      for (int i = 0; i < rows; i++) {
        run(session, row);
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private int blockRows() {
    return (int) blocks.get(0).images().shape().get(0);
  }

  /** Fills one tensor again and again; a row goes through an array that stays in the cache. */
  private long score(Session session, Iterator<InternalRow> rows, int column) {
    float[] values = new float[Images.SIZE];
    long scored = 0;
    try (TFloat32 block = TFloat32.tensorOf(blocks.get(0).images().shape())) {
      FloatDataBuffer memory = block.asRawTensor().data().asFloats();
      while (rows.hasNext()) {
        int count = 0;
        while (count < blockRows() && rows.hasNext()) {
          UnsafeArrayData array = (UnsafeArrayData) rows.next().getArray(column);
          Platform.copyMemory(
              array.getBaseObject(),
              array.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(Images.SIZE),
              values,
              Platform.FLOAT_ARRAY_OFFSET,
              (long) Images.SIZE * Float.BYTES);
          memory.offset((long) count * Images.SIZE).write(values);
          count++;
        }
        run(session, block);
        scored += count;
      }
    }
    return scored;
  }

  @Override
  public void close() {
    model.close();
  }
}
