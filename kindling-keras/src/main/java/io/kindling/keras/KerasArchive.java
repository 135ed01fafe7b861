package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A {@code .keras} file: a zip of {@code metadata.json}, {@code config.json} and {@code
 * model.weights.h5}. The names and sizes of all entries are checked before one is unpacked; the
 * arrays are unpacked into a temporary file, which goes with the {@link KerasFile}.
 */
final class KerasArchive {

  private static final String CONFIGURATION = "config.json";
  private static final String METADATA = "metadata.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final int BLOCK = 1 << 16;

  private KerasArchive() {}

  static boolean hasMagic(byte[] start) {
    return start.length >= 4
        && start[0] == 'P'
        && start[1] == 'K'
        && (start[2] == 3 || start[2] == 5)
        && (start[3] == 4 || start[3] == 6);
  }

  static KerasFile open(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, ZipEntry> entries = checked(file, zip);
      if (!entries.containsKey(CONFIGURATION)) {
        if (entries.containsKey(WEIGHTS)) {
          throw KerasFile.weightsOnly(file);
        }
        throw new IOException(
            "Failed to read " + file + ": the zip holds no " + CONFIGURATION + ". Is it a .keras?");
      }
      JsonNode configuration =
          KerasFile.parsed(file, CONFIGURATION, unpacked(file, zip, entries.get(CONFIGURATION)));
      JsonNode metadata =
          entries.containsKey(METADATA)
              ? KerasFile.parsed(file, METADATA, unpacked(file, zip, entries.get(METADATA)))
              : MissingNode.getInstance();
      if (!entries.containsKey(WEIGHTS)) {
        throw new IOException(
            "Failed to read "
                + file
                + ": the zip holds no "
                + WEIGHTS
                + ". Save the model in one piece, not sharded.");
      }
      return new KerasFile(
          file,
          configuration,
          metadata.path("keras_version").asText("3.0.0"),
          weights(file, zip, entries.get(WEIGHTS)));
    } catch (ZipException | EOFException e) {
      throw new IOException(
          "Failed to read " + file + ": it is no whole zip file. " + e.getMessage(), e);
    }
  }

  /** All entries by their names, if none of them is hostile. */
  private static Map<String, ZipEntry> checked(Path file, ZipFile zip) throws IOException {
    if (zip.size() > Limits.ENTRIES) {
      throw new IOException(
          "Failed to read "
              + file
              + ": the zip holds "
              + zip.size()
              + " entries, more than "
              + Limits.ENTRIES
              + ".");
    }
    Map<String, ZipEntry> entries = new HashMap<>();
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (leadsOutside(name)) {
        throw hostile(file, name, "its name leads out of the archive");
      }
      if (entries.put(name, entry) != null) {
        throw hostile(file, name, "it is there twice");
      }
      if (entry.getSize() < 0 || entry.getCompressedSize() < 0) {
        throw hostile(file, name, "its size is not stated");
      }
      if (entry.getSize() > Limits.RATIO_FROM
          && entry.getSize() / Limits.RATIO > entry.getCompressedSize()) {
        throw hostile(
            file,
            name,
            "it unpacks "
                + entry.getCompressedSize()
                + " bytes to "
                + entry.getSize()
                + ", more than "
                + Limits.RATIO
                + " for one");
      }
      if (name.endsWith(".json") && entry.getSize() > Limits.CONFIGURATION_BYTES) {
        throw hostile(
            file,
            name,
            "it has " + entry.getSize() + " bytes, more than " + Limits.CONFIGURATION_BYTES);
      }
    }
    return entries;
  }

  private static boolean leadsOutside(String name) {
    return name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf('\0') >= 0
        || name.indexOf(':') >= 0
        || List.of(name.split("/", -1)).contains("..");
  }

  private static IOException hostile(Path file, String entry, String why) {
    return new IOException(
        "Failed to read " + file + ": of the entry '" + entry + "', " + why + ".");
  }

  private static byte[] unpacked(Path file, ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) entry.getSize());
      checkLength(file, entry, bytes.length, in);
      return bytes;
    }
  }

  private static void checkLength(Path file, ZipEntry entry, long read, InputStream rest)
      throws IOException {
    if (read < entry.getSize()) {
      throw hostile(
          file,
          entry.getName(),
          "it has " + read + " bytes, not the " + entry.getSize() + " stated");
    }
    if (rest.read() >= 0) {
      throw hostile(
          file, entry.getName(), "it has more bytes than the " + entry.getSize() + " stated");
    }
  }

  private static StoredWeights weights(Path file, ZipFile zip, ZipEntry entry) throws IOException {
    Path unpacked = Files.createTempFile("kindling-keras-", ".h5");
    try {
      try (InputStream in = zip.getInputStream(entry);
          OutputStream out = Files.newOutputStream(unpacked)) {
        byte[] block = new byte[BLOCK];
        long read = 0;
        while (read < entry.getSize()) {
          int more = in.read(block, 0, (int) Math.min(block.length, entry.getSize() - read));
          if (more < 0) {
            break;
          }
          out.write(block, 0, more);
          read += more;
        }
        checkLength(file, entry, read, in);
      }
      byte[] start;
      try (InputStream in = Files.newInputStream(unpacked)) {
        start = in.readNBytes(8);
      }
      if (!Hdf5.hasMagic(start)) {
        throw hostile(file, entry.getName(), "its first bytes are not those of HDF5");
      }
      return new LayerTree(Hdf5.open(unpacked, file), unpacked);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(unpacked);
      throw e;
    }
  }
}
