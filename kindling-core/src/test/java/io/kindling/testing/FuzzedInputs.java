package io.kindling.testing;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Files for the fuzz targets of a module, {@code src/test/resources/fuzz/TARGET/FILE}: where the
 * fuzzer begins, and what it once found. {@code acceptance/fuzz} finds the targets there, too.
 *
 * <p>A target is a class with a static method {@code fuzzerTestOneInput} that reads any bytes, and
 * lets out what a parser may not throw.
 */
public final class FuzzedInputs {

  private static final Path FOLDER = Path.of("src/test/resources/fuzz");

  private FuzzedInputs() {}

  /** Names of target and file, of all there are. */
  public static Stream<Arguments> all() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER, 2)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> Arguments.of(file.getParent().getFileName() + "", file.getFileName() + ""))
          .toList()
          .stream();
    }
  }

  /** Gives a file to its target. */
  public static void parse(String target, String file) throws Throwable {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(target).resolve(file));
    try {
      Class.forName(target)
          .getMethod("fuzzerTestOneInput", byte[].class)
          .invoke(null, (Object) bytes);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
