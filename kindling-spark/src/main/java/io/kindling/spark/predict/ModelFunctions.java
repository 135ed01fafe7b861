package io.kindling.spark.predict;

import io.kindling.predict.ModelSignature;
import io.kindling.spark.scoring.ArrivingRows;
import io.kindling.spark.scoring.SessionRules;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
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
    SessionRules.add(classic, new ModelCallsInBlocks());
    SessionRules.add(classic, new ArrivingRows());
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
