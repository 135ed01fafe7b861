package io.kindling.engine;

import io.kindling.network.Network;
import io.kindling.network.ParameterMirror;
import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A network compiled by an engine: outputs as a pure function of parameters, state and a batch.
 *
 * <p>The parameters are read from {@link #parameters()}, the mutable state from {@link #state()}:
 * memory the engine owns and the caller writes. {@link #outputs} may be called by many threads at
 * once, each with a batch of its own, as long as nobody writes; all else belongs to one thread.
 */
public interface Program extends AutoCloseable {

  Network network();

  /** Where the program reads the flat parameter array. */
  ParameterMirror parameters();

  /** Where the program reads the flat array of mutable state. */
  ParameterMirror state();

  /** Memory for batches with the network's inputs as columns; the caller closes it. */
  BatchMemory newBatch(int capacity);

  /** The network's outputs for a batch; the caller closes them. */
  Outputs outputs(Batch batch);

  @Override
  void close();

  /** A batch that owns native memory. */
  interface BatchMemory extends Batch, AutoCloseable {
    @Override
    void close();
  }

  /** The outputs of one batch, in the engine's memory. */
  interface Outputs extends AutoCloseable {

    List<TensorSpec> columns();

    int rows();

    /** A column's rows, row-major, in native order; valid until closed. */
    ByteBuffer column(int index);

    @Override
    void close();
  }
}
