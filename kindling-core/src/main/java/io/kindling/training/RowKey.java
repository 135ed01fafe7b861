package io.kindling.training;

/**
 * A well-mixed number of four: from it a row's random layers draw in one step. Mixing is the
 * finalizer of SplitMix64 (Steele et al., <i>Fast Splittable Pseudorandom Number Generators</i>,
 * 2014), once per number.
 */
final class RowKey {

  private RowKey() {}

  static long of(long seed, long step, long shard, long row) {
    return mix(mix(mix(mix(seed) + step) + shard) + row);
  }

  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
