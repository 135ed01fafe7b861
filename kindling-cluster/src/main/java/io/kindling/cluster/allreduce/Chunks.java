package io.kindling.cluster.allreduce;

/**
 * A range of an array cut into one chunk per rank, whose lengths differ by at most one element.
 *
 * <p>With fewer elements than chunks some chunks are empty.
 */
record Chunks(int from, int to, int count) {

  int begin(int chunk) {
    return from + (int) ((long) (to - from) * chunk / count);
  }

  int end(int chunk) {
    return begin(chunk + 1);
  }
}
