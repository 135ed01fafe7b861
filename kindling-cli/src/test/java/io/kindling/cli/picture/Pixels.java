package io.kindling.cli.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A written picture, to look for colours in parts of it. Places are in points. */
record Pixels(BufferedImage image) {

  static Pixels of(Path file) throws IOException {
    return new Pixels(ImageIO.read(file.toFile()));
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  /** How many pixels in the box have exactly this colour. */
  int count(Color color, double x, double y, double width, double height) {
    int found = 0;
    for (int row = pixel(y); row < pixel(y + height); row++) {
      for (int column = pixel(x); column < pixel(x + width); column++) {
        if (image.getRGB(column, row) == color.getRGB()) {
          found++;
        }
      }
    }
    return found;
  }

  /** Whether nothing is drawn in the box. */
  boolean isBlank(double x, double y, double width, double height) {
    int pixels = (pixel(x + width) - pixel(x)) * (pixel(y + height) - pixel(y));
    return count(Color.WHITE, x, y, width, height) == pixels;
  }

  /** Whether a rim of six points around the picture is free: nothing is cut off. */
  boolean hasFreeRim() {
    double right = (double) width() / Sheet.RESOLUTION;
    double bottom = (double) height() / Sheet.RESOLUTION;
    return isBlank(0, 0, right, 6)
        && isBlank(0, bottom - 6, right, 6)
        && isBlank(0, 0, 6, bottom)
        && isBlank(right - 6, 0, 6, bottom);
  }

  private static int pixel(double points) {
    return (int) (points * Sheet.RESOLUTION);
  }
}
