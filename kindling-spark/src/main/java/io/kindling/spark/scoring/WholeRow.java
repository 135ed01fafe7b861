package io.kindling.spark.scoring;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The row an operator works on, as an object: Spark's unsafe row itself, not a copy of its values.
 * Its children are the columns, so that Spark knows that all of them are read.
 *
 * <p>Why not {@code CreateNamedStruct}, which needs no class of ours: its value is a struct, and
 * {@code DeserializeToObject} turns structs into safe rows, arrays into arrays of boxed numbers.
 * Even wrapped so that this does not happen it makes three objects per row and loses the unsafe
 * format, in which a row is kept by one copy.
 *
 * <p>Public because Spark copies expressions by reflection; of no use elsewhere.
 */
public final class WholeRow extends Expression implements CodegenFallback, Serializable {

  private static final long serialVersionUID = 1;

  private final Seq<Expression> columns;
  private transient UnsafeProjection projection;
  private transient boolean prepared;

  public WholeRow(Seq<Expression> columns) {
    this.columns = columns;
  }

  @Override
  public Object eval(InternalRow input) {
    if (!prepared) {
      projection = isInOrder() ? null : UnsafeProjection.create(columns);
      prepared = true;
    }
    if (projection == null) {
      if (input instanceof UnsafeRow unsafe && unsafe.numFields() == columns.length()) {
        return input;
      }
      projection = UnsafeProjection.create(columns);
    }
    return projection.apply(input);
  }

  /** Whether column i of the input is column i of ours, once Spark has bound them to places. */
  private boolean isInOrder() {
    for (int i = 0; i < columns.length(); i++) {
      if (!(columns.apply(i) instanceof BoundReference bound && bound.ordinal() == i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public DataType dataType() {
    return new ObjectType(InternalRow.class);
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Seq<Expression> children() {
    return columns;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new WholeRow(children);
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int index) {
    return columns;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WholeRow;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WholeRow that && columns.equals(that.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }
}
