package io.kindling.spark.scoring;

import io.kindling.engine.Engine;
import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Network;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An engine whose programs multiply their input by the first parameter, element by element, as far
 * as the output reaches; it counts what is open.
 */
final class ScaledEngine implements Engine {

  /** The one of this JVM, for factories that travel. */
  static final ScaledEngine SHARED = new ScaledEngine();

  final AtomicInteger openPrograms = new AtomicInteger();
  final AtomicInteger openBatches = new AtomicInteger();
  final AtomicInteger openOutputs = new AtomicInteger();
  final AtomicInteger computed = new AtomicInteger();

  static EngineFactory factory() {
    return () -> SHARED;
  }

  @Override
  public Program compile(Network network) {
    openPrograms.incrementAndGet();
    return new Scaled(network);
  }

  @Override
  public TrainingProgram compile(Objective objective) {
    throw new UnsupportedOperationException("The scaled engine does not train.");
  }

  private final class Scaled implements Program {
    private final Network network;
    private final float[] values;
    private boolean closed;

    private Scaled(Network network) {
      this.network = network;
      this.values = new float[network.parameters().size()];
    }

    @Override
    public Network network() {
      return network;
    }

    @Override
    public ParameterMirror parameters() {
      return (source, from, length) -> System.arraycopy(source, from, values, from, length);
    }

    @Override
    public ParameterMirror state() {
      return (source, from, length) -> {};
    }

    @Override
    public BatchMemory newBatch(int capacity) {
      openBatches.incrementAndGet();
      return new Memory(network.inputs(), capacity);
    }

    @Override
    public Outputs outputs(Batch batch) {
      if (closed) {
        throw new IllegalStateException("Program is closed.");
      }
      computed.incrementAndGet();
      openOutputs.incrementAndGet();
      int in = batch.columns().get(0).shape().size();
      TensorSpec spec = network.outputs().get(0);
      int out = spec.shape().size();
      ByteBuffer result =
          ByteBuffer.allocateDirect(batch.rows() * out * 4).order(ByteOrder.nativeOrder());
      for (int row = 0; row < batch.rows(); row++) {
        for (int i = 0; i < out; i++) {
          float x = i < in ? batch.column(0).getFloat(4 * (row * in + i)) : 0;
          result.putFloat(4 * (row * out + i), values[0] * x);
        }
      }
      int rows = batch.rows();
      return new Outputs() {
        @Override
        public List<TensorSpec> columns() {
          return network.outputs();
        }

        @Override
        public int rows() {
          return rows;
        }

        @Override
        public ByteBuffer column(int index) {
          return result;
        }

        @Override
        public void close() {
          openOutputs.decrementAndGet();
        }
      };
    }

    @Override
    public void close() {
      closed = true;
      openPrograms.decrementAndGet();
    }
  }

  private final class Memory implements Program.BatchMemory {
    private final List<TensorSpec> columns;
    private final List<ByteBuffer> buffers;
    private final int capacity;
    private int rows;

    private Memory(List<TensorSpec> columns, int capacity) {
      this.columns = columns;
      this.capacity = capacity;
      this.buffers =
          columns.stream()
              .map(
                  column ->
                      ByteBuffer.allocateDirect((int) column.rowBytes() * capacity)
                          .order(ByteOrder.nativeOrder()))
              .toList();
    }

    @Override
    public List<TensorSpec> columns() {
      return columns;
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public void setRows(int rows) {
      this.rows = rows;
    }

    @Override
    public ByteBuffer column(int index) {
      return buffers.get(index);
    }

    @Override
    public void close() {
      openBatches.decrementAndGet();
    }
  }
}
