package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.junit.jupiter.api.Test;

/** Writes {@code docs/params.md} of the stages themselves, or checks that it is up to date. */
class ParamsDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/params.md");

  @Test
  void isUpToDate() throws IOException {
    String text = document();
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/params.md; run this test with -Dkindling.docs=write")
        .isEqualTo(text);
  }

  private static String document() {
    StringBuilder text =
        new StringBuilder(
            """
            # Params

            Made from the stages by `ParamsDocumentTest`; do not edit it here.

            Every param is a literal, so that stages are saved, tuned and set from texts like Spark's own. Networks, optimizers, losses and metrics
            are set as objects and kept as JSON. A param is set with `set` and its name in capitals: `epochs` with `setEpochs`; where it is set in another way, that
            stands in brackets. *(expert)* marks what most people never need.

            """);
    List<PipelineStage> stages = StageContractTest.STAGES;
    Set<String> everywhere = common(stages);
    for (PipelineStage stage : stages) {
      text.append("## ").append(stage.getClass().getSimpleName()).append("\n\n");
      text.append("| Param | Type | Default | What it is |\n|---|---|---|---|\n");
      Arrays.stream(stage.params())
          .filter(param -> !everywhere.contains(param.name()))
          .sorted(Comparator.comparing(param -> param.doc().startsWith("(expert)")))
          .forEach(param -> append(text, stage, param));
      text.append('\n');
    }
    text.append("## All of them\n\n| Param | Type | Default | What it is |\n|---|---|---|---|\n");
    Arrays.stream(stages.get(0).params())
        .filter(param -> everywhere.contains(param.name()))
        .forEach(param -> append(text, stages.get(0), param));
    return text.toString();
  }

  /** The names that all stages have. */
  private static Set<String> common(List<PipelineStage> stages) {
    return Arrays.stream(stages.get(0).params())
        .map(Param::name)
        .filter(name -> stages.stream().allMatch(stage -> stage.hasParam(name)))
        .collect(Collectors.toSet());
  }

  private static void append(StringBuilder text, PipelineStage stage, Param<?> param) {
    text.append("| `").append(param.name()).append('`').append(setter(param.name())).append(" | ");
    text.append(type(param)).append(" | ");
    if (stage.hasDefault(param)) {
      text.append('`').append(stage.getDefault(param).get()).append('`');
    }
    String doc = param.doc().replace("(expert) ", "*(expert)* ").replace("|", "\\|");
    text.append(" | ").append(doc).append(" |\n");
  }

  private static String setter(String name) {
    return switch (name) {
      case "losses" -> " [`setLosses`, `setLoss`]";
      case "nullPolicies" -> " [`setNullPolicy`]";
      case "lengthPolicies" -> " [`setLengthPolicy`]";
      default -> "";
    };
  }

  private static String type(Param<?> param) {
    if (param instanceof IntParam) {
      return "int";
    } else if (param instanceof LongParam) {
      return "long";
    } else if (param instanceof DoubleParam) {
      return "double";
    } else if (param instanceof BooleanParam) {
      return "boolean";
    } else if (param instanceof DoubleArrayParam) {
      return "double[]";
    } else if (param instanceof StringArrayParam) {
      return "String[]";
    }
    return "String";
  }
}
