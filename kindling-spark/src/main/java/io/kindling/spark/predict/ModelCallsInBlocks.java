package io.kindling.spark.predict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.PartialFunction;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * Takes calls of models out of projections, filters and the arguments of aggregations, and has
 * blocks of rows scored below them. What a call's place makes depend on other values stays where it
 * is, and is scored row by row: {@code CASE WHEN valid THEN predict(x) END} must not score rows
 * that are not valid, and neither must an aggregation with a {@code FILTER}; calls over the results
 * of an aggregation are made for each of its rows. A filter's conditions without a call are applied
 * before, and what it shares with the projection above it is scored once.
 */
public final class ModelCallsInBlocks extends Rule<LogicalPlan> {

  private static final int BLOCK_ROWS = 256;

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    LogicalPlan shared =
        plan.transformDown(
            where(
                node -> node instanceof Project project && isFilterOfCalls(project.child()),
                node -> inBlocks((Project) node)));
    return shared.transformUp(
        where(ModelCallsInBlocks::holdsCallForBlocks, ModelCallsInBlocks::inBlocks));
  }

  private static boolean holdsCallForBlocks(LogicalPlan node) {
    return (node instanceof Project || node instanceof Filter || node instanceof Aggregate)
        && callOf(node).isPresent();
  }

  private static boolean isFilterOfCalls(LogicalPlan node) {
    return node instanceof Filter && callOf(node).isPresent();
  }

  private static LogicalPlan inBlocks(LogicalPlan node) {
    if (node instanceof Filter filter) {
      return inBlocks(
          new Project(
              sequence(new ArrayList<>(CollectionConverters.asJava(node.output()))), filter));
    }
    return overScored(node);
  }

  /** A projection of a filter, with what both call scored below both. */
  private static LogicalPlan inBlocks(Project project) {
    Filter filter = (Filter) project.child();
    List<Expression> before = new ArrayList<>();
    List<Expression> behind = new ArrayList<>();
    for (Expression each : conjuncts(filter.condition())) {
      (holdsCall(each) ? behind : before).add(each);
    }
    LogicalPlan child = before.isEmpty() ? filter.child() : new Filter(all(before), filter.child());
    LogicalPlan current = new Filter(all(behind), child);
    LogicalPlan above = project;
    Optional<ModelCall> call = callOf(current);
    while (call.isPresent()) {
      Scored scored = Scored.below(current, call.get());
      current = scored.replacedIn(current).withNewChildren(sequence(List.of(scored.plan())));
      above = scored.replacedIn(above);
      call = callOf(current);
    }
    return above.withNewChildren(sequence(List.of(current)));
  }

  private static LogicalPlan overScored(LogicalPlan node) {
    LogicalPlan current = node;
    Optional<ModelCall> call = callOf(current);
    while (call.isPresent()) {
      Scored scored = Scored.below(current, call.get());
      current = scored.replacedIn(current).withNewChildren(sequence(List.of(scored.plan())));
      call = callOf(current);
    }
    return current;
  }

  /**
   * A call that is made below a node.
   *
   * @param plan the node's child with the call's results behind its columns
   * @param value what takes the call's place
   */
  private record Scored(ModelCall call, LogicalPlan plan, Expression value) {

    static Scored below(LogicalPlan node, ModelCall call) {
      LogicalPlan child = node.children().apply(0);
      int columns = child.output().length();
      List<NamedExpression> read = new ArrayList<>(CollectionConverters.asJava(child.output()));
      int number = 0;
      for (Expression argument : CollectionConverters.asJava(call.children())) {
        read.add(alias(argument, "argument" + number++));
      }
      LogicalPlan scored =
          new ModelScorer(call.function().model(), call.columns().behind(columns), BLOCK_ROWS)
              .over(new Project(sequence(read), child));
      List<Attribute> results =
          CollectionConverters.asJava(scored.output())
              .subList(read.size(), read.size() + call.columns().outputs().size());
      return new Scored(call, scored, ModelCallsInBlocks.value(call, results));
    }

    /** The node with the call's value wherever it makes the call. */
    LogicalPlan replacedIn(LogicalPlan node) {
      PartialFunction<Expression, Expression> replacing = where(this::isCall, unused -> value);
      return node instanceof Aggregate
          ? node.transformExpressionsDown(
              where(ModelCallsInBlocks::isUnfiltered, each -> each.transformDown(replacing)))
          : node.transformExpressionsDown(replacing);
    }

    /** Equal calls are one, unless each of them may give something else. */
    private boolean isCall(Expression each) {
      return call.deterministic()
          ? each instanceof ModelCall && each.canonicalized().equals(call.canonicalized())
          : each == call;
    }
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
      for (Expression part : rowWise(node, each)) {
        Optional<ModelCall> call = callIn(part);
        if (call.isPresent()) {
          return call;
        }
      }
    }
    return Optional.empty();
  }

  /** Parts of a node's expression that are computed for each row of its child. */
  private static List<Expression> rowWise(LogicalPlan node, Expression expression) {
    if (node instanceof Filter) {
      return conjuncts(expression);
    } else if (node instanceof Aggregate) {
      return aggregations(expression);
    }
    return List.of(expression);
  }

  private static List<Expression> aggregations(Expression expression) {
    if (expression instanceof AggregateExpression) {
      return isUnfiltered(expression) ? List.of(expression) : List.of();
    }
    return CollectionConverters.asJava(expression.children()).stream()
        .flatMap(child -> aggregations(child).stream())
        .toList();
  }

  private static boolean isUnfiltered(Expression expression) {
    return expression instanceof AggregateExpression aggregation && aggregation.filter().isEmpty();
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

  private static <T> PartialFunction<T, T> where(Predicate<T> defined, UnaryOperator<T> function) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T each) {
        return defined.test(each);
      }

      @Override
      public T apply(T each) {
        return function.apply(each);
      }
    };
  }

  private static <T> Seq<T> sequence(List<T> elements) {
    return CollectionConverters.asScala(elements).toSeq();
  }
}
