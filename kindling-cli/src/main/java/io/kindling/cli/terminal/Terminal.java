package io.kindling.cli.terminal;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * What the place that output goes to can show.
 *
 * @param kind whether a printed line can be replaced
 * @param ink which characters a bar is made of
 * @param columns how many characters fit on a line
 */
public record Terminal(Kind kind, Ink ink, int columns) {

  /** Columns where the terminal does not tell; more would wrap on an ordinary window. */
  public static final int DEFAULT_COLUMNS = 80;

  private static final int FEWEST_COLUMNS = 20;

  private static final int MOST_COLUMNS = 120;

  /** Whether a printed line can be replaced. */
  public enum Kind {
    /** A person watches; a carriage return goes back to the start of the line. */
    INTERACTIVE,
    /** A file or a pipe; what is printed stays. */
    PLAIN
  }

  /** Which characters a bar is made of. */
  public enum Ink {
    /** Block elements of Unicode, an eighth of a column fine. */
    BLOCKS,
    /** Number signs, for encodings without blocks. */
    ASCII
  }

  public Terminal {
    columns = Math.max(FEWEST_COLUMNS, Math.min(MOST_COLUMNS, columns));
  }

  /** Returns the terminal of this process's standard output. */
  public static Terminal ofThisProcess() {
    Charset encoding =
        Charset.forName(System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
    return of(System.getenv(), kindOfThisProcess(), encoding);
  }

  /**
   * Up to Java 21 there is a console only on a terminal; from Java 22 on there is always one, and
   * it has to be asked.
   */
  @SuppressWarnings("SystemConsoleNull")
  private static Kind kindOfThisProcess() {
    Console console = System.console();
    if (console == null) {
      return Kind.PLAIN;
    }

    try {
      Object isTerminal = Console.class.getMethod("isTerminal").invoke(console);
      return Boolean.TRUE.equals(isTerminal) ? Kind.INTERACTIVE : Kind.PLAIN;
    } catch (ReflectiveOperationException beforeJava22) {
      return Kind.INTERACTIVE;
    }
  }

  /** Returns the terminal that the environment describes. */
  static Terminal of(Map<String, String> environment, Kind kind, Charset encoding) {
    boolean isDumb = "dumb".equals(environment.get("TERM"));
    boolean hasBlocks = encoding.canEncode() && encoding.newEncoder().canEncode('█');
    return new Terminal(
        isDumb ? Kind.PLAIN : kind,
        hasBlocks ? Ink.BLOCKS : Ink.ASCII,
        columns(environment.get("COLUMNS")));
  }

  private static int columns(String text) {
    if (text == null || !text.strip().matches("[1-9][0-9]{0,4}")) {
      return DEFAULT_COLUMNS;
    }
    return Integer.parseInt(text.strip());
  }
}
