package io.kindling.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.YamlText;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.Strategy;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PreparationTest {

  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .getOrCreate();
    rows =
        spark.sql(
            "SELECT * FROM VALUES (1, 10.0D, 'b', 'yes', 30), (3, 20.0D, 'a', 'no', 4),"
                + " (5, 30.0D, 'b', 'yes', 30) AS t(x, y, kind, answer, mark)");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Task.Classification classes(Features features, Label label, String... classes) {
    return new Task.Classification(features, label, List.of(classes), List.of(), Optional.empty());
  }

  private static final Features COLUMNS =
      new Features.Columns(List.of("x", "y"), List.of("kind"), true);

  @Test
  void makesOneVectorOfColumns() {
    Preparation preparation = Preparation.fit(classes(COLUMNS, new Label("answer", false)), rows);

    assertThat(preparation.width()).isEqualTo(4);
    List<Row> prepared = preparation.prepare(rows).select(preparation.features()).collectAsList();
    // x and y scaled by their deviations of 2 and 10, then a and b.
    assertThat(prepared.get(0).<Vector>getAs(0).toArray()).containsExactly(-1, -1, 0, 1);
    assertThat(prepared.get(1).<Vector>getAs(0).toArray()).containsExactly(0, 0, 1, 0);
  }

  @Test
  void takesValuesItHasNotSeenForNone() {
    Preparation preparation = Preparation.fit(classes(COLUMNS, new Label("answer", false)), rows);
    Dataset<Row> strange = rows.limit(1).selectExpr("x", "y", "'c' AS kind", "answer", "mark");

    assertThat(
            preparation
                .prepare(strange)
                .select(preparation.features())
                .head()
                .<Vector>getAs(0)
                .toArray())
        .containsExactly(-1, -1, 0, 0);
  }

  @Test
  void refusesNumbersThatAreNotThere() {
    Dataset<Row> holes =
        rows.selectExpr(
            "IF(x = 1, NULL, x) AS x",
            "IF(x > 1, double('NaN'), y) AS y",
            "kind",
            "answer",
            "mark");
    assertThatThrownBy(() -> Preparation.fit(classes(COLUMNS, new Label("answer", false)), holes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Columns among features.numeric hold null or NaN: 'x' 1 times, 'y' 2 times. Leave such rows out with"
                + " where, or fill them with select, such as coalesce(x, 0) AS x.");
  }

  @Test
  void refusesTheLabelAmongTheFeatures() {
    Features telling = new Features.Columns(List.of("x", "mark"), List.of(), true);
    assertThatThrownBy(() -> Preparation.fit(classes(telling, new Label("mark", true)), rows))
        .hasMessageContaining(
            "Column 'mark' is the label and among the features (features.numeric), which would tell the network"
                + " what it is to find. Leave it out there.");
  }

  @Test
  void refusesClassesItHasNotLearned() {
    Preparation preparation = Preparation.fit(classes(COLUMNS, new Label("answer", false)), rows);
    preparation.requireKnownLabels(rows);
    assertThatThrownBy(
            () ->
                preparation.requireKnownLabels(
                    rows.selectExpr("x", "y", "kind", "'perhaps' AS answer", "mark")))
        .hasMessage(
            "Column 'answer' of the test data holds [perhaps], which are none of the classes [no, yes] of the"
                + " training data. Leave such rows out with where.");
  }

  @Test
  void numbersClassesInTheOrderOfTheirNames() {
    Preparation texts = Preparation.fit(classes(COLUMNS, new Label("answer", false)), rows);
    Preparation numbers = Preparation.fit(classes(COLUMNS, new Label("mark", true)), rows);
    Preparation named =
        Preparation.fit(classes(COLUMNS, new Label("answer", false), "yes", "no"), rows);

    assertThat(texts.labels().orElseThrow().names()).containsExactly("no", "yes");
    assertThat(numbers.labels().orElseThrow().names()).containsExactly("4", "30");
    assertThat(named.labels().orElseThrow().names()).containsExactly("yes", "no");
    assertThat(labels(texts)).containsExactly(1.0, 0.0, 1.0);
    assertThat(labels(numbers)).containsExactly(1.0, 0.0, 1.0);
    assertThat(labels(named)).containsExactly(0.0, 1.0, 0.0);
  }

  private static List<Double> labels(Preparation preparation) {
    return preparation.prepare(rows).select(preparation.label()).collectAsList().stream()
        .map(row -> row.getDouble(0))
        .toList();
  }

  @Test
  void givesRowsBackAsTheyCameWithPredictions() {
    Preparation preparation = Preparation.fit(classes(COLUMNS, new Label("answer", false)), rows);
    Transformer network =
        new SQLTransformer().setStatement("SELECT *, 1.0D AS prediction FROM __THIS__");

    Dataset<Row> scored =
        preparation.around(network, "prediction", rows).transform(rows.drop("answer"));

    assertThat(scored.columns())
        .containsExactly("x", "y", "kind", "mark", "prediction", "predictedLabel");
    assertThat(scored.select("predictedLabel").distinct().head().getString(0)).isEqualTo("yes");
  }

  @Test
  void leavesTheNetworkAloneWhereNothingIsPrepared() {
    Preparation preparation =
        Preparation.fit(classes(new Features.OneColumn("x"), new Label("mark", false)), rows);
    Transformer network = new SQLTransformer();

    assertThat(preparation.around(network, "prediction", rows)).isSameAs(network);
    assertThat(preparation.prepare(rows)).isSameAs(rows);
  }

  @Test
  void namesEveryColumnThatDoesNotFit() {
    Dataset<Row> taken = rows.selectExpr("*", "1 AS features", "2 AS predictedLabel");
    Features features =
        new Features.Columns(List.of("x", "kind", "weight"), List.of("colour"), true);

    assertThatThrownBy(() -> Preparation.fit(classes(features, new Label("anser", false)), taken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Column 'kind' (features.numeric) has type string, which is no number. List it under"
                    + " features.categorical, or cast it in select.",
                "Column 'weight' (features.numeric) is missing.",
                "Column 'colour' (features.categorical) is missing.",
                "Column 'anser' (label) is missing.",
                "Column 'features' is taken: the preparation makes one of this name. Give it another"
                    + " name in select.",
                "Column 'predictedLabel' is taken: the preparation makes one of this name. Give it"
                    + " another name in select.",
                "The columns are x, y, kind, answer, mark, features, predictedLabel."));
  }

  @Test
  void namesClassesThatTheNetworkDoesNotHave() {
    Task task = classes(COLUMNS, new Label("answer", false));
    Preparation preparation = Preparation.fit(task, rows);
    Network network = Network.sequential(Input.of("features", 4), Dense.of(3));

    assertThatThrownBy(() -> task.estimator(training(), network, preparation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'answer' holds 2 classes, [no, yes], and the network tells 3 apart. Give its last"
                + " layer 2 units.");
  }

  private static Training training() {
    Mistakes mistakes = new Mistakes("job.yaml");
    return Training.read(
        YamlText.read("{}", mistakes), Optimizers.adam(1e-3), Strategy.allReduced(), List.of());
  }

  @Test
  void saysThatThereAreNoRows() {
    assertThatThrownBy(
            () ->
                Preparation.fit(
                    classes(COLUMNS, new Label("answer", false), "no", "yes"), rows.where("x > 9")))
        .hasMessageContaining("no rows");
  }
}
