package io.kindling.tensorflow.predict;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A function of a graph's library, as it is written.
 *
 * @param arguments names, in order
 * @param nodes by name, in the file's order
 * @param bytes the serialized {@code FunctionDef}; a view
 */
record DefinedFunction(
    String name, List<String> arguments, Map<String, DefinedNode> nodes, ByteBuffer bytes) {}
