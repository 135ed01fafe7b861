package io.kindling.spark.scoring;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.datasources.v2.StreamingDataSourceV2ScanRelation;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/**
 * Has rows scored one by one where they are read as they arrive, in Spark's real-time mode and in
 * continuous processing: a task asks its source for the next row and waits there until one comes,
 * so that a row in a block that is not full would wait for those behind it.
 *
 * <p>Such a stream is known by its scan, which has a beginning and no end. A rule of the optimizer
 * sees it, because the plan of a stream becomes one of a scan only when the query runs.
 */
public final class ArrivingRows extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformUp(
        new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
          @Override
          public boolean isDefinedAt(LogicalPlan node) {
            return node instanceof MapPartitions mapped
                && mapped.func() instanceof ScoringFunction function
                && !function.isOneByOne()
                && readsWithoutEnd(mapped);
          }

          @Override
          public LogicalPlan apply(LogicalPlan node) {
            MapPartitions mapped = (MapPartitions) node;
            return new MapPartitions(
                ((ScoringFunction) mapped.func()).oneByOne(),
                mapped.outputObjAttr(),
                mapped.child());
          }
        });
  }

  private static boolean readsWithoutEnd(LogicalPlan plan) {
    return (plan instanceof StreamingDataSourceV2ScanRelation scan
            && scan.startOffset().isDefined()
            && scan.endOffset().isEmpty())
        || CollectionConverters.asJava(plan.children()).stream()
            .anyMatch(ArrivingRows::readsWithoutEnd);
  }
}
