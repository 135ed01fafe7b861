package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.job.ShardTable.PlainBatch;
import io.kindling.training.ShardedRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerRowsTest {

  private static final int SHARDS = 4;
  private static final Set<Integer> ALL = Set.of(0, 1, 2, 3);
  private static final long AHEAD = WorkerRows.LEAST_AHEAD;

  @TempDir private Path directory;

  private final ShardTable table = new ShardTable(SHARDS, 10_000);
  private SpillFolder folder;

  private WorkerRows rows(ShardTable source, long budget, boolean encrypted) {
    folder = new SpillFolder(directory, encrypted);
    return new WorkerRows(7, source, source.sizes(false), source.sizes(true), budget, folder);
  }

  private WorkerRows rows(long budget) {
    return rows(table, budget, false);
  }

  /** The budget that keeps a share of the data in memory. */
  private long budget(double share) {
    return (long) (share * table.bytes()) + (share > 0 ? AHEAD : 0);
  }

  /** The files of rows, by their names. */
  private List<String> files() {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertRow(ShardedRows rows, boolean validation, int shard, int row) {
    PlainBatch batch = new PlainBatch(3);
    rows.copy(shard, row, batch, 1);
    assertThat(batch.row(1)).isEqualTo(table.row(shard, validation, row));
  }

  private static int[] shuffled(int size, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean readerIsAlive() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("kindling-reader-rank-7-"));
  }

  @ParameterizedTest
  @CsvSource({"0, 8, false", "0.5, 4, false", "1, 0, false", "0, 8, true", "0.5, 4, true"})
  void givesTheSameRowsWhereverTheyLie(double share, int files, boolean encrypted)
      throws IOException {
    try (WorkerRows rows = rows(table, budget(share), encrypted)) {
      rows.hold(ALL);

      assertThat(files()).hasSizeBetween(files, files + 1);
      for (boolean validation : new boolean[] {false, true}) {
        ShardedRows view = validation ? rows.validation() : rows.training();
        assertThat(view.shards()).isEqualTo(SHARDS);
        for (int shard = 0; shard < SHARDS; shard++) {
          assertThat(view.rows(shard)).isEqualTo(table.sizes(validation)[shard]);
          for (int row = 0; row < view.rows(shard); row++) {
            assertRow(view, validation, shard, row);
          }
          for (int row : shuffled(view.rows(shard), shard)) {
            assertRow(view, validation, shard, row);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0.5, false", "1, false", "0.5, true"})
  void givesTheSameRowsInTheOrderItExpects(double share, boolean encrypted) throws IOException {
    try (WorkerRows rows = rows(table, budget(share), encrypted)) {
      rows.hold(ALL);
      for (int epoch = 0; epoch < 3; epoch++) {
        int from = epoch == 1 ? 5_000 : 0;
        int[][] orders = new int[SHARDS][];
        for (int shard = 0; shard < SHARDS; shard++) {
          orders[shard] = shuffled(rows.training().rows(shard), epoch * 10L + shard);
          rows.training().expect(shard, orders[shard], from);
        }
        // The last third of the second epoch is never copied.
        int to = epoch == 1 ? 6_000 : Integer.MAX_VALUE;
        for (int i = from; i < to; i++) {
          for (int shard = 0; shard < SHARDS; shard++) {
            if (i < orders[shard].length) {
              assertRow(rows.training(), false, shard, orders[shard][i]);
            }
          }
          if (i >= orders[0].length && i >= orders[SHARDS - 1].length) {
            break;
          }
        }
      }
      assertThat(readerIsAlive()).isEqualTo(share < 1);
    }
    assertThat(readerIsAlive()).isFalse();
  }

  @Test
  void givesTheSameRowsInAnotherOrderThanExpected() throws IOException {
    try (WorkerRows rows = rows(0)) {
      rows.hold(ALL);
      int[] order = shuffled(rows.training().rows(2), 1);
      rows.training().expect(2, order, 0);
      int[] other = shuffled(order.length, 2);
      for (int i = 0; i < order.length; i++) {
        assertRow(rows.training(), false, 2, order[i]);
        assertRow(rows.training(), false, 2, other[i]);
        assertRow(rows.training(), false, 1, i % rows.training().rows(1));
      }
    }
  }

  /** The first window has 1 MiB by 8 files by 2 windows: some 700 rows. */
  @Test
  void readsExpectedRowsBeforeTheyAreCopied() throws IOException {
    try (WorkerRows rows = rows(0)) {
      rows.hold(ALL);
      int[] order = shuffled(rows.training().rows(3), 1);
      rows.training().expect(3, order, 0);
      assertRow(rows.training(), false, 3, order[0]);
      truncate("training-rows-of-shard-3");

      for (int i = 1; i < 500; i++) {
        assertRow(rows.training(), false, 3, order[i]);
      }
      assertThatThrownBy(() -> assertRow(rows.training(), false, 3, order[5_000]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Failed to read training rows of shard 3 from "
                  + folder.path().resolve("training-rows-of-shard-3")
                  + ": java.io.EOFException: the file ends before row "
                  + (order[5_000] + 1)
                  + ".");
    }
  }

  @Test
  void throwsInTheTrainersThreadWhatTheReaderMeets() throws IOException {
    try (WorkerRows rows = rows(0)) {
      rows.hold(ALL);
      truncate("training-rows-of-shard-3");
      rows.training().expect(3, shuffled(rows.training().rows(3), 1), 0);

      assertThatThrownBy(() -> rows.training().copy(3, 0, new PlainBatch(1), 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Failed to read training rows of shard 3 from ")
          .hasMessageContaining("java.io.EOFException")
          .hasCauseInstanceOf(IOException.class);
    }
  }

  private void truncate(String file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(folder.path().resolve(file), StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  @Test
  void holdsOtherShardsWhenAskedAgain() throws IOException {
    try (WorkerRows rows = rows(0)) {
      rows.hold(Set.of(0, 1));
      assertThat(table.takeReads()).containsExactly(0, 1);
      int[] order = shuffled(rows.training().rows(1), 1);
      rows.training().expect(1, order, 0);
      assertRow(rows.training(), false, 1, order[0]);

      rows.hold(Set.of(1, 3));

      assertThat(table.takeReads()).containsExactly(3);
      assertThat(IntStream.range(0, SHARDS).filter(rows.training()::holds)).containsExactly(1, 3);
      assertThat(IntStream.range(0, SHARDS).filter(rows.validation()::holds)).containsExactly(1, 3);
      assertThat(files())
          .containsExactly(
              "training-rows-of-shard-1",
              "training-rows-of-shard-3",
              "validation-rows-of-shard-1",
              "validation-rows-of-shard-3");
      assertRow(rows.training(), false, 1, order[1]);
      rows.training().expect(1, order, 2);
      assertRow(rows.training(), false, 1, order[2]);
      assertRow(rows.validation(), true, 3, 5);
      assertThatThrownBy(() -> rows.training().copy(0, 0, new PlainBatch(1), 0))
          .hasMessage("Shard 0 is not held, or not any more.");
    }
  }

  @Test
  void givesTheMemoryOfADroppedShardToTheNext() throws IOException {
    try (WorkerRows rows = rows(AHEAD + table.bytes(0) + 10_000)) {
      rows.hold(Set.of(0));
      assertThat(files()).isEmpty();
      rows.hold(Set.of(0, 1));
      assertThat(files()).hasSize(2);
      rows.hold(Set.of());
      assertThat(files()).isEmpty();
      rows.hold(Set.of(1));
      assertThat(files()).isEmpty();
      assertRow(rows.training(), false, 1, 4_321);
    }
  }

  @Test
  void holdsFirstWhatIsInMemoryAnyway() throws IOException {
    table.putInMemory(2);
    try (WorkerRows rows = rows(AHEAD + table.bytes(2))) {
      rows.hold(ALL);
      assertThat(table.takeReads()).containsExactly(2, 0, 1, 3);
      assertThat(files()).hasSize(6).noneMatch(name -> name.endsWith("-2"));
    }
  }

  @Test
  void saysWhichShardIsLostAndHoldsItOnceItIsThere() throws IOException {
    table.lose(1);
    try (WorkerRows rows = rows(0)) {
      assertThatThrownBy(() -> rows.hold(ALL))
          .isInstanceOfSatisfying(
              LostShardException.class, lost -> assertThat(lost.shard()).isEqualTo(1))
          .hasMessage("Shard 1 is lost: no executor keeps its rows any more.");
      table.find(1);
      rows.hold(ALL);
      assertThat(table.takeReads()).containsExactly(0, 1, 2, 3);
      assertRow(rows.training(), false, 1, 17);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void refusesAShardOfOtherRows(long budget) throws IOException {
    int[] sizes = table.sizes(false);
    sizes[2]++;
    folder = new SpillFolder(directory, false);
    try (WorkerRows rows = new WorkerRows(7, table, sizes, table.sizes(true), budget, folder)) {
      assertThatThrownBy(() -> rows.hold(Set.of(2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Shard 2 has %d rows but had %d when it was made: its input gives other rows when it is"
                      .formatted(sizes[2] - 1, sizes[2])
                  + " computed again. Write it to files, or persist it, before training.");
      assertThat(rows.training().holds(2)).isFalse();
      assertThat(files()).isEmpty();
    }
  }

  /** Linux's device that has no room is a disk that has none. */
  @Test
  void saysWhatIsMissingWhereTheDiskIsFull() throws IOException {
    try (WorkerRows rows = rows(0)) {
      Path file = folder.path().resolve("training-rows-of-shard-1");
      Files.createSymbolicLink(file, Path.of("/dev/full"));
      int rowBytes = table.row(1, false, 0).length;

      assertThatThrownBy(() -> rows.hold(ALL))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "Failed to write training rows of shard 1 to \\Q"
                  + folder.path()
                  + "\\E: No space left on device\\. [0-9,]+ bytes were wanted there and [0-9,]+ are"
                  + " free\\. Rows go to a disk where a worker's memory for rows ends: point"
                  + " spark\\.local\\.dir \\(SPARK_LOCAL_DIRS; on YARN its local directories\\) at a"
                  + " disk with more room, or let more rows stay in memory, with rowMemory and"
                  + " spark\\.executor\\.memory\\.")
          .satisfies(
              e ->
                  assertThat(
                          Long.parseLong(
                              e.getMessage()
                                  .replaceAll(".*device\\. ([0-9,]+) bytes.*", "$1")
                                  .replace(",", "")))
                      .isBetween(1L, (long) table.sizes(false)[1] * rowBytes));
      assertThat(files()).noneMatch(name -> name.endsWith("-1"));
    }
    assertThat(Path.of("/dev/full")).exists();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesNoRowInTheClearWhereSparkEncrypts(boolean encrypted) throws IOException {
    try (WorkerRows rows = rows(table, 0, encrypted)) {
      rows.hold(ALL);
      String file = read("training-rows-of-shard-0");
      String other = read("training-rows-of-shard-1");
      String row = new String(table.row(0, false, 0), StandardCharsets.ISO_8859_1);

      assertThat(file.contains(row)).isNotEqualTo(encrypted);
      assertThat(file).hasSize(table.sizes(false)[0] * row.length());
      assertThat(zeros(file)).isEqualTo(!encrypted);
      assertThat(zeros(xor(file, other))).isEqualTo(!encrypted);
    }
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.path().resolve(file), StandardCharsets.ISO_8859_1);
  }

  /** What one key for two files would give away. */
  private static String xor(String file, String other) {
    StringBuilder both = new StringBuilder();
    for (int i = 0; i < Math.min(file.length(), other.length()); i++) {
      both.append((char) (file.charAt(i) ^ other.charAt(i)));
    }
    return both.toString();
  }

  /** Whether more bytes are 0 than chance makes. */
  private static boolean zeros(String bytes) {
    return bytes.chars().filter(each -> each == 0).count() > bytes.length() / 64;
  }

  @Test
  void leavesNothingBehind() throws IOException {
    WorkerRows rows = rows(0);
    rows.hold(ALL);
    assertThat(Files.getPosixFilePermissions(folder.path()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    rows.training().expect(0, shuffled(rows.training().rows(0), 1), 0);

    rows.close();
    rows.close();

    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    assertThat(readerIsAlive()).isFalse();
    assertThatThrownBy(() -> rows.training().copy(0, 0, new PlainBatch(1), 0))
        .hasMessage("Shard 0 is not held, or not any more.");
  }

  @Test
  void endsWhereTheTrainerIsInterrupted() throws IOException {
    try (WorkerRows rows = rows(0)) {
      rows.hold(ALL);
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> rows.training().copy(0, 5, new PlainBatch(1), 0))
          .isInstanceOf(CancellationException.class)
          .hasMessageStartingWith("Interrupted while reading training rows of shard 0 from ");
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
