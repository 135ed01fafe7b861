package io.kindling.tensor;

/**
 * What slides over a picture.
 *
 * @param stride pixels between places, along both axes
 * @param padding what happens at the border
 * @param dilation pixels between the window's own cells, along both axes; 1 where they touch
 */
public record Window(int height, int width, int stride, Padding padding, int dilation) {

  public Window {
    atLeastOne("window height", height);
    atLeastOne("window width", width);
    atLeastOne("stride", stride);
    atLeastOne("dilation", dilation);
    if (stride > 1 && dilation > 1) {
      throw new IllegalArgumentException(
          "Invalid stride "
              + stride
              + " with dilation "
              + dilation
              + ". One of the two must be 1, as a dilated window with a stride leaves pixels out.");
    }
  }

  /** A window that moves by one pixel and lies inside. */
  public static Window of(int height, int width) {
    return new Window(height, width, 1, Padding.VALID, 1);
  }

  public Window withStride(int stride) {
    return new Window(height, width, stride, padding, dilation);
  }

  public Window withPadding(Padding padding) {
    return new Window(height, width, stride, padding, dilation);
  }

  public Window withDilation(int dilation) {
    return new Window(height, width, stride, padding, dilation);
  }

  private static void atLeastOne(String setting, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid " + setting + " " + value + ". Use at least 1.");
    }
  }

  /** Pixels from the first to the last cell. */
  public int reach(int cells) {
    return (cells - 1) * dilation + 1;
  }

  /**
   * The shape of what it makes of a picture.
   *
   * @param image {@code [height, width, channels]}
   * @throws IllegalArgumentException if the window does not fit into it
   */
  public Shape over(Shape image, int channels) {
    if (padding == Padding.VALID
        && (image.dimension(0) < reach(height) || image.dimension(1) < reach(width))) {
      throw new IllegalArgumentException(
          "its window of "
              + reach(height)
              + " × "
              + reach(width)
              + " is larger than its input "
              + image
              + ". Use padding 'same' or a smaller window");
    }
    return Shape.of(
        padding.places(image.dimension(0), reach(height), stride),
        padding.places(image.dimension(1), reach(width), stride),
        channels);
  }

  /** Pixels of padding before the first of {@code size}; those behind make up the rest. */
  public int before(int size, int cells) {
    return padding == Padding.SAME ? missing(size, cells) / 2 : 0;
  }

  /** Pixels of padding behind the last of {@code size}. */
  public int behind(int size, int cells) {
    return padding == Padding.SAME ? missing(size, cells) - missing(size, cells) / 2 : 0;
  }

  private int missing(int size, int cells) {
    int places = padding.places(size, reach(cells), stride);
    return Math.max(0, (places - 1) * stride + reach(cells) - size);
  }
}
