package io.kindling.spark.predict;

import io.kindling.predict.ModelSignature;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Functions of a session that call models. */
public final class ModelFunctions {

  private ModelFunctions() {}

  /** Adds or replaces one; its calls are made in blocks where they can be. */
  public static void register(
      SparkSession session, String name, ExecutorModel model, ModelSignature signature) {
    ModelFunction function = new ModelFunction(name, model, signature);
    org.apache.spark.sql.classic.SparkSession classic = classic(session);
    classic
        .sessionState()
        .functionRegistry()
        .createOrReplaceTempFunction(
            name,
            new AbstractFunction1<Seq<Expression>, Expression>() {
              @Override
              public Expression apply(Seq<Expression> arguments) {
                return ModelCall.of(function, arguments);
              }
            },
            "scala_udf");
    addRule(classic);
  }

  private static synchronized void addRule(org.apache.spark.sql.classic.SparkSession session) {
    List<Rule<LogicalPlan>> rules =
        new ArrayList<>(CollectionConverters.asJava(session.experimental().extraOptimizations()));
    if (rules.stream().noneMatch(ModelCallsInBlocks.class::isInstance)) {
      rules.add(new ModelCallsInBlocks());
      session.experimental().extraOptimizations_$eq(CollectionConverters.asScala(rules).toSeq());
    }
  }

  private static org.apache.spark.sql.classic.SparkSession classic(SparkSession session) {
    if (session instanceof org.apache.spark.sql.classic.SparkSession classic) {
      return classic;
    }
    throw new IllegalArgumentException(
        "Unsupported session of type "
            + session.getClass().getName()
            + ". A function is registered in the JVM that plans queries, with a classic SparkSession.");
  }
}
