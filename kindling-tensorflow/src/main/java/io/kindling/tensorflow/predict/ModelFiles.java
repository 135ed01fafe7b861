package io.kindling.tensorflow.predict;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What lies beside a graph, checked to be inside the model's folder.
 *
 * @param variables the prefix of the files of its variables; empty where there are none
 * @param assets paths by the tensor that takes them
 * @param bytes of all files, the graph's included
 */
record ModelFiles(Optional<Path> variables, Map<String, Path> assets, long bytes) {}
