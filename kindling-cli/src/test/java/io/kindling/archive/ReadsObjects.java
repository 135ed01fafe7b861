package io.kindling.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;

/** Breaks a rule on purpose: it runs what the writer of a file chose. */
public final class ReadsObjects {
  private ReadsObjects() {}

  static Object read(InputStream in) throws IOException, ClassNotFoundException {
    return new ObjectInputStream(in).readObject();
  }
}
