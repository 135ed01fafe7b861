package io.kindling.keras;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fuzz target: any bytes as a file of Keras, a zip or HDF5. */
public final class FuzzKerasFile {

  private static final Path FILE = file();

  private FuzzKerasFile() {}

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzz", ".keras");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads the model; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, data);
    try {
      KerasModel.read(FILE);
    } catch (IOException | IllegalArgumentException e) {
      // Damaged or hostile; or with layers that we do not have.
      return;
    }
  }
}
