package io.kindling.tensorflow;

/**
 * The name of a tensor in a graph.
 *
 * @param operation the operation that gives it
 * @param output which of the operation's outputs
 */
public record TensorName(String operation, int output) {

  /**
   * Reads {@code operation:output}, {@code operation} for its first output, or {@code ^operation}.
   */
  public static TensorName of(String text) {
    String name = text.startsWith("^") ? text.substring(1) : text;
    int colon = name.lastIndexOf(':');
    if (colon < 0 || !name.substring(colon + 1).matches("\\d{1,9}")) {
      return new TensorName(name, 0);
    }
    return new TensorName(name.substring(0, colon), Integer.parseInt(name.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return operation + ":" + output;
  }
}
