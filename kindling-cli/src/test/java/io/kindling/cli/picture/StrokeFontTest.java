package io.kindling.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;

class StrokeFontTest {

  @Test
  void hasAShapeForEveryPrintableCharacterOfAscii() {
    Rectangle2D box = StrokeFont.outline("語", 14).getBounds2D();
    for (char c = '!'; c <= '~'; c++) {
      Rectangle2D bounds = StrokeFont.outline("" + c, 14).getBounds2D();
      assertThat(bounds.getHeight() + bounds.getWidth()).as("size of '%c'", c).isPositive();
      assertThat(bounds.getMinY()).as("top of '%c'", c).isGreaterThanOrEqualTo(-16);
      assertThat(bounds.getMaxY()).as("bottom of '%c'", c).isLessThanOrEqualTo(4.3);
      boolean isBox = bounds.equals(box) && StrokeFont.outline("" + c, 14).contains(7, -13);
      assertThat(isBox).as("'%c' is missing", c).isFalse();
    }
  }

  @Test
  void digitsAreEquallyWide() {
    double width = StrokeFont.width("0", 10);
    for (char c = '1'; c <= '9'; c++) {
      assertThat(StrokeFont.width("" + c, 10)).isEqualTo(width);
    }
  }

  @Test
  void lettersAreAsWideAsTheyAre() {
    assertThat(StrokeFont.width("m", 10)).isGreaterThan(StrokeFont.width("i", 10) + 5);
    assertThat(StrokeFont.width("", 10)).isZero();
    assertThat(StrokeFont.width("abc", 20))
        .isCloseTo(2 * StrokeFont.width("abc", 10), within(1e-9));
  }

  @Test
  void dropsAccents() {
    assertThat(StrokeFont.width("Zürich é", 10)).isEqualTo(StrokeFont.width("Zurich e", 10));
  }

  @Test
  void drawsABoxForACharacterItLacks() {
    assertThat(StrokeFont.outline("語", 14).getBounds2D())
        .isEqualTo(new Rectangle2D.Double(0, -14, 8, 14));
  }

  @Test
  void shortensTextThatDoesNotFit() {
    String shortened = Sheet.fitting("a long name of a class", 8, 60);

    assertThat(shortened).startsWith("a long").endsWith("…");
    assertThat(Sheet.width(shortened, 8)).isLessThanOrEqualTo(60);
    assertThat(Sheet.fitting("short", 8, 60)).isEqualTo("short");
  }
}
