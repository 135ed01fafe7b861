package io.kindling.spark.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.HigherOrderFunction;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * Takes calls of models out of projections, filters and aggregations, and has blocks of rows scored
 * below them. What a call's place makes depend on other values stays where it is, and is scored row
 * by row: {@code CASE WHEN valid THEN predict(x) END} must not score rows that are not valid. A
 * filter's conditions without a call are applied before.
 */
public final class ModelCallsInBlocks extends Rule<LogicalPlan> {

  private static final int BLOCK_ROWS = 256;

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
          @Override
          public boolean isDefinedAt(LogicalPlan node) {
            return (node instanceof Project || node instanceof Filter || node instanceof Aggregate)
                && callOf(node).isPresent();
          }

          @Override
          public LogicalPlan apply(LogicalPlan node) {
            return inBlocks(node);
          }
        });
  }

  /** The node over scored rows; one that keeps the columns it had. */
  private static LogicalPlan inBlocks(LogicalPlan node) {
    if (!(node instanceof Filter filter)) {
      return overScored(node);
    }
    List<Expression> before = new ArrayList<>();
    List<Expression> behind = new ArrayList<>();
    for (Expression each : conjuncts(filter.condition())) {
      (holdsCall(each) ? behind : before).add(each);
    }
    LogicalPlan child = before.isEmpty() ? filter.child() : new Filter(all(before), filter.child());
    LogicalPlan filtered = overScored(new Filter(all(behind), child));
    List<NamedExpression> columns = new ArrayList<>(CollectionConverters.asJava(node.output()));
    return new Project(sequence(columns), filtered);
  }

  private static LogicalPlan overScored(LogicalPlan node) {
    LogicalPlan current = node;
    Optional<ModelCall> call = callOf(current);
    while (call.isPresent()) {
      current = overScored(current, call.get());
      call = callOf(current);
    }
    return current;
  }

  /** Has one call, wherever it stands in the node's expressions, computed below. */
  private static LogicalPlan overScored(LogicalPlan node, ModelCall call) {
    LogicalPlan child = node.children().apply(0);
    int columns = child.output().length();
    List<NamedExpression> read = new ArrayList<>(CollectionConverters.asJava(child.output()));
    int number = 0;
    for (Expression argument : CollectionConverters.asJava(call.children())) {
      read.add(alias(argument, "argument" + number++));
    }
    LogicalPlan scored =
        new ModelScorer(call.function().files(), call.columns().behind(columns), BLOCK_ROWS)
            .over(new Project(sequence(read), child));
    List<Attribute> results =
        CollectionConverters.asJava(scored.output())
            .subList(read.size(), read.size() + call.columns().outputs().size());
    Expression value = value(call, results);
    Expression canonical = call.canonicalized();
    LogicalPlan replaced =
        node.transformExpressionsDown(
            new AbstractPartialFunction<Expression, Expression>() {
              @Override
              public boolean isDefinedAt(Expression each) {
                return each instanceof ModelCall && each.canonicalized().equals(canonical);
              }

              @Override
              public Expression apply(Expression each) {
                return value;
              }
            });
    return replaced.withNewChildren(sequence(List.of(scored)));
  }

  private static Expression value(ModelCall call, List<Attribute> results) {
    if (results.size() == 1) {
      return results.get(0);
    }
    StructType type = (StructType) call.dataType();
    List<Expression> namesAndValues = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      namesAndValues.add(Literal.create(type.apply(i).name(), DataTypes.StringType));
      namesAndValues.add(results.get(i));
    }
    return new If(
        new IsNull(results.get(0)),
        Literal.create(null, type),
        new CreateNamedStruct(sequence(namesAndValues)));
  }

  private static NamedExpression alias(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression.newExprId(),
        sequence(List.of()),
        Option.apply(Metadata.empty()),
        sequence(List.of()));
  }

  /** A call that can be computed below the node, and needs no other one before. */
  private static Optional<ModelCall> callOf(LogicalPlan node) {
    for (Expression each : CollectionConverters.asJava(node.expressions())) {
      for (Expression part : node instanceof Filter ? conjuncts(each) : List.of(each)) {
        Optional<ModelCall> call = callIn(part);
        if (call.isPresent()) {
          return call;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<ModelCall> callIn(Expression expression) {
    if (isConditional(expression)) {
      return Optional.empty();
    }
    for (Expression child : CollectionConverters.asJava(expression.children())) {
      Optional<ModelCall> inner = callIn(child);
      if (inner.isPresent()) {
        return inner;
      }
    }
    return expression instanceof ModelCall call && !holdsCallBelow(call)
        ? Optional.of(call)
        : Optional.empty();
  }

  private static boolean isConditional(Expression expression) {
    return expression instanceof ConditionalExpression
        || expression instanceof And
        || expression instanceof Or
        || expression instanceof HigherOrderFunction;
  }

  private static boolean holdsCallBelow(Expression expression) {
    return CollectionConverters.asJava(expression.children()).stream()
        .anyMatch(ModelCallsInBlocks::holdsCall);
  }

  private static boolean holdsCall(Expression expression) {
    return expression instanceof ModelCall || holdsCallBelow(expression);
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (condition instanceof And and) {
      List<Expression> all = new ArrayList<>(conjuncts(and.left()));
      all.addAll(conjuncts(and.right()));
      return all;
    }
    return List.of(condition);
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.stream().reduce((a, b) -> new And(a, b)).orElseThrow();
  }

  private static <T> Seq<T> sequence(List<T> elements) {
    return CollectionConverters.asScala(elements).toSeq();
  }
}
