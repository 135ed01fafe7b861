package io.kindling.spark.engine;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * Folders that all executors of a node share: in the first of Spark's local directories, as YARN,
 * the environment, the settings or Java name them. Standalone workers give each executor a folder
 * of its own below these, which is passed over.
 */
public final class NodeFolder {

  private NodeFolder() {}

  /** A folder of this user's, which need not be there. */
  public static Path of(String name) {
    return Path.of(first()).resolve(name + "-" + System.getProperty("user.name"));
  }

  static String first() {
    SparkConf conf =
        Optional.ofNullable(SparkEnv.get())
            .map(SparkEnv::conf)
            .orElseGet(() -> new SparkConf(false));
    return first(System.getenv(), conf.getOption("spark.local.dir").getOrElse(() -> ""));
  }

  static String first(Map<String, String> environment, String localDir) {
    String folders =
        Stream.of(
                environment.getOrDefault("LOCAL_DIRS", ""),
                environment.getOrDefault("SPARK_LOCAL_DIRS", ""),
                localDir,
                System.getProperty("java.io.tmpdir"))
            .filter(each -> !each.isBlank())
            .findFirst()
            .orElseThrow();
    return List.of(folders.split("[," + File.pathSeparator + "]")).get(0);
  }
}
