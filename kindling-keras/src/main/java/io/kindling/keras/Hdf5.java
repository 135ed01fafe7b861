package io.kindling.keras;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import io.kindling.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An HDF5 file that is not trusted: groups, attributes and arrays by their names, and nothing but
 * what lies in the file itself. Links are not followed, compressed arrays are not unpacked, and
 * nothing is allocated that is larger than the file.
 *
 * <p>Whatever the reader makes of a damaged file becomes an {@link IOException} that names the
 * file. Belongs to one thread.
 */
final class Hdf5 implements AutoCloseable {

  private static final byte[] MAGIC = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private final Path name;
  private final long bytes;
  private final HdfFile file;

  private Hdf5(Path name, long bytes, HdfFile file) {
    this.name = name;
    this.bytes = bytes;
    this.file = file;
  }

  static boolean hasMagic(byte[] start) {
    return start.length >= MAGIC.length && Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length));
  }

  /**
   * Opens a file.
   *
   * @param path where its bytes are
   * @param name what it is called in messages
   */
  static Hdf5 open(Path path, Path name) throws IOException {
    long bytes = Files.size(path);
    return new Hdf5(
        name,
        bytes,
        guarded(
            name,
            () -> {
              try {
                return bytes <= Integer.MAX_VALUE
                    ? HdfFile.fromByteBuffer(mapped(path))
                    : new HdfFile(path);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }

  /** Slices of a mapped file cannot be larger than the file, whatever it says of itself. */
  private static ByteBuffer mapped(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size());
    }
  }

  long bytes() {
    return bytes;
  }

  Group root() {
    return file;
  }

  /** The group of a path below another; empty if there is none. */
  Optional<Group> group(Group from, String path) throws IOException {
    Optional<Node> node = node(from, path);
    if (node.isPresent() && !(node.get() instanceof Group)) {
      throw damaged("'" + path + "' is no group", null);
    }
    return node.map(Group.class::cast);
  }

  /** The array of a path below a group; empty if there is none. */
  Optional<Dataset> dataset(Group from, String path) throws IOException {
    Optional<Node> node = node(from, path);
    if (node.isPresent() && !(node.get() instanceof Dataset)) {
      throw damaged("'" + path + "' is no array", null);
    }
    return node.map(Dataset.class::cast);
  }

  private Optional<Node> node(Group from, String path) throws IOException {
    Node node = from;
    for (String part : path.split("/", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      if (!(node instanceof Group group)) {
        return Optional.empty();
      }
      Node child = guarded(name, () -> group.getChild(part));
      if (child == null) {
        return Optional.empty();
      }
      if (child.isLink()) {
        throw damaged(
            "'"
                + path
                + "' leads through a link at '"
                + part
                + "', and links are not followed. Write the arrays into the file itself",
            null);
      }
      node = child;
    }
    return Optional.of(node);
  }

  /** A text, or empty. */
  Optional<String> text(Group group, String attribute) throws IOException {
    return attribute(group, attribute)
        .map(value -> value instanceof byte[] raw ? new String(raw, StandardCharsets.UTF_8) : value)
        .map(
            value ->
                value instanceof String text
                    ? text
                    : value instanceof String[] one && one.length == 1 ? one[0] : null);
  }

  /**
   * A list of texts. Keras cuts long ones into several attributes: {@code weight_names0} and so on.
   */
  Optional<List<String>> texts(Group group, String attribute) throws IOException {
    Optional<Object> whole = attribute(group, attribute);
    if (whole.isPresent()) {
      return Optional.of(listed(attribute, whole.get()));
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; ; i++) {
      Optional<Object> part = attribute(group, attribute + i);
      if (part.isEmpty()) {
        return i == 0 ? Optional.empty() : Optional.of(all);
      }
      all.addAll(listed(attribute + i, part.get()));
    }
  }

  private List<String> listed(String attribute, Object value) throws IOException {
    if (value instanceof String[] texts) {
      return List.of(texts);
    }
    if (value instanceof String text) {
      return List.of(text);
    }
    if (Array.getLength(value) == 0) {
      return List.of();
    }
    throw damaged("the attribute '" + attribute + "' holds no texts", null);
  }

  private Optional<Object> attribute(Group group, String attribute) throws IOException {
    Attribute found = guarded(name, () -> group.getAttribute(attribute));
    if (found == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        guarded(
            name,
            () -> {
              long elements = 1;
              for (long dimension : found.getDimensionsAsLong()) {
                elements = Math.multiplyExact(elements, dimension);
              }
              if (found.isEmpty() || elements == 0) {
                return new String[0];
              }
              int each = Math.max(1, found.getDataType().getSize());
              if (elements > bytes / each) {
                throw new IllegalStateException(
                    "the attribute '" + attribute + "' is larger than the file");
              }
              return found.getData();
            }));
  }

  /** The shape of an array of floats; refuses what is none, or what lies outside of the file. */
  Shape shape(Dataset dataset) throws IOException {
    return guarded(
        name,
        () -> {
          long[] dimensions = dataset.getDimensionsAsLong();
          int[] sizes = new int[dimensions.length];
          for (int i = 0; i < sizes.length; i++) {
            sizes[i] = Math.toIntExact(dimensions[i]);
          }
          Shape shape = Shape.of(sizes);
          if (!(dataset.getDataType() instanceof FloatingPoint type)
              || (type.getSize() != 4 && type.getSize() != 8)) {
            throw new IllegalStateException(
                "the array "
                    + dataset.getPath()
                    + " holds "
                    + dataset.getDataType().getClass().getSimpleName()
                    + " of "
                    + dataset.getDataType().getSize()
                    + " bytes. Save the model with weights of float32");
          }
          if (!(dataset instanceof ContiguousDataset) || !dataset.getFilters().isEmpty()) {
            throw new IllegalStateException(
                "the array "
                    + dataset.getPath()
                    + " is compressed or in chunks. Write it plainly, for example with h5repack -l"
                    + " CONTI -f NONE");
          }
          if (shape.size() > bytes / type.getSize()) {
            throw new IllegalStateException(
                "the array " + dataset.getPath() + " " + shape + " is larger than the file");
          }
          return shape;
        });
  }

  /** Copies elements of an array, having asked for its {@link #shape}. */
  void copy(Dataset dataset, int from, float[] into, int offset, int length) throws IOException {
    guarded(
        name,
        () -> {
          FloatingPoint type = (FloatingPoint) dataset.getDataType();
          ByteBuffer raw = ((ContiguousDataset) dataset).getBuffer().duplicate();
          raw.order(type.getByteOrder());
          if (type.getSize() == Float.BYTES) {
            FloatBuffer floats = raw.asFloatBuffer();
            floats.position(from).get(into, offset, length);
          } else {
            DoubleBuffer doubles = raw.asDoubleBuffer();
            for (int i = 0; i < length; i++) {
              into[offset + i] = (float) doubles.get(from + i);
            }
          }
          return true;
        });
  }

  private static <T> T guarded(Path name, Supplier<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (RuntimeException | StackOverflowError e) {
      // A damaged file shows itself anywhere in the reader, and in any way.
      throw new IOException(message(name, String.valueOf(e.getMessage())), e);
    }
  }

  private IOException damaged(String why, Throwable cause) {
    return new IOException(message(name, why), cause);
  }

  private static String message(Path name, String why) {
    return "Failed to read the HDF5 of "
        + name
        + ": "
        + why
        + (why.endsWith(".") ? "" : ".")
        + " The file is damaged or was not written by Keras.";
  }

  @Override
  public void close() {
    file.close();
  }
}
