package io.kindling.spark.predecessors;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** What users of TensorFlowOnSpark's pipeline set and scored, numbers TFOS-23, 24 and 45. */
class TensorFlowOnSparkScoringTest {

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /**
   * TFOS-23. Its {@code Namespace} carried whatever arguments a user's function was to read; here
   * no such function is, and the params of a stage are what stands in its place: each has a type, a
   * name to ask for, a copy that goes its own way, and comes back from a file as it was.
   */
  @Test
  void paramsAreTypedAskedForCopiedAndSaved() throws Exception {
    ModelTransformer stage =
        new ModelTransformer()
            .setModel("/models/foo")
            .setBatchRows(1)
            .setTags("1", "2", "3")
            .setInput("1", "a")
            .setInput("2", "b")
            .setSavesModel(false);

    ModelTransformer copied = stage.copy(new ParamMap());
    stage.write().save(folder.resolve("stage").toString());
    ModelTransformer loaded = ModelTransformer.load(folder.resolve("stage").toString());

    for (ModelTransformer each : List.of(stage, copied, loaded)) {
      assertThat(each.getModel()).isEqualTo("/models/foo");
      assertThat(each.getOrDefault(each.batchRows())).isEqualTo(1);
      assertThat(each.getOrDefault(each.tags())).containsExactly("1", "2", "3");
      assertThat(each.getOrDefault(each.inputs())).isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
      assertThat(each.getOrDefault(each.savesModel())).isEqualTo(false);
      assertThat(each.hasParam("batchRows")).isTrue();
      assertThat(each.hasParam("missing")).isFalse();
      assertThat(each.isSet(each.signature())).isFalse();
    }
    copied.setTags("4");
    assertThat(stage.getOrDefault(stage.tags())).containsExactly("1", "2", "3");
  }

  /** TFOS-24: arguments and params were merged; a stage's copy is the union of its and others. */
  @Test
  void paramsAreMergedWithOthers() {
    ModelTransformer stage = new ModelTransformer().setModel("/m").setInput("1", "a");

    ModelTransformer merged =
        stage.copy(new ParamMap().put(stage.batchRows().w(10)).put(stage.signature().w("steps")));

    assertThat(merged.getModel()).isEqualTo("/m");
    assertThat(merged.getOrDefault(merged.inputs())).isEqualTo("{\"a\":\"1\"}");
    assertThat(merged.getOrDefault(merged.batchRows())).isEqualTo(10);
    assertThat(merged.getOrDefault(merged.signature())).isEqualTo("steps");
    assertThat(stage.isSet(stage.batchRows())).isFalse();
  }

  /**
   * TFOS-45. All columns stay, not the id alone. TensorFlow's strings are bytes, and come as
   * Spark's strings, which are bytes too: as binary they are what the model gave.
   */
  @Test
  void keepsTheIdAndGivesBinaryTextsAndArraysOfArrays() {
    String model =
        Graphs.begin()
            .input("bytes", DataType.DT_STRING, -1)
            .input("text", DataType.DT_STRING, -1)
            .input("cube", DataType.DT_FLOAT, -1, 2, 3)
            .node("bytes_out", "Identity", "T", DataType.DT_STRING, "bytes")
            .node("text_out", "Identity", "T", DataType.DT_STRING, "text")
            .node("cube_out", "Square", "T", DataType.DT_FLOAT, "cube")
            .write(folder);
    Dataset<Row> table =
        spark
            .range(10)
            .selectExpr(
                "id",
                "concat(X'FFFEFDFC', cast(string(id) AS binary)) AS bytes",
                "concat('text string ', id) AS text",
                "array(array(0f, 1f, float(id)), array(3f, 4f, 5f)) AS cube");

    Dataset<Row> scored =
        new ModelTransformer().setModel(model).setBinary("bytes_out").transform(table);

    assertThat(scored.columns())
        .containsExactly("id", "bytes", "text", "cube", "bytes_out", "text_out", "cube_out");
    assertThat(
            scored
                .where("bytes_out = bytes AND text_out = text")
                .where("cube_out = transform(cube, row -> transform(row, x -> x * x))")
                .where("size(cube_out) = 2 AND size(cube_out[0]) = 3")
                .selectExpr("count(DISTINCT id)")
                .first()
                .getLong(0))
        .isEqualTo(10);
  }
}
