package io.kindling.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void alignsWordsToTheLeftAndNumbersToTheRight() {
    Table table =
        Table.withHeaders("class", "rows", "recall")
            .row("zero", 12_000, 0.9912)
            .row("thirty-one", 7, 1.0)
            .row("x", 1_234_567L, 0.5f);

    assertThat(table.lines())
        .containsExactly(
            "class            rows  recall",
            "-----------------------------",
            "zero           12,000  0.9912",
            "thirty-one          7  1.0000",
            "x           1,234,567  0.5000");
  }

  @Test
  void leavesNullsEmptyAndNoSpacesAtLineEnds() {
    Table table = Table.withHeaders("a", "b", "note").row(1, null, "yes").row(2, 3.5, null);

    assertThat(table.lines())
        .containsExactly("a       b  note", "---------------", "1          yes", "2  3.5000");
  }

  @Test
  void keepsAColumnOfMixedCellsToTheLeft() {
    assertThat(Table.withHeaders("value").row("many").row(3).lines())
        .containsExactly("value", "-----", "many", "3");
  }

  @Test
  void countsCharactersOutsideTheBasicPlaneOnce() {
    assertThat(Table.withHeaders("s", "n").row("😀", 1).row("é", 22).lines())
        .containsExactly("s   n", "-----", "😀   1", "é  22");
  }

  @Test
  void anEmptyTableHasHeadersAndARule() {
    assertThat(Table.withHeaders("epoch", "loss").toString())
        .isEqualTo("epoch  loss" + System.lineSeparator() + "-----------");
  }

  @Test
  void rejectsARowOfAnotherWidth() {
    Table table = Table.withHeaders("a", "b");

    assertThatThrownBy(() -> table.row(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid row of 1 cells. The table has 2 columns. "
                + "Give one cell per column; null leaves it empty.");
  }
}
