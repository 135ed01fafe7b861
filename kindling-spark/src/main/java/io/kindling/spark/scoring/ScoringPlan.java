package io.kindling.spark.scoring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A function over the internal rows of each partition as a plan of Spark's own operators:
 *
 * <pre>
 *   SerializeFromObject   takes the columns out of the function's rows
 *   MapPartitions         the function
 *   DeserializeToObject   hands over the child's rows as they are ({@link WholeRow})
 * </pre>
 *
 * <p>Spark plans these operators for tables and for streams, in micro-batches as in real-time mode.
 * Columns that pass through keep their expression ids, as they do under {@code withColumn}: {@code
 * scored.filter(table.col("x"))} resolves, and a stream keeps its watermark.
 *
 * <p>What Spark can prune: new and old columns nobody selects are not written out. What it cannot:
 * the function is opaque, so every input column is read. Select before scoring where columns are
 * wide.
 */
public final class ScoringPlan {

  private ScoringPlan() {}

  /**
   * The rows of {@code rows} with columns appended.
   *
   * @param function makes of each row a row with the same columns and those of {@code appended};
   *     rows on either side are reused
   */
  public static Dataset<Row> of(
      Dataset<?> rows,
      Function1<Iterator<Object>, Iterator<Object>> function,
      List<StructField> appended) {
    org.apache.spark.sql.classic.Dataset<?> classic = classic(rows);
    if (classic.isStreaming()) {
      SessionRules.add(classic.sparkSession(), new ArrivingRows());
    }
    return org.apache.spark.sql.classic.Dataset.ofRows(
        classic.sparkSession(), over(classic.logicalPlan(), function, appended));
  }

  /** The same with the new columns in front of the old ones. */
  public static Dataset<Row> inFront(
      Dataset<?> rows,
      Function1<Iterator<Object>, Iterator<Object>> function,
      List<StructField> added) {
    org.apache.spark.sql.classic.Dataset<?> classic = classic(rows);
    LogicalPlan plan = classic.logicalPlan();
    List<Attribute> columns = CollectionConverters.asJava(plan.output());
    return org.apache.spark.sql.classic.Dataset.ofRows(
        classic.sparkSession(), over(plan, function, columns, added, true));
  }

  /**
   * Other rows in the place of {@code rows}, as many as the function makes.
   *
   * @param function makes of a partition's rows others, with the columns of {@code made} alone
   */
  public static Dataset<Row> inPlace(
      Dataset<?> rows,
      Function1<Iterator<Object>, Iterator<Object>> function,
      List<StructField> made) {
    org.apache.spark.sql.classic.Dataset<?> classic = classic(rows);
    return org.apache.spark.sql.classic.Dataset.ofRows(
        classic.sparkSession(), over(classic.logicalPlan(), function, List.of(), made, false));
  }

  /** The same over a plan: its columns under their own ids, and the new ones. */
  public static LogicalPlan over(
      LogicalPlan child,
      Function1<Iterator<Object>, Iterator<Object>> function,
      List<StructField> appended) {
    return over(child, function, CollectionConverters.asJava(child.output()), appended, false);
  }

  /**
   * @param columns those of the child that the function's rows have in front
   * @param addedFirst whether the result has the new ones first
   */
  private static LogicalPlan over(
      LogicalPlan child,
      Function1<Iterator<Object>, Iterator<Object>> function,
      List<Attribute> columns,
      List<StructField> appended,
      boolean addedFirst) {
    StructType type = new StructType();
    for (Attribute column : columns) {
      type =
          type.add(
              new StructField(
                  column.name(), column.dataType(), column.nullable(), Metadata.empty()));
    }
    for (StructField field : appended) {
      type = type.add(field);
    }

    // The two objects differ in type on purpose: where they are equal, Spark takes a
    // DeserializeToObject over a SerializeFromObject, as of two models in a row, for an idle pair.
    LogicalPlan handedOver =
        new DeserializeToObject(
            new WholeRow(
                sequence(new ArrayList<Expression>(CollectionConverters.asJava(child.output())))),
            attribute("row", new ObjectType(InternalRow.class)),
            child);
    LogicalPlan mapped = new MapPartitions(function, attribute("scored", type), handedOver);

    Expression scored = new BoundReference(0, type, false);
    List<NamedExpression> outputs = new ArrayList<>();
    for (int i = 0; i < type.length(); i++) {
      Expression value = new GetStructField(scored, i, Option.apply(type.apply(i).name()));
      if (i < columns.size()) {
        Attribute column = columns.get(i);
        outputs.add(
            alias(value, column.name(), column.exprId(), column.qualifier(), column.metadata()));
      } else {
        StructField field = type.apply(i);
        outputs.add(
            alias(
                value,
                field.name(),
                NamedExpression.newExprId(),
                sequence(List.of()),
                field.metadata()));
      }
    }
    if (addedFirst) {
      Collections.rotate(outputs, appended.size());
    }
    return new SerializeFromObject(sequence(outputs), mapped);
  }

  private static org.apache.spark.sql.classic.Dataset<?> classic(Dataset<?> rows) {
    if (rows instanceof org.apache.spark.sql.classic.Dataset<?> classic) {
      return classic;
    }
    throw new IllegalArgumentException(
        "Unsupported dataset of type "
            + rows.getClass().getName()
            + ". Scoring builds a plan in the JVM that runs it; call transform there, with a classic"
            + " SparkSession.");
  }

  private static Attribute attribute(String name, DataType type) {
    return new AttributeReference(
        name, type, false, Metadata.empty(), NamedExpression.newExprId(), sequence(List.of()));
  }

  private static NamedExpression alias(
      Expression value, String name, ExprId id, Seq<String> qualifier, Metadata metadata) {
    return new Alias(value, name, id, qualifier, Option.apply(metadata), sequence(List.of()));
  }

  private static <T> Seq<T> sequence(List<T> elements) {
    return CollectionConverters.asScala(elements).toSeq();
  }
}
