package io.kindling.cli.picture;

import java.awt.Color;

/**
 * The colours of all pictures. Blue and orange of Okabe and Ito differ for every kind of colour
 * vision, and in brightness, so a print in grey is readable, too.
 */
final class Ink {

  static final Color PAPER = Color.WHITE;
  static final Color TEXT = new Color(0x22, 0x26, 0x2b);
  static final Color QUIET_TEXT = new Color(0x6a, 0x72, 0x7c);
  static final Color GRID = new Color(0xe6, 0xe9, 0xed);
  static final Color AXIS = new Color(0xa9, 0xb0, 0xb9);
  static final Color BLUE = new Color(0x00, 0x72, 0xb2);
  static final Color ORANGE = new Color(0xd5, 0x5e, 0x00);
  static final Color PALE_BLUE = new Color(0x9c, 0xc6, 0xe0);
  static final Color FAINT_BLUE = new Color(0xdc, 0xeb, 0xf5);

  private Ink() {}

  /** The colour {@code share} of the way from {@code from} to {@code to}. */
  static Color between(Color from, Color to, double share) {
    double s = Math.max(0, Math.min(1, share));
    return new Color(
        (int) Math.round(from.getRed() + s * (to.getRed() - from.getRed())),
        (int) Math.round(from.getGreen() + s * (to.getGreen() - from.getGreen())),
        (int) Math.round(from.getBlue() + s * (to.getBlue() - from.getBlue())));
  }

  /** Dark or white, whichever is easier to read on {@code ground}. */
  static Color on(Color ground) {
    double brightness =
        0.299 * ground.getRed() + 0.587 * ground.getGreen() + 0.114 * ground.getBlue();
    return brightness < 150 ? PAPER : TEXT;
  }
}
