package io.kindling.spark.predict;

import io.kindling.spark.scoring.ExecutorModels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A call of a model in an expression. Where the plan allows, {@link ModelCallsInBlocks} takes it
 * out and has blocks of rows scored; where it stays, each row is scored by itself.
 *
 * <p>Public because Spark copies expressions by reflection; of no use elsewhere.
 */
public final class ModelCall extends Expression implements CodegenFallback, Serializable {

  private static final long serialVersionUID = 1;

  private final Seq<Expression> arguments;
  private final ModelFunction function;
  private final ModelColumns columns; // null where arguments are not resolved or do not fit
  private final String mismatch;
  private transient RowCalls calls;

  public ModelCall(Seq<Expression> arguments, ModelFunction function) {
    this.arguments = arguments;
    this.function = function;
    ModelColumns bound = null;
    String failure = "";
    if (arguments.forall(Expression::resolved)) {
      try {
        bound = function.bind(types(arguments));
      } catch (IllegalArgumentException e) {
        failure = e.getMessage();
      }
    }
    this.columns = bound;
    this.mismatch = failure;
  }

  private ModelCall(
      Seq<Expression> arguments, ModelFunction function, ModelColumns columns, String mismatch) {
    this.arguments = arguments;
    this.function = function;
    this.columns = columns;
    this.mismatch = mismatch;
  }

  /** A call with these arguments; the fields of an only one that is a struct take their places. */
  static ModelCall of(ModelFunction function, Seq<Expression> given) {
    List<String> parameters = function.parameters();
    if (given.length() != 1
        || !(given.apply(0).dataType() instanceof StructType struct)
        || !List.of(struct.fieldNames()).containsAll(parameters)) {
      return new ModelCall(given, function);
    }
    if (parameters.size() > 1 && !given.apply(0).deterministic()) {
      throw new IllegalArgumentException(
          "Function %s reads the fields %s of a struct that differs whenever it is computed. Compute it in a query below: SELECT %s(s) FROM (SELECT … AS s FROM …)."
              .formatted(function.name(), parameters, function.name()));
    }
    List<Expression> fields = new ArrayList<>();
    for (String parameter : parameters) {
      fields.add(
          new GetStructField(
              given.apply(0), struct.fieldIndex(parameter), Option.apply(parameter)));
    }
    return new ModelCall(CollectionConverters.asScala(fields).toSeq(), function);
  }

  private static List<DataType> types(Seq<Expression> expressions) {
    return CollectionConverters.asJava(expressions).stream().map(Expression::dataType).toList();
  }

  ModelFunction function() {
    return function;
  }

  /** What the call reads, at the places of its arguments, and makes. */
  ModelColumns columns() {
    return columns;
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    return columns == null
        ? new TypeCheckResult.TypeCheckFailure(mismatch)
        : TypeCheckResult.TypeCheckSuccess$.MODULE$;
  }

  @Override
  public Object eval(InternalRow input) {
    Object[] values = new Object[arguments.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.apply(i).eval(input);
    }
    if (calls == null) {
      calls = new RowCalls(new ModelScorer(function.model(), columns, 1));
    }
    InternalRow result = calls.score(new GenericInternalRow(values));
    if (columns.outputs().size() == 1) {
      return result.isNullAt(0) ? null : result.get(0, function.dataType());
    }
    return result.isNullAt(0) ? null : result;
  }

  /** Scores single rows with a model that is leased until the task ends. */
  private static final class RowCalls {

    private final ModelScorer scorer;
    private Optional<RowScorer> open = Optional.empty();

    private RowCalls(ModelScorer scorer) {
      this.scorer = scorer;
    }

    private InternalRow score(InternalRow arguments) {
      TaskContext task = TaskContext.get();
      if (task == null) {
        // The optimizer computes what it can by itself, in the driver, where no task ends.
        try (RowScorer once = new RowScorer(scorer, ExecutorModels.ofThisJvm())) {
          return once.score(arguments);
        }
      }
      if (open.isEmpty()) {
        RowScorer opened = new RowScorer(scorer, ExecutorModels.ofThisJvm());
        open = Optional.of(opened);
        task.addTaskCompletionListener((TaskCompletionListener) ended -> opened.close());
      }
      return open.get().score(arguments);
    }
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public DataType dataType() {
    return function.dataType();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  @Override
  public String prettyName() {
    return function.name();
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    // Spark makes copies in tasks, too, where the signature is not known.
    boolean isSameTypes = columns != null && types(children).equals(types(arguments));
    return isSameTypes
        ? new ModelCall(children, function, columns, mismatch)
        : new ModelCall(children, function);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int index) {
    return index == 0 ? arguments : function;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ModelCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelCall that
        && arguments.equals(that.arguments)
        && function.equals(that.function);
  }

  @Override
  public int hashCode() {
    return arguments.hashCode() + 31 * function.hashCode();
  }
}
