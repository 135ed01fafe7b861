package io.kindling.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.DataType;

class ModelCallTest {

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  @BeforeEach
  void register() {
    String twice =
        Graphs.begin()
            .input("x", DataType.DT_FLOAT, -1)
            .constant("two", 2)
            .node("y", "Mul", "T", DataType.DT_FLOAT, "x", "two")
            .write(folder);
    String both =
        Graphs.begin()
            .input("a", DataType.DT_FLOAT, -1)
            .input("b", DataType.DT_FLOAT, -1)
            .node("product", "Mul", "T", DataType.DT_FLOAT, "a", "b")
            .node("sum", "AddV2", "T", DataType.DT_FLOAT, "a", "b")
            .write(folder);
    Kindling.registerFunction(spark, "twice", twice);
    Kindling.registerFunction(spark, "both", both);
    spark
        .range(0, 600, 1, 2)
        .selectExpr("id", "cast(id AS float) AS v", "if(id % 5 = 0, null, double(id)) AS w")
        .createOrReplaceTempView("t");
  }

  private static boolean isInBlocks(Dataset<Row> query) {
    String plan = query.queryExecution().optimizedPlan().toString();
    return plan.contains("MapPartitions") && !plan.contains("twice(");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM t WHERE twice(v) = 2 * v",
        "SELECT id FROM t WHERE id >= 0 AND twice(v) + 1 = 2 * v + 1 AND v >= 0",
        "SELECT id FROM (SELECT id, v, twice(v) AS d FROM t) WHERE d = 2 * v",
        "SELECT id FROM (SELECT id, v, twice(twice(v)) AS d FROM t) WHERE d = 4 * v",
        "SELECT id FROM t WHERE both(v, 3).sum = v + 3 AND both(v, 3).product = 3 * v",
        "SELECT id FROM t WHERE both(struct(v AS b, id AS a)).sum = v + id",
        "SELECT id FROM t WHERE both(named_struct('a', twice(v), 'b', 1)).sum = 2 * v + 1"
      })
  void isMadeInBlocks(String query) {
    Dataset<Row> found = spark.sql(query);

    assertThat(found.count()).isEqualTo(600);
    assertThat(isInBlocks(found)).as(found.queryExecution().optimizedPlan().toString()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id FROM t WHERE CASE WHEN id >= 0 THEN twice(v) = 2 * v END",
        "SELECT id FROM t WHERE id < 0 OR twice(v) = 2 * v",
        "SELECT id FROM t WHERE transform(array(v), each -> twice(each))[0] = 2 * v"
      })
  void isMadeRowByRowWhereOtherValuesDecide(String query) {
    Dataset<Row> found = spark.sql(query);

    assertThat(found.count()).isEqualTo(600);
    assertThat(isInBlocks(found)).isFalse();
  }

  @Test
  void aFilterAndAProjectionShareACall() {
    for (String query :
        List.of(
            "SELECT id, twice(v) AS d FROM t WHERE twice(v) >= 10 AND id < 600",
            "SELECT * FROM (SELECT id, twice(v) AS d FROM t) WHERE d >= 10")) {
      Dataset<Row> found = spark.sql(query);
      String plan = found.queryExecution().optimizedPlan().toString();

      assertThat(found.where("d = 2 * id").count()).isEqualTo(595);
      assertThat(plan.split("MapPartitions", -1)).as(plan).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT twice(max(v)) AS d FROM t WHERE id < 300",
        "SELECT max(twice(v)) FILTER (WHERE id < 300) AS d FROM t",
        "SELECT max(d) AS d FROM (SELECT twice(k) AS d FROM (SELECT id % 300 AS k FROM t) GROUP BY k)",
        "SELECT max(d) AS d FROM (SELECT twice(v % 300) AS d FROM t GROUP BY twice(v % 300))",
        "SELECT max(twice(v)) AS d FROM t GROUP BY id < 300 HAVING twice(min(v)) < 1",
        "SELECT max(d) AS d FROM (SELECT sum(twice(v)) OVER (PARTITION BY id) AS d FROM t WHERE id < 300)"
      })
  void aggregationsCallForRowsOrForResults(String query) {
    List<Row> rows = spark.sql(query).collectAsList();

    assertThat(rows).hasSize(1);
    assertThat(((Number) rows.get(0).get(0)).doubleValue()).isEqualTo(2 * 299);
  }

  @Test
  void filteredRowsOfAnAggregationAreNotScored() {
    spark.sql("SELECT float(id) AS v, id < 3 AS valid FROM t").createOrReplaceTempView("checked");

    Dataset<Row> sums =
        spark.sql(
            "SELECT sum(twice(v)) FILTER (WHERE valid) AS some, sum(twice(v)) AS all FROM checked");

    assertThat(sums.first()).isEqualTo(RowFactory.create(6., 600. * 599));
  }

  @Test
  void whatDiffersWheneverItIsComputedIsCalledEachTime() {
    UserDefinedFunction counting =
        functions.udf((UDF1<Long, Float>) id -> (float) Math.random(), DataTypes.FloatType);
    spark.udf().register("chance", counting.asNondeterministic());

    assertThat(
            spark
                .sql("SELECT twice(chance(id)) AS a, twice(chance(id)) AS b FROM t")
                .where("a = b")
                .count())
        .isLessThan(600);
    assertThatThrownBy(
            () -> spark.sql("SELECT both(struct(chance(id) AS a, chance(id) AS b)) FROM t"))
        .hasMessageContaining("Function both reads the fields [a, b] of a struct that differs");
  }

  @Test
  void aResultMayHaveTheNameOfAnArgument() {
    TensorType x = new TensorType("x", ValueType.FLOAT32, Optional.of(List.of(TensorType.FREE)));
    ModelSignature same = new ModelSignature("same", List.of(x), List.of(x));

    assertThat(new ModelFunction("same", null, same).bind(List.of(DataTypes.FloatType)).outputs())
        .hasSize(1);
  }

  @Test
  void nullsMakeNulls() {
    assertThat(spark.sql("SELECT twice(w) AS d FROM t WHERE id % 5 = 0").where("d IS NULL").count())
        .isEqualTo(120);
    assertThat(spark.sql("SELECT both(w, v) AS d FROM t").where("d IS NULL").count())
        .isEqualTo(120);
    assertThat(
            spark
                .sql("SELECT CASE WHEN v >= 0 THEN both(w, v) END AS d FROM t")
                .where("d IS NULL")
                .count())
        .isEqualTo(120);
  }

  @Test
  void worksInGroupsViewsAndOverNothing() {
    spark.sql("CREATE OR REPLACE TEMP VIEW scored AS SELECT id, twice(v) AS d FROM t");

    assertThat(spark.sql("SELECT sum(d) FROM scored").first().getDouble(0)).isEqualTo(600. * 599);
    assertThat(
            spark
                .sql("SELECT id % 2, max(twice(v)) AS m FROM t GROUP BY id % 2 ORDER BY m")
                .collectAsList())
        .extracting(row -> row.getFloat(1))
        .containsExactly(2 * 598f, 2 * 599f);
    assertThat(spark.sql("SELECT twice(21)").first().getFloat(0)).isEqualTo(42);
    assertThat(spark.sql("SELECT twice(v) FROM t WHERE id < 0").count()).isZero();
  }

  @Test
  void worksInStreams() throws Exception {
    String input = folder.resolve("input").toString();
    spark.table("t").select("v").write().parquet(input);
    spark.readStream().schema("v FLOAT").parquet(input).createOrReplaceTempView("arriving");

    StreamingQuery query =
        spark
            .sql("SELECT v, twice(v) AS d FROM arriving WHERE twice(v) >= 0")
            .writeStream()
            .format("memory")
            .queryName("called_stream")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination(60_000);

    assertThat(spark.table("called_stream").where("d = 2 * v").count()).isEqualTo(600);
  }

  @Test
  void saysWhatItTakes() {
    assertThatThrownBy(() -> spark.sql("SELECT twice(v, v) FROM t"))
        .hasMessageContaining("Function twice takes 1 arguments")
        .hasMessageContaining("It is called with 2.");
    assertThatThrownBy(() -> spark.sql("SELECT twice('text') FROM t"))
        .hasMessageContaining("Column 'x' has type string. Function twice needs float elements");
  }
}
