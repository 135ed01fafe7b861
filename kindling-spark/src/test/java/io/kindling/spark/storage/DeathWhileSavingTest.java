package io.kindling.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.file.CompleteFolder;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.testing.DyingFileSystem;
import io.kindling.spark.testing.DyingFileSystem.Death;
import io.kindling.spark.testing.DyingFileSystem.Rename;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that dies at any call of a save: the old model or the new one is loaded, to the bit.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DeathWhileSavingTest {

  private final SparkSession spark = LocalSession.get();
  private NeuralClassificationModel old;
  private NeuralClassificationModel next;
  private PipelineModel oldPipeline;
  private PipelineModel nextPipeline;

  @TempDir private Path root;
  private Path folder;

  @BeforeAll
  void train() throws IOException {
    DyingFileSystem.register(hadoop());
    old = classifier().fit(table());
    next = classifier().setEpochs(2).fit(table());
    oldPipeline = new Pipeline().setStages(new PipelineStage[] {old}).fit(table());
    nextPipeline = new Pipeline().setStages(new PipelineStage[] {next}).fit(table());
  }

  @BeforeEach
  void open() throws IOException {
    folder = Files.createTempDirectory(root, "models-");
  }

  @AfterEach
  void live() {
    DyingFileSystem.live();
    DyingFileSystem.rename(Rename.AT_ONCE);
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(Network.sequential(Input.of("features", 2), Dense.of(3)))
        .setEpochs(1)
        .setBatchSize(4);
  }

  private Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rows.add(RowFactory.create(Vectors.dense(i, 1), (double) (i % 3)));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    return spark.createDataFrame(rows, schema).coalesce(1);
  }

  private String path() {
    return DyingFileSystem.uri(folder.resolve("model"));
  }

  private interface Save {
    void run() throws Exception;
  }

  /** Whether the process ended by itself. */
  private static boolean ends(int death, Death how, Save save) {
    DyingFileSystem.dieAt(death, how);
    try {
      save.run();
    } catch (Exception e) {
      assertThat(e).hasStackTraceContaining("The process has died at call " + death);
    }
    boolean lived = !DyingFileSystem.isDead();
    DyingFileSystem.live();
    return lived;
  }

  /** Whether the new model is loaded, by a process that would die if it changed anything. */
  private boolean isNew() {
    DyingFileSystem.dieAt(1, Death.BEFORE_THE_CALL);
    NeuralClassificationModel loaded = NeuralClassificationModel.load(path());
    assertThat(DyingFileSystem.isDead()).isFalse();
    DyingFileSystem.live();
    return isNext(loaded);
  }

  private boolean isNext(NeuralClassificationModel loaded) {
    boolean isNew = Arrays.equals(loaded.model().parameters(), next.model().parameters());
    NeuralClassificationModel same = isNew ? next : old;
    assertThat(loaded.model().parameters()).isEqualTo(same.model().parameters());
    assertThat(loaded.model().provenance()).isEqualTo(same.model().provenance());
    return isNew;
  }

  private void put(Path saved) throws IOException {
    FileUtils.deleteDirectory(folder.toFile());
    FileUtils.copyDirectory(saved.toFile(), folder.toFile());
  }

  private void assertNothingIsAside() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).noneMatch(each -> each.getFileName().toString().contains(".old-"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyDeathOfASaveLeavesTheOldModelOrTheNew(Death how) throws Exception {
    old.save(path());
    Path before = Files.createTempDirectory(root, "before-");
    FileUtils.copyDirectory(folder.toFile(), before.toFile());
    int olds = 0;
    int news = 0;
    int aside = 0;
    boolean lived = false;
    for (int death = 1; !lived; death++) {
      put(before);
      lived = ends(death, how, () -> next.write().overwrite().save(path()));
      boolean isNew = isNew();
      assertThat(lived && !isNew).as("death at %d", death).isFalse();
      news += isNew ? 1 : 0;
      olds += isNew ? 0 : 1;
      if (!Files.exists(folder.resolve("model"))) {
        aside++;
        next.write().overwrite().save(path());
        assertThat(isNew()).isTrue();
        assertNothingIsAside();
      }
    }
    // From the first file of the new one to the last of the old one that is deleted.
    assertThat(olds).isGreaterThan(20);
    assertThat(news).isGreaterThan(5);
    assertThat(aside).isPositive();
  }

  Stream<Arguments> worlds() {
    // File by file there are many more calls: either death will do, as all before are done anyway.
    return Stream.of(
        Arguments.of(Rename.AT_ONCE, Death.BEFORE_THE_CALL),
        Arguments.of(Rename.AT_ONCE, Death.AFTER_THE_CALL),
        Arguments.of(Rename.FILE_BY_FILE, Death.AFTER_THE_CALL));
  }

  /** Before the new folder is whole the old one is not touched, so deaths begin there. */
  @ParameterizedTest
  @MethodSource("worlds")
  void everyDeathBetweenTheFoldersOfAPipelineLeavesTheOldOrTheNew(Rename rename, Death how)
      throws Exception {
    new CompleteFolder(path(), hadoop()).overwrite(place -> save(oldPipeline, place));
    Path before = Files.createTempDirectory(root, "before-");
    FileUtils.copyDirectory(folder.toFile(), before.toFile());
    Path fresh = Files.createTempDirectory(root, "fresh-");
    save(nextPipeline, new org.apache.hadoop.fs.Path(fresh.resolve("model").toUri()));
    DyingFileSystem.rename(rename);
    int olds = 0;
    int news = 0;
    boolean lived = false;
    for (int death = 1; !lived; death++) {
      put(before);
      lived =
          ends(
              death,
              how,
              () ->
                  new CompleteFolder(path(), hadoop())
                      .overwrite(
                          place ->
                              FileUtils.copyDirectory(
                                  fresh.resolve("model").toFile(),
                                  Path.of(place.toUri().getPath()).toFile())));
      boolean isNew = isNewPipeline();
      assertThat(lived && !isNew).as("death at %d", death).isFalse();
      news += isNew ? 1 : 0;
      olds += isNew ? 0 : 1;
    }
    assertThat(olds).isPositive();
    assertThat(news).isGreaterThan(5);
  }

  private boolean isNewPipeline() throws IOException {
    DyingFileSystem.dieAt(1, Death.BEFORE_THE_CALL);
    PipelineModel loaded =
        new CompleteFolder(path(), hadoop()).read(place -> PipelineModel.load(place.toString()));
    boolean isNew = isNext((NeuralClassificationModel) loaded.stages()[0]);
    assertThat(ArchiveReader.model(path(), hadoop()).parameters())
        .isEqualTo((isNew ? next : old).model().parameters());
    assertThat(DyingFileSystem.isDead()).isFalse();
    DyingFileSystem.live();
    return isNew;
  }

  private static void save(PipelineModel pipeline, org.apache.hadoop.fs.Path place)
      throws IOException {
    pipeline.write().save(place.toString());
  }
}
