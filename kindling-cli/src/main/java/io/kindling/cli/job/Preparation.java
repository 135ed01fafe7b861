package io.kindling.cli.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * What happens to rows around the network: before it, columns become one vector and names of
 * classes become numbers; behind it, numbers become names again, and what was made on the way is
 * taken off. Fitted to the rows that are trained on.
 *
 * @param before stages that make the features; empty where a column is taken as it is
 * @param features the column the network takes
 * @param width how many features a row has; 0 where nothing was made
 * @param labels what is looked for; empty unless it is classes
 * @param label the column the network is trained with
 * @param made columns that none of the caller's rows had before
 */
public record Preparation(
    List<Transformer> before,
    String features,
    int width,
    Optional<Labels> labels,
    String label,
    List<String> made) {

  /** The column of named predictions. */
  public static final String PREDICTED_LABEL = "predictedLabel";

  private static final String FEATURES = "features";
  private static final String NUMBERS = "numbers";
  private static final String SCALED = "scaled_numbers";

  public Preparation {
    before = List.copyOf(before);
    made = List.copyOf(made);
  }

  /**
   * Fits what a task needs to rows.
   *
   * @throws IllegalArgumentException if columns are missing, of another type, or taken; all that
   *     are at once
   */
  public static Preparation fit(Task task, Dataset<Row> rows) {
    if (task instanceof Task.Classification classification) {
      String label = classification.label().column();
      check(classification.features(), label, rows.schema());
      Labels labels = Labels.of(classification, rows);
      return features(classification.features(), rows)
          .withLabels(labels, labels.areNamed() ? indexOf(label) : label);
    }
    if (task instanceof Task.Regression regression) {
      check(regression.features(), regression.label(), rows.schema());
      return features(regression.features(), rows).withLabel(regression.label());
    }
    return new Preparation(List.of(), "", 0, Optional.empty(), "", List.of());
  }

  private Preparation withLabels(Labels newLabels, String newLabel) {
    return new Preparation(before, features, width, Optional.of(newLabels), newLabel, made);
  }

  private Preparation withLabel(String newLabel) {
    return new Preparation(before, features, width, labels, newLabel, made);
  }

  private static Preparation features(Features features, Dataset<Row> rows) {
    if (features instanceof Features.OneColumn column) {
      return new Preparation(List.of(), column.name(), 0, Optional.empty(), "", List.of());
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("The training data hold no rows. Give some.");
    }
    Features.Columns columns = (Features.Columns) features;
    refuseNulls(columns.numeric(), rows);
    PipelineModel fitted =
        new Pipeline().setStages(stages(columns).toArray(PipelineStage[]::new)).fit(rows);
    int width = fitted.transform(rows).select(FEATURES).head().<Vector>getAs(0).size();
    return new Preparation(
        Arrays.asList(fitted.stages()), FEATURES, width, Optional.empty(), "", made(columns));
  }

  private static List<PipelineStage> stages(Features.Columns columns) {
    List<PipelineStage> stages = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    if (!columns.numeric().isEmpty()) {
      parts.add(columns.scale() ? SCALED : NUMBERS);
      stages.add(assembler(columns.numeric(), NUMBERS));
    }
    if (!columns.numeric().isEmpty() && columns.scale()) {
      stages.add(new StandardScaler().setInputCol(NUMBERS).setOutputCol(SCALED).setWithMean(true));
    }
    if (!columns.categorical().isEmpty()) {
      String[] values = columns.categorical().toArray(String[]::new);
      String[] indices = each(columns.categorical(), Preparation::indexOf);
      String[] indicators = each(columns.categorical(), Preparation::indicatorOf);
      // "keep" gives values that training did not show a place of their own, which the encoder
      // drops.
      stages.add(
          new StringIndexer()
              .setInputCols(values)
              .setOutputCols(indices)
              .setStringOrderType("alphabetAsc")
              .setHandleInvalid("keep"));
      stages.add(new OneHotEncoder().setInputCols(indices).setOutputCols(indicators));
      parts.addAll(List.of(indicators));
    }
    stages.add(assembler(parts, FEATURES));
    return stages;
  }

  private static VectorAssembler assembler(List<String> columns, String output) {
    return new VectorAssembler().setInputCols(columns.toArray(String[]::new)).setOutputCol(output);
  }

  private static String[] each(List<String> columns, UnaryOperator<String> name) {
    return columns.stream().map(name).toArray(String[]::new);
  }

  private static String indexOf(String column) {
    return column + "_index";
  }

  private static String indicatorOf(String column) {
    return column + "_indicator";
  }

  /** The columns that {@link #stages} make. */
  private static List<String> made(Features.Columns columns) {
    List<String> made = new ArrayList<>();
    if (!columns.numeric().isEmpty()) {
      made.add(NUMBERS);
    }
    if (!columns.numeric().isEmpty() && columns.scale()) {
      made.add(SCALED);
    }
    columns.categorical().forEach(each -> made.addAll(List.of(indexOf(each), indicatorOf(each))));
    made.add(FEATURES);
    return made;
  }

  private static void check(Features features, String label, StructType schema) {
    Map<String, String> used = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    if (features instanceof Features.Columns columns) {
      columns.numeric().forEach(each -> used.put(each, "features.numeric"));
      columns.categorical().forEach(each -> used.put(each, "features.categorical"));
    } else {
      used.put(((Features.OneColumn) features).name(), "features");
    }
    if (used.containsKey(label)) {
      wrong.add(
          "Column '%s' is the label and among the features (%s), which would tell the network what it is to find. Leave it out there."
              .formatted(label, used.get(label)));
    }
    used.put(label, "label");
    List<String> known = Arrays.asList(schema.fieldNames());
    used.forEach(
        (column, field) -> {
          if (!known.contains(column)) {
            wrong.add("Column '%s' (%s) is missing.".formatted(column, field));
          } else if (field.equals("features.numeric")
              && !isNumeric(schema.apply(column).dataType())) {
            wrong.add(
                "Column '%s' (features.numeric) has type %s, which is no number. List it under features.categorical, or cast it in select."
                    .formatted(column, schema.apply(column).dataType().catalogString()));
          }
        });
    Stream.concat(
            features instanceof Features.Columns columns ? made(columns).stream() : Stream.of(),
            Stream.of(indexOf(label), PREDICTED_LABEL))
        .filter(known::contains)
        .forEach(
            each ->
                wrong.add(
                    "Column '%s' is taken: the preparation makes one of this name. Give it another name in select."
                        .formatted(each)));
    if (!wrong.isEmpty()) {
      wrong.add("The columns are %s.".formatted(String.join(", ", known)));
      throw new IllegalArgumentException(
          wrong.stream().collect(Collectors.joining(System.lineSeparator())));
    }
  }

  private static boolean isNumeric(DataType type) {
    return type instanceof NumericType
        || type instanceof BooleanType
        || type.typeName().equals("vector");
  }

  /** Rows as the network is trained with. */
  public Dataset<Row> prepare(Dataset<Row> rows) {
    Dataset<Row> prepared = rows;
    for (Transformer each : before) {
      prepared = each.transform(prepared);
    }
    return labels.filter(Labels::areNamed).isPresent()
        ? prepared.withColumn(label, labels.orElseThrow().number())
        : prepared;
  }

  /**
   * The whole model: the network's alone where nothing is prepared, else a pipeline.
   *
   * @param prediction the column of numbers of classes
   * @param rows a few suffice; nothing is fitted to them
   */
  public Transformer around(Transformer network, String prediction, Dataset<Row> rows) {
    List<Transformer> stages = new ArrayList<>(before);
    stages.add(network);
    labels
        .filter(Labels::areNamed)
        .ifPresent(
            named ->
                stages.add(
                    new IndexToString()
                        .setInputCol(prediction)
                        .setOutputCol(PREDICTED_LABEL)
                        .setLabels(named.names().toArray(String[]::new))));
    if (!made.isEmpty()) {
      stages.add(without(made));
    }
    return stages.size() == 1
        ? network
        : new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(rows);
  }

  /**
   * Checks that rows that are scored for their quality hold no other classes than those the network
   * has learned.
   *
   * @throws IllegalArgumentException naming those that are others
   */
  public void requireKnownLabels(Dataset<Row> rows) {
    if (labels.filter(Labels::areNamed).isEmpty()) {
      return;
    }
    Labels known = labels.orElseThrow();
    List<String> others =
        rows
            .where(known.number().lt(0))
            .select(functions.col("`" + known.column() + "`").cast("string"))
            .distinct()
            .limit(10)
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "Column '%s' of the test data holds %s, which are none of the classes %s of the training data. Leave such rows out with where."
              .formatted(known.column(), others, known.shown()));
    }
  }

  /** The columns that come out of the whole model. */
  public List<String> columnsAround(List<String> rows, StructType scored) {
    List<String> columns = new ArrayList<>(rows);
    for (String column : scored.fieldNames()) {
      if (!columns.contains(column) && !made.contains(column) && !column.equals(label)) {
        columns.add(column);
      }
    }
    if (labels.filter(Labels::areNamed).isPresent()) {
      columns.add(PREDICTED_LABEL);
    }
    return columns;
  }

  /**
   * Numbers that are not there would end the assembling of features with a sentence of Spark's that
   * names neither column nor row.
   */
  private static void refuseNulls(List<String> numeric, Dataset<Row> rows) {
    List<String> plain =
        numeric.stream()
            .filter(each -> rows.schema().apply(each).dataType() instanceof NumericType)
            .toList();
    if (plain.isEmpty()) {
      return;
    }
    Column[] counts =
        plain.stream()
            .map(
                each -> {
                  Column value = functions.col("`" + each + "`").cast("double");
                  return functions.count_if(value.isNull().or(functions.isnan(value)));
                })
            .toArray(Column[]::new);
    Row found = rows.select(counts).head();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      if (found.getLong(i) > 0) {
        wrong.add("'%s' %d times".formatted(plain.get(i), found.getLong(i)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "Columns among features.numeric hold null or NaN: %s. Leave such rows out with where, or fill them with select, such as coalesce(x, 0) AS x."
              .formatted(String.join(", ", wrong)));
    }
  }

  private static SQLTransformer without(Collection<String> columns) {
    String quoted =
        columns.stream()
            .map(each -> "`" + each.replace("`", "``") + "`")
            .collect(Collectors.joining(", "));
    return new SQLTransformer().setStatement("SELECT * EXCEPT (" + quoted + ") FROM __THIS__");
  }
}
