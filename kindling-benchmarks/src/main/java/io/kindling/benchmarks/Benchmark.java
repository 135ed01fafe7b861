package io.kindling.benchmarks;

/** A measurement with a name and some cases. */
interface Benchmark {

  /** The name that {@code kindling-benchmarks/run} knows it by. */
  String name();

  /** Measures every case and reports each as soon as it is done. */
  void run(Report report) throws Exception;
}
