package io.kindling.tensorflow.predict;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An operation of a graph or function, as it is written.
 *
 * @param inputs names of tensors, with {@code ^} before those that only order
 * @param functions names of functions that its attributes hold
 * @param bytes the serialized {@code NodeDef}; a view
 */
record DefinedNode(
    String name, String operation, List<String> inputs, List<String> functions, ByteBuffer bytes) {

  @Override
  public String toString() {
    return "'" + io.kindling.predict.Finding.clipped(name) + "' (" + operation + ")";
  }
}
