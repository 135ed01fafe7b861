package io.kindling.keras;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The table of Keras's layers in {@code docs/models.md} is made of the code; this test fails where
 * it is out of date, and writes it with {@code -Dkindling.docs=write}.
 */
class ModelsDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/models.md");
  private static final String BEGIN = "<!-- keras: made by ModelsDocumentTest -->\n";
  private static final String END = "<!-- end of keras -->\n";

  @Test
  void isUpToDate() throws IOException {
    String text = Files.readString(DOCUMENT);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    String made = text.substring(0, begin) + table() + text.substring(text.indexOf(END));
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(DOCUMENT, made);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/models.md; run this test with -Dkindling.docs=write")
        .isEqualTo(made);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| Keras | becomes | only |\n|---|---|---|\n");
    for (KerasLayer layer : KerasLayer.table()) {
      table
          .append("| `")
          .append(layer.name())
          .append("` | ")
          .append(layer.becomes())
          .append(" | ")
          .append(layer.limits())
          .append(" |\n");
    }
    return table
        .append("\nFunctions: `")
        .append(String.join("`, `", Functions.names()))
        .append(
            "`. `leaky_relu` and `celu` become layers of their own, and so does a layer that stands")
        .append(" in a function's place.\n\nOperations between layers of Keras 3: `")
        .append(String.join("`, `", Operations.names()))
        .append("`; `NotEqual`, `Any` and `LogicalOr` only as masks.\n")
        .toString();
  }
}
