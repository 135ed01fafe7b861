package io.kindling.predict;

/**
 * How large a model may be. All are checked before anything is allocated by what a file declares.
 *
 * @param bytes of all files of a model together
 * @param definitionBytes of the file that holds the graph; it is read into memory
 * @param nodes operations of a graph, its subgraphs and functions, also as often as functions are
 *     called: ten functions that call each other ten times are 10¹⁰ operations
 * @param depth messages within messages of a file, and calls within calls of its functions
 * @param ratio how many bytes the tensors of a graph may declare for each byte of its file, beyond
 *     64 MiB: a constant may be written as one number and a shape
 */
public record ModelLimits(long bytes, long definitionBytes, int nodes, int depth, int ratio) {

  /** 64 GiB: more than a node keeps in memory. */
  public static final long DEFAULT_BYTES = 64L << 30;

  /** 2 GiB less one byte, where protobuf ends. */
  public static final long DEFAULT_DEFINITION_BYTES = Integer.MAX_VALUE - 8;

  /** Half a million operations: large language models have tens of thousands. */
  public static final int DEFAULT_NODES = 500_000;

  /** 100, as protobuf's own readers have. */
  public static final int DEFAULT_DEPTH = 100;

  /** A hundred bytes for each byte of the file. */
  public static final int DEFAULT_RATIO = 100;

  private static final long FREE_BYTES = 64L << 20;

  public ModelLimits {
    require("bytes", bytes, Long.MAX_VALUE);
    require("definitionBytes", definitionBytes, DEFAULT_DEFINITION_BYTES);
    require("nodes", nodes, Integer.MAX_VALUE);
    // Readers of ours call themselves once per message; 200 stay far from the end of any stack.
    require("depth", depth, 200);
    require("ratio", ratio, Integer.MAX_VALUE);
  }

  private static void require(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "Invalid limit " + name + " " + value + ". Use 1 to " + most + ".");
    }
  }

  /** What fits any model that is not made to harm. */
  public static ModelLimits defaults() {
    return new ModelLimits(
        DEFAULT_BYTES, DEFAULT_DEFINITION_BYTES, DEFAULT_NODES, DEFAULT_DEPTH, DEFAULT_RATIO);
  }

  public ModelLimits withBytes(long most) {
    return new ModelLimits(most, definitionBytes, nodes, depth, ratio);
  }

  public ModelLimits withDefinitionBytes(long most) {
    return new ModelLimits(bytes, most, nodes, depth, ratio);
  }

  public ModelLimits withNodes(int most) {
    return new ModelLimits(bytes, definitionBytes, most, depth, ratio);
  }

  public ModelLimits withDepth(int most) {
    return new ModelLimits(bytes, definitionBytes, nodes, most, ratio);
  }

  public ModelLimits withRatio(int most) {
    return new ModelLimits(bytes, definitionBytes, nodes, depth, most);
  }

  /** How many bytes the tensors of a file may declare in all. */
  public long declarableBytes(long fileBytes) {
    return FREE_BYTES + ratio * fileBytes;
  }
}
