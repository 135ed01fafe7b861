package io.kindling.spark.engine;

import io.kindling.engine.Engine;
import io.kindling.spark.scoring.EngineFactory;
import io.kindling.tensorflow.NativeLibrary;
import io.kindling.tensorflow.TensorFlowEngine;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * The engine of this JVM, for training and scoring alike. TensorFlow's threads belong to the
 * process, and whoever comes first sets their number; so everyone asks here, with the number of
 * cores of the executor.
 *
 * @param threads of the engine, where it is not there yet
 */
public record ExecutorEngine(int threads) implements EngineFactory {

  private static final long serialVersionUID = 1;

  private static Engine engine;

  @Override
  public Engine engine() {
    synchronized (ExecutorEngine.class) {
      if (engine == null) {
        NativeLibrary.unpackUnder(unpackFolder());
        engine = TensorFlowEngine.withThreads(threads);
      }
      return engine;
    }
  }

  private static Path unpackFolder() {
    SparkConf conf =
        Optional.ofNullable(SparkEnv.get())
            .map(SparkEnv::conf)
            .orElseGet(() -> new SparkConf(false));
    return unpackFolder(System.getenv(), conf.getOption("spark.local.dir").getOrElse(() -> ""));
  }

  /**
   * A folder that all executors of a node share: in the first of Spark's local directories, as
   * YARN, the environment, the settings or Java name them. Standalone workers give each executor a
   * folder of its own below these, which is passed over.
   */
  static Path unpackFolder(Map<String, String> environment, String localDir) {
    String folders =
        Stream.of(
                environment.getOrDefault("LOCAL_DIRS", ""),
                environment.getOrDefault("SPARK_LOCAL_DIRS", ""),
                localDir,
                System.getProperty("java.io.tmpdir"))
            .filter(each -> !each.isBlank())
            .findFirst()
            .orElseThrow();
    List<String> first = List.of(folders.split("[," + File.pathSeparator + "]"));
    return NativeLibrary.folderUnder(first.get(0));
  }
}
