package io.kindling.spark;

import io.kindling.predict.ModelSignature;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.job.Executors;
import io.kindling.spark.predict.ModelFiles;
import io.kindling.spark.predict.ModelFunctions;
import org.apache.spark.sql.SparkSession;

/** What Kindling adds to a session of Spark. */
public final class Kindling {

  private Kindling() {}

  /**
   * Makes a model a function of the session's SQL: {@code SELECT predict(features) FROM t}, in
   * conditions, views and streams.
   *
   * <p>It takes an argument per input of the model's default signature, in its order, or one struct
   * whose fields have the inputs' names; numbers are cast to what the inputs take, as SQL does. It
   * returns the model's output, or a struct of all; null where an argument is null. Rows are scored
   * in blocks where the plan allows, and one by one where other values decide whether a call is
   * made, as in {@code CASE} and {@code OR}.
   *
   * @param name of the function; replaces one of this name
   * @param modelPath the model's file or folder, on any Hadoop file system; of whatever stands
   *     there now
   * @throws io.kindling.predict.RefusedModelException if the model is refused
   */
  public static void registerFunction(SparkSession spark, String name, String modelPath) {
    ExecutorEngine.unpackLibrary();
    ModelFiles.Settings settings =
        ModelFiles.Settings.ofThreads(Executors.mostCores(spark.sparkContext()));
    ModelFiles.Described described =
        ModelFiles.describe(modelPath, settings, spark.sparkContext().hadoopConfiguration());
    ModelSignature signature = described.description().defaultSignature();
    ModelFunctions.register(
        spark, name, ModelFiles.of(described, settings, spark.sparkContext()), signature);
  }
}
