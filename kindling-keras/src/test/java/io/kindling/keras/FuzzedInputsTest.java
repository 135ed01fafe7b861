package io.kindling.keras;

import io.kindling.testing.FuzzedInputs;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing begins with, and what it found, is read or refused, and soon. */
class FuzzedInputsTest {

  static Stream<Arguments> inputs() throws IOException {
    return FuzzedInputs.all();
  }

  @Timeout(10)
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("inputs")
  void areReadOrRefused(String target, String file) throws Throwable {
    FuzzedInputs.parse(target, file);
  }
}
