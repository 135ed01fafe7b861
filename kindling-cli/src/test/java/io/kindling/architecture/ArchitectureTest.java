package io.kindling.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.kindling.architecture.util.Drawer;
import io.kindling.archive.ReadsObjects;
import io.kindling.cluster.CallsSpark;
import io.kindling.engine.NeedsAnOptimizer;
import io.kindling.examples.ReachesInside;
import io.kindling.network.CallsOnnxRuntime;
import io.kindling.network.CallsTensorFlow;
import io.kindling.tensor.ReachesAhead;
import io.kindling.tuning.NeedsANetwork;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All modules keep the rules; and a class that breaks one is found. */
class ArchitectureTest {

  /** Every module's classes, without its tests. */
  private static final JavaClasses KINDLING =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.kindling");

  /** Each rule, beside a class that breaks it. */
  static Stream<Arguments> rules() {
    return Stream.of(
        Arguments.of(
            ArchitectureRules.CORE_PACKAGES_IMPORT_ONLY_THOSE_BEFORE_THEM, ReachesAhead.class),
        Arguments.of(ArchitectureRules.ENGINES_NEED_NO_OPTIMIZER, NeedsAnOptimizer.class),
        Arguments.of(ArchitectureRules.TUNING_STANDS_ALONE, NeedsANetwork.class),
        Arguments.of(
            ArchitectureRules.ONLY_THE_TENSORFLOW_MODULE_KNOWS_TENSORFLOW, CallsTensorFlow.class),
        Arguments.of(
            ArchitectureRules.ONLY_THE_ONNX_MODULE_KNOWS_ONNX_RUNTIME, CallsOnnxRuntime.class),
        Arguments.of(
            ArchitectureRules.ONLY_THE_SPARK_MODULE_AND_ITS_USERS_KNOW_SPARK, CallsSpark.class),
        Arguments.of(
            ArchitectureRules.THE_CLUSTER_KNOWS_NEITHER_SPARK_NOR_TENSORFLOW, CallsSpark.class),
        Arguments.of(ArchitectureRules.ONLY_SPARKS_MODULE_REACHES_INSIDE_IT, ReachesInside.class),
        Arguments.of(ArchitectureRules.NO_PACKAGE_IS_A_DRAWER, Drawer.class),
        Arguments.of(ArchitectureRules.NO_CLASS_IS_A_DRAWER, StringUtils.class),
        Arguments.of(ArchitectureRules.NOBODY_READS_OBJECTS, ReadsObjects.class));
  }

  @Test
  void everyRuleIsInTheTable() throws IllegalAccessException {
    List<Object> declared = new ArrayList<>();
    for (Field field : ArchitectureRules.class.getDeclaredFields()) {
      if (ArchRule.class.isAssignableFrom(field.getType())) {
        declared.add(field.get(null));
      }
    }
    assertThat(rules().map(line -> line.get()[0])).containsExactlyElementsOf(declared);
  }

  @Test
  void everyModuleIsLookedAt() {
    assertThat(KINDLING.stream().map(each -> each.getPackageName()))
        .contains("io.kindling.network", "io.kindling.training")
        .anyMatch(name -> name.startsWith("io.kindling.tensorflow"))
        .anyMatch(name -> name.startsWith("io.kindling.onnx"))
        .anyMatch(name -> name.startsWith("io.kindling.cluster"))
        .anyMatch(name -> name.startsWith("io.kindling.spark"))
        .anyMatch(name -> name.startsWith("io.kindling.cli"))
        .doesNotContain("io.kindling.architecture");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void isKept(ArchRule rule, Class<?> breaking) {
    rule.check(KINDLING);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void findsTheClassThatBreaksIt(ArchRule rule, Class<?> breaking) {
    JavaClasses classes = new ClassFileImporter().importClasses(breaking);
    assertThat(rule.evaluate(classes).getFailureReport().getDetails())
        .isNotEmpty()
        .allSatisfy(detail -> assertThat(detail).contains(breaking.getName()));
  }

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    assertThat(ArchitectureRules.packagesWithoutInfo(projectRoot())).isEmpty();
  }

  @Test
  void findsThePackageThatSaysNothing(@TempDir Path root) throws IOException {
    Path silent = Files.createDirectories(root.resolve("module/src/main/java/io/kindling/silent"));
    Path said = Files.createDirectories(root.resolve("module/src/main/java/io/kindling/said"));
    Files.createFile(silent.resolve("Silent.java"));
    Files.createFile(said.resolve("Said.java"));
    Files.createFile(said.resolve("package-info.java"));
    assertThat(ArchitectureRules.packagesWithoutInfo(root))
        .containsExactly(Path.of("module/src/main/java/io/kindling/silent"));
  }

  /** Tests run in the folder of their module. */
  private static Path projectRoot() {
    return Path.of("").toAbsolutePath().getParent();
  }
}
