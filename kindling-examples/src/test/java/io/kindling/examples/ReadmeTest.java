package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  @Test
  void showsTheExampleThatRuns() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/kindling/examples/TrainOnDigits.java"));
    String example =
        source
            .substring(
                source.indexOf("// tag::readme[]\n") + "// tag::readme[]\n".length(),
                source.indexOf("    // end::readme[]"))
            .stripTrailing()
            .stripIndent();
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("```java\n") + "```java\n".length();
    assertThat(readme.substring(begin, readme.indexOf("```", begin)).stripTrailing())
        .isEqualTo(example);
  }
}
