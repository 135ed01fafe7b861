package io.kindling.metric;

/** One method per kind of metric: the compiler then finds every engine that lacks one. */
public interface MetricVisitor<R> {
  R visit(Accuracy metric);

  R visit(SquaredError metric);
}
