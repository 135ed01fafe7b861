package io.kindling.spark.scoring;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.objects.WrapOption;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.collection.AbstractIterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * Measures ways to get rows into and out of a function inside a plan: 784 floats and three other
 * columns from Parquet through a model that costs next to nothing, into nowhere, one thread.
 *
 * <ul>
 *   <li>read: the table without scoring
 *   <li>whole row: {@link ScoringPlan}
 *   <li>struct in an option: {@code WrapOption(CreateNamedStruct(…))}, the cheapest that needs no
 *       expression of our own
 *   <li>struct: {@code CreateNamedStruct(…)} as it is, which Spark makes a safe row
 *   <li>rows: {@code Dataset.mapPartitions} over {@link Row}, with nothing scored at all
 * </ul>
 *
 * <p>Run {@code main} with Spark's {@code --add-opens} list and the module's test class path.
 */
final class ScoringPlans {

  private static final int ROWS = 30_000;
  private static final int ROUNDS = 9;

  private ScoringPlans() {}

  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.files.maxPartitionBytes", "1g")
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .getOrCreate();
    String path = Files.createTempDirectory("rows").resolve("images").toString();
    spark
        .range(0, ROWS, 1, 1)
        .selectExpr(
            "id",
            "transform(sequence(0, 783), x -> cast((id * 7919 + x * 104729) % 256 as float) / 255f)"
                + " as features",
            "cast(id % 10 as double) as label",
            "concat('image ', id) as name")
        .write()
        .parquet(path);
    Dataset<Row> table = spark.read().parquet(path);
    Scorer scorer =
        new ScaledModel(784, 10, 2)
            .scorer("plans", table.schema(), OutputColumn.of("out", 0, Derived.array()));

    List<String> names = List.of("read", "whole row", "struct in an option", "struct", "rows");
    List<Supplier<Dataset<Row>>> plans =
        List.of(
            () -> table,
            () -> scorer.transform(table),
            () -> structs(table, scorer, true),
            () -> structs(table, scorer, false),
            () -> rows(table));
    double[][] seconds = new double[plans.size()][ROUNDS];
    for (int round = -3; round < ROUNDS; round++) {
      for (int i = 0; i < plans.size(); i++) {
        long start = System.nanoTime();
        plans.get(i).get().write().format("noop").mode("overwrite").save();
        if (round >= 0) {
          seconds[i][round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    double[] read = seconds[0].clone();
    Arrays.sort(read);
    for (int i = 0; i < plans.size(); i++) {
      double[] sorted = seconds[i].clone();
      Arrays.sort(sorted);
      System.out.printf(
          "%s: median %.3f s (%.3f to %.3f), %.2f of reading alone%n",
          names.get(i),
          sorted[ROUNDS / 2],
          sorted[0],
          sorted[ROUNDS - 1],
          read[ROUNDS / 2] / sorted[ROUNDS / 2]);
    }
    spark.stop();
  }

  private static Dataset<Row> structs(Dataset<Row> table, Scorer scorer, boolean inOption) {
    LogicalPlan child = ((org.apache.spark.sql.classic.Dataset<Row>) table).logicalPlan();
    List<Expression> arguments = new ArrayList<>();
    for (Attribute column : CollectionConverters.asJava(child.output())) {
      arguments.add(new Literal(UTF8String.fromString(column.name()), DataTypes.StringType));
      arguments.add(column);
    }
    Expression struct = new CreateNamedStruct(sequence(arguments));
    Expression object = inOption ? new WrapOption(struct, struct.dataType()) : struct;
    StructType in = table.schema();
    LogicalPlan handedOver =
        new DeserializeToObject(
            object, attribute(inOption ? new ObjectType(Option.class) : struct.dataType()), child);
    StructType out = scorer.transformSchema(in);
    LogicalPlan mapped =
        new MapPartitions(new Structs(scorer, in, inOption), attribute(out), handedOver);
    // The output side is that of ScoringPlan.
    LogicalPlan reference =
        ((org.apache.spark.sql.classic.Dataset<Row>) scorer.transform(table)).logicalPlan();
    return org.apache.spark.sql.classic.Dataset.ofRows(
        ((org.apache.spark.sql.classic.Dataset<Row>) table).sparkSession(),
        new SerializeFromObject(((SerializeFromObject) reference).serializer(), mapped));
  }

  private static Attribute attribute(org.apache.spark.sql.types.DataType type) {
    return new AttributeReference(
        "row", type, false, Metadata.empty(), NamedExpression.newExprId(), sequence(List.of()));
  }

  private static <T> Seq<T> sequence(List<T> elements) {
    return CollectionConverters.asScala(elements).toSeq();
  }

  /** Makes unsafe rows of structs, as keeping them for a block needs. */
  private static final class Structs
      extends AbstractFunction1<
          scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    private final Scorer scorer;
    private final StructType type;
    private final boolean inOption;

    private Structs(Scorer scorer, StructType type, boolean inOption) {
      this.scorer = scorer;
      this.type = type;
      this.inOption = inOption;
    }

    @Override
    public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> rows) {
      UnsafeProjection projection = UnsafeProjection.create(type);
      return new ScoringFunction(scorer)
          .apply(
              new AbstractIterator<>() {
                @Override
                public boolean hasNext() {
                  return rows.hasNext();
                }

                @Override
                public Object next() {
                  Object row = inOption ? ((Option<?>) rows.next()).get() : rows.next();
                  return projection.apply((InternalRow) row);
                }
              });
    }
  }

  private static Dataset<Row> rows(Dataset<Row> table) {
    MapPartitionsFunction<Row, Row> function =
        input ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return input.hasNext();
              }

              @Override
              public Row next() {
                if (!input.hasNext()) {
                  throw new NoSuchElementException("No more rows.");
                }
                Row row = input.next();
                Object[] values = new Object[row.size() + 1];
                for (int i = 0; i < row.size(); i++) {
                  values[i] = row.get(i);
                }
                values[row.size()] = sequence(List.of(1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f));
                return RowFactory.create(values);
              }
            };
    return table.mapPartitions(
        function,
        Encoders.row(
            table.schema().add("out", DataTypes.createArrayType(DataTypes.FloatType, false))));
  }
}
