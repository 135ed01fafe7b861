package io.kindling.onnx;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.RefusedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fuzz target: any bytes as a file of ONNX. */
public final class FuzzOnnx {

  private static final Path FILE = file();

  private FuzzOnnx() {}

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzz", ".onnx");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Describes the model; lets out what is not documented. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, data);
    try {
      new OnnxFormat().describe(FILE, LoadOptions.defaults());
    } catch (RefusedModelException e) {
      return;
    }
  }
}
