package io.kindling.spark.column;

import java.util.Arrays;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads pictures of Spark's image struct into {@code [height, width, channels]}, bytes as numbers
 * from 0 to 255, and 32-bit floats. Spark keeps colours as OpenCV does, blue first; they come out
 * as everywhere else, red, green, blue and alpha.
 */
final class ImageReader extends ColumnReader {

  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int CHANNELS = 3;
  private static final int MODE = 4;
  private static final int DATA = 5;

  /** The three lowest bits of OpenCV's type are that of a number. */
  private static final int DEPTH_BITS = 7;

  private static final int UNSIGNED_BYTES = 0;
  private static final int FLOATS = 5;

  private final TensorCast cast;
  private final int height;
  private final int width;
  private final int channels;
  private final double[] pixels;

  ImageReader(String owner, BoundColumn column) {
    super(owner, column);
    this.cast = new TensorCast(column, bad);
    this.height = column.dimensions().get(0);
    this.width = column.dimensions().get(1);
    this.channels = column.dimensions().get(2);
    this.pixels = new double[size];
  }

  /** Whether a type is Spark's image struct, whatever may be null in it. */
  static boolean isImage(DataType type) {
    return type instanceof StructType struct
        && Arrays.equals(struct.fieldNames(), ImageSchema.columnSchema().fieldNames())
        && Arrays.equals(
            Arrays.stream(struct.fields()).map(field -> field.dataType()).toArray(),
            Arrays.stream(ImageSchema.columnSchema().fields())
                .map(field -> field.dataType())
                .toArray());
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    InternalRow image = row.getStruct(column.ordinal(), 6);
    int mode = image.getInt(MODE);
    if (mode < 0) {
      throw bad.hasValue(position, "a file that is no picture (mode " + mode + ")", "pictures");
    }
    if (image.getInt(HEIGHT) != height
        || image.getInt(WIDTH) != width
        || image.getInt(CHANNELS) != channels) {
      throw bad.hasValue(
          position,
          "a picture of %d x %d x %d"
              .formatted(image.getInt(HEIGHT), image.getInt(WIDTH), image.getInt(CHANNELS)),
          "pictures of height %d, width %d and %d channels for %s"
              .formatted(height, width, channels, column.spec()));
    }
    byte[] data = image.getBinary(DATA);
    int depth = mode & DEPTH_BITS;
    int bytes = depth == FLOATS ? Float.BYTES : 1;
    if ((depth != UNSIGNED_BYTES && depth != FLOATS) || data.length != size * bytes) {
      throw bad.hasValue(
          position,
          "a picture of mode %d with %d bytes".formatted(mode, data.length),
          "pictures of 8-bit or 32-bit floating-point numbers");
    }
    for (int i = 0; i < size; i++) {
      int channel = i % channels;
      // Blue, green, red becomes red, green, blue; alpha and grey stay.
      int swapped = channels >= 3 && channel < 3 ? i - channel + (2 - channel) : i;
      pixels[swapped] = depth == FLOATS ? floatAt(data, i) : data[i] & 0xff;
    }
    cast.store(pixels, size, memory, at * size, position);
  }

  /** As OpenCV lays them out: in the machine's order, which is this one everywhere Spark runs. */
  private static float floatAt(byte[] data, int index) {
    int at = index * Float.BYTES;
    return Float.intBitsToFloat(
        (data[at] & 0xff)
            | (data[at + 1] & 0xff) << 8
            | (data[at + 2] & 0xff) << 16
            | (data[at + 3] & 0xff) << 24);
  }
}
