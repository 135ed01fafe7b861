package io.kindling.tensorflow.predict;

import io.kindling.predict.LoadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fuzz target: any bytes as {@code saved_model.pb}. */
public final class FuzzSavedModel {

  private static final Path FOLDER = folder();

  private FuzzSavedModel() {}

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("fuzz");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Describes the model; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FOLDER.resolve("saved_model.pb"), data).toFile().deleteOnExit();
    try {
      new SavedModelFormat().describe(FOLDER, LoadOptions.defaults());
    } catch (IllegalArgumentException e) {
      // Refused, or without the tags that are asked for.
      return;
    }
  }
}
