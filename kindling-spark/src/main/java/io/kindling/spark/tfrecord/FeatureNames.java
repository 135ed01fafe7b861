package io.kindling.spark.tfrecord;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Finds columns by the names of features. Features mostly stand in the same order in all records of
 * a file, so what was found at a place is tried first: names are then compared, not hashed.
 */
final class FeatureNames {

  /** Records may have any number of features; remembering so many pays. */
  private static final int MOST_PLACES = 4096;

  private static final int NONE = -1;

  private final Map<UTF8String, Integer> ordinals = new HashMap<>();
  private byte[][] seenNames = new byte[0][];
  private int[] seenOrdinals = new int[0];
  private int place;

  void add(String name, int ordinal) {
    ordinals.put(UTF8String.fromString(name), ordinal);
  }

  /** Goes back to the first place, for the next record. */
  void restart() {
    place = 0;
  }

  /** The column of the feature at the next place; negative where it has none. */
  int find(byte[] bytes, int start, int length) {
    int here = place++;
    if (here < seenNames.length && isSeen(here, bytes, start, length)) {
      return seenOrdinals[here];
    }
    int ordinal = ordinals.getOrDefault(UTF8String.fromBytes(bytes, start, length), NONE);
    if (here < MOST_PLACES) {
      remember(here, Arrays.copyOfRange(bytes, start, start + length), ordinal);
    }
    return ordinal;
  }

  private boolean isSeen(int here, byte[] bytes, int start, int length) {
    byte[] name = seenNames[here];
    return name != null && Arrays.equals(name, 0, name.length, bytes, start, start + length);
  }

  private void remember(int here, byte[] name, int ordinal) {
    if (here >= seenNames.length) {
      seenNames = Arrays.copyOf(seenNames, 2 * here + 8);
      seenOrdinals = Arrays.copyOf(seenOrdinals, 2 * here + 8);
    }
    seenNames[here] = name;
    seenOrdinals[here] = ordinal;
  }
}
