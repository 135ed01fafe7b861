package io.kindling.cli.grammar;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Which known name somebody may have meant. */
final class Nearest {

  private Nearest() {}

  /** Asks for the nearest known name, with a space before; empty where none is near. */
  static String question(String written, Collection<String> known) {
    int most = Math.max(1, written.length() / 3);
    return known.stream()
        .filter(name -> !written.isBlank() && distance(written, name) <= most)
        .min(
            Comparator.comparingInt((String name) -> distance(written, name))
                .thenComparing(name -> name))
        .map(name -> " Did you mean " + name + "?")
        .orElse("");
  }

  /**
   * How many letters to insert, delete, replace or turn about make one word the other, with no
   * regard to case and underscores: the optimal string alignment of Damerau and Levenshtein.
   */
  static int distance(String one, String other) {
    String a = plain(one);
    String b = plain(other);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }
}
