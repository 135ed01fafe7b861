package io.kindling.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The boundaries of Kindling. The build fails where one is crossed. */
final class ArchitectureRules {

  /** Core's packages in their order of import: each may import those before it. */
  private static final List<String> CORE =
      Stream.of(
              "tensor",
              "network",
              "loss",
              "metric",
              "optimizer",
              "engine",
              "model",
              "archive",
              "training",
              "predict")
          .map(name -> "io.kindling." + name + "..")
          .toList();

  static final ArchRule CORE_PACKAGES_IMPORT_ONLY_THOSE_BEFORE_THEM =
      CompositeArchRule.of(
              IntStream.range(0, CORE.size() - 1)
                  .mapToObj(i -> mayNotImport(CORE.get(i), CORE.subList(i + 1, CORE.size())))
                  .toList())
          .as("Packages of core import only those before them: " + CORE);

  static final ArchRule ENGINES_NEED_NO_OPTIMIZER =
      mayNotImport("io.kindling.engine..", List.of("io.kindling.optimizer.."));

  static final ArchRule TUNING_STANDS_ALONE = mayNotImport("io.kindling.tuning..", CORE);

  static final ArchRule ONLY_THE_TENSORFLOW_MODULE_KNOWS_TENSORFLOW =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.kindling.tensorflow..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tensorflow..");

  static final ArchRule ONLY_THE_ONNX_MODULE_KNOWS_ONNX_RUNTIME =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.kindling.onnx..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  static final ArchRule ONLY_THE_SPARK_MODULE_AND_ITS_USERS_KNOW_SPARK =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.kindling.spark..",
              "io.kindling.cli..",
              "io.kindling.examples..",
              "io.kindling.benchmarks..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  static final ArchRule THE_CLUSTER_KNOWS_NEITHER_SPARK_NOR_TENSORFLOW =
      mayNotImport(
          "io.kindling.cluster..",
          List.of(
              "org.apache.spark..",
              "org.tensorflow..",
              "io.kindling.spark..",
              "io.kindling.tensorflow.."));

  static final ArchRule ONLY_SPARKS_MODULE_REACHES_INSIDE_IT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.kindling.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.kindling.spark.job..",
              "io.kindling.spark.column..",
              "io.kindling.spark.predict..",
              "io.kindling.spark.scoring..",
              "io.kindling.spark.storage..");

  static final ArchRule NO_PACKAGE_IS_A_DRAWER =
      noClasses()
          .should()
          .resideInAnyPackage(
              "..util..",
              "..utils..",
              "..common..",
              "..helper..",
              "..helpers..",
              "..impl..",
              "..internal..",
              "..manager..",
              "..misc..",
              "..base..");

  static final ArchRule NO_CLASS_IS_A_DRAWER =
      noClasses().should().haveNameMatching(".*(Utils?|Helpers?|Impl|Manager)(\\$.*)?");

  /** Whoever reads objects from a file or a socket runs what its writer chose. */
  static final ArchRule NOBODY_READS_OBJECTS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.io\\.(ObjectInput|ObjectOutput|ObjectInputStream|ObjectOutputStream|Externalizable)"
                  + "(\\$.*)?|java\\.beans\\.XMLDecoder")
          .orShould()
          .callMethodWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                      "readObject|readUnshared")));

  private ArchitectureRules() {}

  private static ArchRule mayNotImport(String importing, List<String> imported) {
    return noClasses()
        .that()
        .resideInAPackage(importing)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(imported.toArray(String[]::new))
        .allowEmptyShould(true);
  }

  /**
   * Folders of main sources that hold classes but no {@code package-info.java}. Sources are looked
   * at because a compiler leaves no trace of a package that has no annotations.
   */
  static List<Path> packagesWithoutInfo(Path root) throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(ArchitectureRules::foldersOf)
          .filter(folder -> holdsClasses(folder))
          .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
          .map(root::relativize)
          .sorted()
          .toList();
    }
  }

  private static Stream<Path> foldersOf(Path sources) {
    try (Stream<Path> paths = Files.walk(sources)) {
      return paths.filter(Files::isDirectory).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean holdsClasses(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.endsWith(".java") && !name.equals("module-info.java"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
