package io.kindling.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTest {

  @ParameterizedTest
  @CsvSource({"100, 100", "7, 20", "400, 120", "'', 80", "wide, 80", "-5, 80", "99999999999, 80"})
  void takesAReasonableWidthFromTheEnvironment(String columns, int expected) {
    assertThat(of(Map.of("COLUMNS", columns)).columns()).isEqualTo(expected);
  }

  @Test
  void isEightyColumnsWideWhenNothingTells() {
    assertThat(of(Map.of()).columns()).isEqualTo(80);
  }

  @Test
  void doesNotReplaceLinesOnADumbTerminal() {
    assertThat(of(Map.of("TERM", "dumb")).kind()).isEqualTo(Terminal.Kind.PLAIN);
    assertThat(of(Map.of("TERM", "xterm")).kind()).isEqualTo(Terminal.Kind.INTERACTIVE);
  }

  @Test
  void drawsWithNumberSignsWhereTheEncodingHasNoBlocks() {
    assertThat(Terminal.of(Map.of(), Terminal.Kind.INTERACTIVE, StandardCharsets.US_ASCII).ink())
        .isEqualTo(Terminal.Ink.ASCII);
    assertThat(of(Map.of()).ink()).isEqualTo(Terminal.Ink.BLOCKS);
  }

  private static Terminal of(Map<String, String> environment) {
    return Terminal.of(environment, Terminal.Kind.INTERACTIVE, StandardCharsets.UTF_8);
  }
}
