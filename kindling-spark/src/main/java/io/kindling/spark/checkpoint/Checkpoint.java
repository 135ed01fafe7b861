package io.kindling.spark.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.training.Position;
import io.kindling.training.Snapshot;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One checkpoint: a folder with
 *
 * <ul>
 *   <li>{@code state.f32}: the arrays of the {@link Snapshot}, one behind the other, as
 *       little-endian 32-bit floats;
 *   <li>{@code checkpoint.json}: format, version, the training's plan, the rows of its shards, the
 *       snapshot's text, size and CRC-32C of the arrays, and the CRC-32C of what it says itself. It
 *       is written last, so that a folder without it is none.
 * </ul>
 *
 * <p>The folder's name says how far training had come: {@code epochs-2-step-001406}.
 */
public record Checkpoint(Path folder, Position position) {

  static final String ARRAYS = "state.f32";
  static final String MANIFEST = "checkpoint.json";
  private static final String FORMAT = "kindling-checkpoint";
  private static final int VERSION = 1;
  private static final int BLOCK = 1 << 18;
  private static final Pattern NAME = Pattern.compile("epochs-(\\d{1,9})-step-(\\d{1,18})");
  private static final Pattern UNFINISHED = Pattern.compile("_(" + NAME + ")-.+");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /**
   * The rows of a training, shard by shard.
   *
   * @param training how many to train on
   * @param validation how many for validation
   * @param checksums CRC-32C of all rows of a shard, in their order
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by its arrays
  public record Rows(
      @JsonProperty("training") int[] training,
      @JsonProperty("validation") int[] validation,
      @JsonProperty("checksums") long[] checksums)
      implements Serializable {
    private static final long serialVersionUID = 1;
  }

  /**
   * What a checkpoint is of.
   *
   * @param plan the training plan's text
   */
  public record Source(@JsonProperty("plan") String plan, @JsonProperty("rows") Rows rows) {}

  private record Manifest(
      @JsonProperty("format") String format,
      @JsonProperty("version") int version,
      @JsonProperty("source") Source source,
      @JsonProperty("state") String state,
      @JsonProperty("bytes") long bytes,
      @JsonProperty("crc32c") long crc32c,
      @JsonProperty("textCrc32c") long textCrc32c) {}

  /** One of another Kindling. */
  static final class UnsupportedException extends IOException {
    private static final long serialVersionUID = 1;

    UnsupportedException(String message) {
      super(message);
    }
  }

  static String nameOf(Position position) {
    return String.format(Locale.ROOT, "epochs-%d-step-%09d", position.epochs(), position.step());
  }

  /** A name, of this writer alone, under which it is written until it is complete. */
  static String unfinishedNameOf(Position position) {
    return "_" + nameOf(position) + "-" + UUID.randomUUID();
  }

  /** The position of a checkpoint that was not completed, by its folder's name. */
  static Optional<Position> unfinished(Path folder) {
    Matcher matcher = UNFINISHED.matcher(folder.getName());
    return matcher.matches()
        ? named(new Path(folder.getParent(), matcher.group(1))).map(Checkpoint::position)
        : Optional.empty();
  }

  /** The checkpoint of a folder's name; whether it is complete, only its files tell. */
  static Optional<Checkpoint> named(Path folder) {
    Matcher matcher = NAME.matcher(folder.getName());
    return matcher.matches()
        ? Optional.of(
            new Checkpoint(
                folder,
                new Position(Long.parseLong(matcher.group(2)), Integer.parseInt(matcher.group(1)))))
        : Optional.empty();
  }

  /** Whether both files are there: the last of them to be written, and the last to be copied. */
  static boolean isComplete(FileSystem fileSystem, Path folder) throws IOException {
    return fileSystem.exists(new Path(folder, MANIFEST))
        && fileSystem.exists(new Path(folder, ARRAYS));
  }

  /** Deletes a checkpoint, its manifest first, so that what is left of it is none. */
  static void delete(FileSystem fileSystem, Path folder) throws IOException {
    fileSystem.delete(new Path(folder, MANIFEST), false);
    fileSystem.delete(folder, true);
  }

  /** Writes the files of a checkpoint into a folder. */
  static void write(FileSystem fileSystem, Path folder, Source source, Snapshot snapshot)
      throws IOException {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    byte[] block = new byte[BLOCK];
    ByteBuffer floats = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = fileSystem.create(new Path(folder, ARRAYS), false)) {
      for (float[] array : snapshot.arrays()) {
        for (int from = 0; from < array.length; from += BLOCK / Float.BYTES) {
          int length = Math.min(BLOCK / Float.BYTES, array.length - from);
          floats.clear().asFloatBuffer().put(array, from, length);
          crc.update(block, 0, length * Float.BYTES);
          out.write(block, 0, length * Float.BYTES);
          bytes += (long) length * Float.BYTES;
        }
      }
    }
    Manifest manifest =
        new Manifest(
            FORMAT,
            VERSION,
            source,
            snapshot.text(),
            bytes,
            crc.getValue(),
            textChecksum(source, snapshot.text(), bytes, crc.getValue()));
    try (OutputStream out = fileSystem.create(new Path(folder, MANIFEST), false)) {
      out.write(JSON.writeValueAsBytes(manifest));
    }
  }

  /** Of all that a manifest says but its format. */
  private static long textChecksum(Source source, String state, long bytes, long crc32c)
      throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(JSON.writeValueAsBytes(List.of(source, state, bytes, crc32c)));
    return crc.getValue();
  }

  /**
   * What it is of.
   *
   * @throws IOException if it is not complete, or none that this Kindling reads
   */
  public Source source(FileSystem fileSystem) throws IOException {
    return manifest(fileSystem).source();
  }

  /**
   * The state it holds.
   *
   * @throws IOException if it is not complete, or was damaged
   */
  public Snapshot snapshot(FileSystem fileSystem) throws IOException {
    Manifest manifest = manifest(fileSystem);
    CRC32C crc = new CRC32C();
    byte[] block = new byte[BLOCK];
    ByteBuffer floats = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> arrays = new ArrayList<>();
    try (InputStream in = fileSystem.open(new Path(folder, ARRAYS))) {
      for (int length : Snapshot.lengths(manifest.state())) {
        float[] array = new float[length];
        for (int from = 0; from < length; from += BLOCK / Float.BYTES) {
          int count = Math.min(BLOCK / Float.BYTES, length - from);
          if (in.readNBytes(block, 0, count * Float.BYTES) < count * Float.BYTES) {
            throw new EOFException(damaged("its arrays end too early"));
          }
          crc.update(block, 0, count * Float.BYTES);
          floats.clear().asFloatBuffer().get(array, from, count);
        }
        arrays.add(array);
      }
    } catch (ChecksumException e) {
      throw new IOException(damaged("its arrays have changed since they were written"), e);
    } catch (FileNotFoundException e) {
      throw gone(e);
    }
    if (crc.getValue() != manifest.crc32c()) {
      throw new IOException(damaged("its arrays have changed since they were written"));
    }
    return new Snapshot(manifest.state(), arrays);
  }

  private Manifest manifest(FileSystem fileSystem) throws IOException {
    Manifest manifest;
    try (InputStream in = fileSystem.open(new Path(folder, MANIFEST))) {
      manifest = JSON.readValue(in.readAllBytes(), Manifest.class);
    } catch (JsonProcessingException | ChecksumException e) {
      throw new IOException(damaged("its manifest is not whole"), e);
    } catch (FileNotFoundException e) {
      throw gone(e);
    }
    if (manifest == null) {
      throw new IOException(damaged("its manifest is 'null'"));
    }
    if (!FORMAT.equals(manifest.format()) || manifest.version() != VERSION) {
      throw new UnsupportedException(
          "Unsupported checkpoint in "
              + folder
              + ": format '"
              + manifest.format()
              + "' version "
              + manifest.version()
              + ". This Kindling reads "
              + FORMAT
              + " version "
              + VERSION
              + ".");
    }
    long checksum =
        textChecksum(manifest.source(), manifest.state(), manifest.bytes(), manifest.crc32c());
    if (checksum != manifest.textCrc32c()) {
      throw new IOException(damaged("its manifest has changed since it was written"));
    }
    long found = fileSystem.getFileStatus(new Path(folder, ARRAYS)).getLen();
    if (found != manifest.bytes()) {
      throw new IOException(
          damaged("its arrays have " + found + " bytes but expected " + manifest.bytes()));
    }
    return manifest;
  }

  private IOException gone(FileNotFoundException e) {
    return new IOException(
        "The checkpoint "
            + folder
            + " was deleted while it was read: another application still trains in its folder, or someone has cleaned"
            + " up. See that the other has ended, and start again.",
        e);
  }

  private String damaged(String how) {
    return "Failed to read the checkpoint "
        + folder
        + ": "
        + how
        + ". Delete it, to go on from the one before it.";
  }
}
