package io.kindling.cli.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes progress as one line that fits the terminal. What matters least goes first when there is
 * no room: the speed, then the metric, then the loss, then the time left.
 */
record ProgressLine(Terminal terminal) {

  private static final int SHORTEST_BAR = 8;

  private static final int LONGEST_BAR = 30;

  private static final String GAP = "  ";

  /** Bars that fill one to seven eighths of a column. */
  private static final String EIGHTHS = "▏▎▍▌▋▊▉";

  /** A part of the line behind the bar; of those left, the one with the highest rank goes first. */
  private record Part(String text, int rank) {}

  String line(ProgressState state) {
    String head = "epoch " + padded(state.epoch(), state.epochs()) + "/" + state.epochs() + " ";
    List<Part> parts = parts(state);
    // The last column stays free: a full line would wrap, and a wrapped line cannot be replaced.
    int room = terminal.columns() - 1 - head.length();

    while (parts.size() > 1 && room - width(parts) < SHORTEST_BAR) {
      int last = 0;
      for (int i = 1; i < parts.size(); i++) {
        last = parts.get(i).rank() > parts.get(last).rank() ? i : last;
      }
      parts.remove(last);
    }

    int columns = Math.min(LONGEST_BAR, room - width(parts));
    StringBuilder line = new StringBuilder(head);
    if (columns >= 3) {
      line.append(bar(state.share(), columns));
      parts.forEach(part -> line.append(GAP).append(part.text()));
    } else {
      line.append(parts.get(0).text());
    }
    return line.substring(0, Math.min(line.length(), terminal.columns() - 1));
  }

  private static List<Part> parts(ProgressState state) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("step " + padded(state.step(), state.steps()) + "/" + state.steps(), 0));
    state.loss().ifPresent(loss -> parts.add(new Part("loss " + number(loss), 2)));
    state
        .metric()
        .ifPresent(metric -> parts.add(new Part(metric.name() + " " + number(metric.value()), 3)));
    state
        .rowsPerSecond()
        .ifPresent(
            rows -> parts.add(new Part(String.format(Locale.ROOT, "%,.0f rows/s", rows), 4)));
    state.left().ifPresent(left -> parts.add(new Part(clock(left) + " left", 1)));
    return parts;
  }

  private static int width(List<Part> parts) {
    return parts.stream().mapToInt(part -> GAP.length() + part.text().length()).sum();
  }

  private String bar(double share, int columns) {
    if (terminal.ink() == Terminal.Ink.ASCII) {
      int inner = columns - 2;
      int full = (int) (share * inner);
      return "[" + "#".repeat(full) + ".".repeat(inner - full) + "]";
    }

    int eighths = (int) (share * columns * 8);
    int full = eighths / 8;
    String part = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8 - 1, eighths % 8);
    return "█".repeat(full) + part + " ".repeat(columns - full - part.length());
  }

  /** Right-aligned to the width of the largest, so that the line does not jump. */
  private static String padded(long value, long largest) {
    String text = Long.toString(value);
    return " ".repeat(Math.max(0, Long.toString(largest).length() - text.length())) + text;
  }

  /** Four decimals for ordinary numbers, powers of ten for the very small and very large. */
  static String number(double value) {
    double size = Math.abs(value);
    boolean isOrdinary = size == 0 || (size >= 1e-3 && size < 1e5) || !Double.isFinite(value);
    return String.format(Locale.ROOT, isOrdinary ? "%.4f" : "%.3e", value);
  }

  /** Hours, minutes and seconds. */
  static String clock(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }
}
