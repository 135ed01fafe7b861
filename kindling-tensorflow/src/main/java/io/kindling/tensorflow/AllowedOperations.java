package io.kindling.tensorflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The operations that a graph may have. A graph that somebody sends is a program; this is the list
 * of what such a program may do, and what is not on it is refused, known or not.
 *
 * <p>That an operation is on the list says that it does no more than compute, not that its code has
 * no mistakes: TensorFlow's own advice holds, to isolate what computes graphs of strangers.
 */
public final class AllowedOperations {

  private static final String RESOURCE = "allowed-operations.txt";

  /** What operations do, as the list's sections. */
  public enum Purpose {
    /** Give outputs of inputs alone. */
    COMPUTATION,
    /** Read what is kept in the memory of one session: variables, tables and arrays. */
    STATE,
    /** Put values there, and may keep the memory in which they are given. */
    STORAGE,
    /** Read files of the model while it is loaded. */
    RESTORE
  }

  private static final Map<Purpose, Set<String>> LISTED = read();

  private AllowedOperations() {}

  private static Map<Purpose, Set<String>> read() {
    Map<Purpose, Set<String>> listed = new EnumMap<>(Purpose.class);
    InputStream resource = AllowedOperations.class.getResourceAsStream(RESOURCE);
    if (resource == null) {
      throw new IllegalStateException(
          "kindling-tensorflow's jar lacks " + RESOURCE + ". Build it again.");
    }
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, UTF_8))) {
      Purpose section = Purpose.COMPUTATION;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("[")) {
          section = Purpose.valueOf(line.substring(1, line.length() - 1).toUpperCase(Locale.ROOT));
        } else if (!line.isBlank() && !line.startsWith("#")) {
          listed.computeIfAbsent(section, key -> new HashSet<>()).add(line.strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read " + RESOURCE, e);
    }
    return listed;
  }

  /** Names of all operations for a purpose. */
  static Set<String> of(Purpose purpose) {
    return Set.copyOf(LISTED.get(purpose));
  }

  /** Whether an operation may be in a graph that serves one of these purposes. */
  public static boolean isAllowed(String operation, EnumSet<Purpose> purposes) {
    return purposes.stream().anyMatch(purpose -> LISTED.get(purpose).contains(operation));
  }

  /**
   * Requires that a graph computes outputs of inputs alone.
   *
   * @throws IllegalArgumentException naming every other operation
   */
  static void requireComputation(GraphDef graph) {
    Set<String> functions = new HashSet<>();
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(function -> functions.add(function.getSignature().getName()));
    Set<String> refused = new TreeSet<>();
    graph.getNodeList().forEach(node -> collect(node, functions, refused));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      function.getNodeDefList().forEach(node -> collect(node, functions, refused));
    }
    if (!refused.isEmpty()) {
      throw new IllegalArgumentException(
          "Unsupported operations "
              + refused
              + " in a graph: they touch files, the network or host code, or keep state of their "
              + "own. A network computes outputs of rows and parameters alone; leave them out.");
    }
  }

  private static void collect(NodeDef node, Set<String> functions, Set<String> refused) {
    String operation = node.getOp();
    if (!functions.contains(operation) && !isAllowed(operation, EnumSet.of(Purpose.COMPUTATION))) {
      refused.add(operation);
    }
  }
}
