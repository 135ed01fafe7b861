package io.kindling.cli.digits;

import java.util.Arrays;
import java.util.List;

/**
 * The ways in which people write each digit.
 *
 * <p>A way is written as the pen moves: points {@code x y} in a box of 100 × 100, y downwards,
 * separated by commas and joined by a smooth curve; {@code /} turns sharply at the point before it;
 * {@code ;} lifts the pen.
 */
final class Penmanship {

  private static final String[][] WAYS = {
    { // 0: round, narrow, begun at the side, with an overlapping end
      "56 6, 30 16, 20 52, 34 88, 60 92, 78 58, 72 18, 52 6",
      "58 5, 38 17, 29 54, 40 90, 60 91, 71 54, 66 17, 54 5",
      "71 22, 50 5, 26 26, 22 68, 46 95, 74 76, 79 40, 67 14",
      "60 12, 42 7, 22 36, 26 78, 50 95, 76 72, 75 28, 52 6, 38 15",
    },
    { // 1: a line, with a flag, with flag and foot, with a short curved flag
      "53 5, 51 50, 49 95",
      "37 27, 56 6 / 54 50, 53 95",
      "34 28, 54 6 / 53 50, 52 94; 31 95, 74 94",
      "40 22, 50 15, 56 5 / 52 50, 50 95",
    },
    { // 2: sharp base, looped base, like a z, swan-necked
      "24 28, 34 10, 54 5, 74 16, 73 36, 54 62, 24 93 / 80 91",
      "22 26, 36 8, 61 7, 74 26, 62 53, 38 83, 24 90, 23 79, 40 78, 60 90, 80 91",
      "26 19, 50 6, 71 20, 60 48, 22 94 / 50 90, 80 95",
      "27 32, 30 13, 50 5, 70 15, 70 38, 46 70, 22 92 / 36 86, 58 93, 80 87",
    },
    { // 3: round, flat top, looped waist, small top
      "24 16, 46 5, 71 14, 69 36, 44 47 / 72 56, 78 77, 54 96, 22 86",
      "24 8, 74 8 / 46 42 / 71 51, 78 73, 56 95, 22 88",
      "26 14, 50 5, 70 19, 63 39, 42 47, 45 52, 71 60, 75 82, 50 96, 22 85",
      "30 13, 50 6, 65 17, 60 35, 42 42 / 70 48, 80 70, 60 94, 24 92",
    },
    { // 4: open, open and square, closed, closed in one stroke
      "30 8, 22 34, 24 54, 42 58, 80 54; 67 12, 64 50, 62 95",
      "28 8, 25 54 / 80 53; 63 10, 62 95",
      "62 5, 40 36, 18 65 / 84 64; 63 6, 62 95",
      "80 61, 20 62 / 44 34, 63 6 / 62 50, 61 95",
    },
    { // 5: one stroke, roof drawn last, like an s, flat belly
      "75 8, 34 8 / 29 44 / 53 38, 76 54, 74 81, 50 96, 22 86",
      "36 9, 29 46 / 50 38, 74 50, 76 76, 54 95, 22 89; 36 9, 79 6",
      "76 8, 45 9, 30 26, 37 43, 62 51, 76 71, 60 93, 24 90",
      "72 6, 32 9 / 32 42, 62 42, 78 58, 74 84, 44 96, 20 88",
    },
    { // 6: curled, straight back, big belly
      "69 7, 43 20, 24 54, 29 85, 53 95, 74 81, 70 59, 48 51, 28 65",
      "62 4, 36 44, 24 72, 37 93, 61 94, 76 77, 64 58, 42 59, 26 75",
      "56 5, 33 28, 22 62, 32 90, 58 95, 79 78, 74 54, 51 46, 26 60",
    },
    { // 7: plain, barred, with a serif, curved, barred with a serif
      "22 10, 78 9 / 56 46, 41 95",
      "22 10, 78 9 / 56 46, 41 95; 33 52, 70 50",
      "22 25, 24 10 / 78 9 / 60 42, 46 95",
      "21 15, 48 14, 79 8 / 57 40, 50 66, 48 95",
      "21 22, 24 10 / 77 10 / 58 46, 43 95; 36 50, 72 52",
    },
    { // 8: one stroke, two rings, open at the top, begun in the middle
      "70 18, 50 5, 30 18, 37 38, 62 54, 74 76, 50 96, 26 78, 38 55, 63 38, 71 19",
      "50 6, 31 16, 32 37, 50 46, 68 36, 69 16, 50 6; 50 46, 27 60, 26 84, 50 95, 74 84, 73 60, 50 46",
      "74 13, 54 5, 33 17, 39 40, 64 57, 71 80, 48 96, 27 80, 40 58, 66 34, 75 24",
      "52 48, 32 34, 34 12, 54 5, 70 17, 64 38, 38 56, 25 78, 42 95, 66 93, 75 74, 52 48",
    },
    { // 9: straight leg, hooked leg, slanted leg, begun at the side
      "71 20, 49 6, 27 23, 33 46, 55 49, 71 24 / 69 60, 66 95",
      "72 20, 49 6, 27 24, 33 47, 55 50, 72 24 / 74 64, 60 92, 29 91",
      "68 18, 47 7, 28 25, 34 44, 52 46, 69 22 / 62 56, 46 95",
      "70 35, 52 50, 30 42, 28 18, 50 5, 70 18, 75 48, 70 76, 58 95",
    },
  };

  private static final List<List<List<Stroke>>> STROKES =
      Arrays.stream(WAYS)
          .map(ways -> Arrays.stream(ways).map(Penmanship::strokes).toList())
          .toList();

  private Penmanship() {}

  /** How many ways of writing {@code label} there are. */
  static int ways(int label) {
    return STROKES.get(label).size();
  }

  /** The strokes of one way of writing {@code label}, in the order of writing. */
  static List<Stroke> strokes(int label, int way) {
    return STROKES.get(label).get(way);
  }

  private static List<Stroke> strokes(String way) {
    return Arrays.stream(way.split(";", -1)).map(Stroke::parse).toList();
  }
}
