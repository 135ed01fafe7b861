package io.kindling.spark.predict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tells a model's files from all others. */
final class Fingerprint {

  private static final int BUFFER = 1 << 20;

  private Fingerprint() {}

  /**
   * The SHA-256, in hexadecimal digits, of the names, sizes and contents of all files, in the order
   * of their names; the name of a single file does not count.
   *
   * @throws IOException if there are no files, or they cannot be read
   */
  static String of(Path model) throws IOException {
    Path real = model.toRealPath(); // a walk does not enter a link that it begins with
    List<Path> files = files(real);
    if (files.isEmpty()) {
      throw new IOException("The folder " + model + " holds no files.");
    }
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    for (Path file : files) {
      byte[] name =
          real.relativize(file).toString().replace('\\', '/').getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(12).putInt(name.length).putLong(Files.size(file)).flip());
      digest.update(name);
      try (InputStream in = Files.newInputStream(file)) {
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path model) throws IOException {
    if (Files.isRegularFile(model)) {
      return List.of(model);
    }
    try (Stream<Path> paths = Files.walk(model)) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
