package io.kindling.network;

import java.nio.charset.StandardCharsets;

/**
 * 1 + h mod (size − 1), with h the 64-bit FNV-1a hash of the text in UTF-8, its bits mixed by the
 * finaliser of SplitMix64. For texts without an end; different ones may share a number. Weinberger
 * et al., <i>Feature Hashing for Large Scale Multitask Learning</i>, 2009.
 *
 * @param size how many numbers there are, with 0
 */
public record Hashing(int size) implements TextEncoding {

  public Hashing {
    Layer.atLeast(2, "size", size);
  }

  public static Hashing into(int size) {
    return new Hashing(size);
  }

  @Override
  public Encoder newEncoder() {
    return text -> 1 + (int) Long.remainderUnsigned(hash(text), size - 1L);
  }

  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
