package io.kindling.spark.scoring;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/** Rules by which a session's optimizer changes plans that score. */
public final class SessionRules {

  private SessionRules() {}

  /** Adds a rule, unless the session has one of its class. */
  public static synchronized void add(SparkSession session, Rule<LogicalPlan> rule) {
    List<Rule<LogicalPlan>> rules =
        new ArrayList<>(CollectionConverters.asJava(session.experimental().extraOptimizations()));
    if (rules.stream().noneMatch(rule.getClass()::isInstance)) {
      rules.add(rule);
      session.experimental().extraOptimizations_$eq(CollectionConverters.asScala(rules).toSeq());
    }
  }
}
