package io.kindling.spark.job;

import io.kindling.spark.checkpoint.Checkpoint;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.column.RowBlock;
import io.kindling.spark.column.RowBlockBuilder;
import io.kindling.training.TrainingPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32C;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;
import scala.math.Ordering$;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Deals the rows of a data set to its logical shards, as cards to players: a row's shard is its
 * position in its input partition, plus the partition's number, modulo the shards. So shard and
 * place depend on the data alone, shards are equal but for a few rows, and one pass and one shuffle
 * are enough.
 */
final class Dealer {

  /** Where a row says that it is for validation; the last bound column. */
  private static final String VALIDATION = "kindling_validation";

  private final TrainingPlan plan;
  private final JobSettings settings;
  private final String stage;
  private final List<ColumnInput> columns;

  Dealer(TrainingPlan plan, JobSettings settings, String stage, List<ColumnInput> columns) {
    this.plan = plan;
    this.settings = settings;
    this.stage = stage;
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads the data set once and keeps its shards on the executors.
   *
   * @param keepTwice whether on two of them, so that workers that stay have the shards of those
   *     that go
   */
  ShardedData deal(Dataset<?> dataset, Placement placement, boolean keepTwice) {
    Dataset<Row> bound = dataset.select(needed());
    ColumnBinding binding = ColumnBinding.of(stage, bound.schema(), columns);
    int indicator = bound.columns().length - 1;
    int shards = placement.shards();
    RDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) bound).queryExecution().toRdd();
    StorageLevel level =
        keepTwice || rows.outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE())
            ? StorageLevel.MEMORY_AND_DISK_2()
            : StorageLevel.MEMORY_AND_DISK();
    Dealing dealing =
        new Dealing(
            binding,
            shards,
            settings.validationFraction(),
            settings.validationIndicator().isPresent() ? indicator : -1,
            plan.seed());
    JavaRDD<Tuple2<ShardKey, ShardPiece>> dealt =
        rows.toJavaRDD()
            .mapPartitionsWithIndex((partition, input) -> dealing.deal(partition, input), true);
    ShardRdd shardRdd = new ShardRdd(gathered(dealt.rdd(), shards), placement);
    shardRdd.setName("kindling shards").persist(level);
    int[] training = new int[shards];
    int[] validation = new int[shards];
    long[] checksums = new long[shards];
    List<long[]> sizes = sizes(shardRdd);
    shardRdd.placeAnywhere();
    for (int shard = 0; shard < shards; shard++) {
      training[shard] = counted(sizes.get(shard)[0], shard, shardRdd);
      validation[shard] = counted(sizes.get(shard)[1], shard, shardRdd);
      checksums[shard] = sizes.get(shard)[2];
    }
    ShardedData data =
        new ShardedData(
            shardRdd,
            placement,
            new Checkpoint.Rows(training, validation, checksums),
            bound.schema());
    if (data.trainingRows() == 0) {
      data.close();
      throw new NoRowsException(
          "The data set has no row to train on. "
              + stage
              + " needs at least one row that is not kept for validation.");
    }
    return data;
  }

  /**
   * The pieces of each shard in their order, sorted by Spark, which spills what does not fit into
   * its memory. Java's serializer holds on to all it has written since it was reset, here after
   * every piece, for it writes to all shards at once.
   */
  private static RDD<Tuple2<ShardKey, ShardPiece>> gathered(
      RDD<Tuple2<ShardKey, ShardPiece>> dealt, int shards) {
    SparkConf afterEvery =
        dealt.sparkContext().conf().clone().set("spark.serializer.objectStreamReset", "1");
    ClassTag<ShardPiece> pieces = ShardRdd.pieces();
    return new ShuffledRDD<ShardKey, ShardPiece, ShardPiece>(
            dealt,
            new ShardKey.ByShard(shards),
            ClassTag$.MODULE$.apply(ShardKey.class),
            pieces,
            pieces)
        .setKeyOrdering(Ordering$.MODULE$.comparatorToOrdering(Comparator.<ShardKey>naturalOrder()))
        .setSerializer(new JavaSerializer(afterEvery));
  }

  private static int counted(long rows, int shard, ShardRdd shards) {
    if (rows > Integer.MAX_VALUE) {
      shards.unpersist(false);
      throw new IllegalArgumentException(
          "Unsupported number of rows: shard "
              + shard
              + " would have "
              + rows
              + ", and a shard has at most "
              + Integer.MAX_VALUE
              + ". Ask for more shards with setNumShards.");
    }
    return (int) rows;
  }

  /**
   * Makes the shards and counts their rows for training and for validation. Nothing of them stays
   * where that fails.
   */
  private static List<long[]> sizes(ShardRdd shards) {
    SparkContext context = shards.sparkContext();
    String tag = "kindling-dealing-" + UUID.randomUUID();
    context.addJobTag(tag);
    try {
      return shards.toJavaRDD().mapPartitions(Dealer::count).collect();
    } catch (Exception e) {
      // Spark throws checked exceptions that its methods do not declare.
      boolean interrupted = e instanceof InterruptedException;
      if (interrupted) {
        context.cancelJobsWithTag(tag, "the training was interrupted");
      }
      shards.unpersist(false);
      if (interrupted) {
        Thread.currentThread().interrupt();
        throw new CancellationException("Training was interrupted while its rows were dealt.");
      }
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new IllegalArgumentException(refused.getMessage(), e);
      }
      throw e;
    } finally {
      context.removeJobTag(tag);
    }
  }

  /** Rows to train on and rows for validation of one shard, and the CRC-32C of them all. */
  static Iterator<long[]> count(Iterator<ShardPiece> pieces) {
    long[] rows = new long[2];
    CRC32C crc = new CRC32C();
    while (pieces.hasNext()) {
      ShardPiece piece = pieces.next();
      rows[piece.isForValidation() ? 1 : 0] += piece.rows().rows();
      piece.rows().addTo(crc);
    }
    return List.of(new long[] {rows[0], rows[1], crc.getValue()}).iterator();
  }

  private Column[] needed() {
    List<Column> needed = new ArrayList<>();
    columns.stream()
        .map(ColumnInput::column)
        .distinct()
        .forEach(name -> needed.add(ColumnBinding.column(name).as(name)));
    settings
        .validationIndicator()
        .ifPresent(
            name ->
                needed.add(ColumnBinding.column(name).cast(DataTypes.BooleanType).as(VALIDATION)));
    return needed.toArray(Column[]::new);
  }

  /**
   * What an executor does with one input partition.
   *
   * @param indicator the place of the column that marks rows for validation; -1 where there is none
   */
  private record Dealing(
      ColumnBinding binding, int shards, double validationFraction, int indicator, long seed)
      implements Serializable {
    private static final long serialVersionUID = 1;

    Iterator<Tuple2<ShardKey, ShardPiece>> deal(int partition, Iterator<InternalRow> rows) {
      return new Hand(this, partition, rows);
    }
  }

  /** Pieces of one input partition, made as its rows are read. */
  private static final class Hand implements Iterator<Tuple2<ShardKey, ShardPiece>> {

    private final Dealing dealing;
    private final int partition;
    private final Iterator<InternalRow> rows;
    private final TaskContext context = TaskContext.get();
    private final Pile training;
    private final Pile validation;
    private final List<Tuple2<ShardKey, ShardPiece>> ready = new ArrayList<>();
    private long position;
    private boolean finished;

    Hand(Dealing dealing, int partition, Iterator<InternalRow> rows) {
      this.dealing = dealing;
      this.partition = partition;
      this.rows = rows;
      this.training = new Pile(false);
      this.validation = new Pile(true);
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        if (context.isInterrupted()) {
          throw new TaskKilledException("Task was cancelled before all rows were dealt.");
        }
        InternalRow row = rows.next();
        (isForValidation(row) ? validation : training).add(row);
        position++;
      }
      if (ready.isEmpty() && !finished) {
        finished = true;
        training.finish();
        validation.finish();
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<ShardKey, ShardPiece> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove(ready.size() - 1);
    }

    private boolean isForValidation(InternalRow row) {
      if (dealing.indicator() >= 0) {
        return !row.isNullAt(dealing.indicator()) && row.getBoolean(dealing.indicator());
      }
      return dealing.validationFraction() > 0
          && ValidationDraw.of(dealing.seed(), partition, position) < dealing.validationFraction();
    }

    /** One builder per shard. */
    private final class Pile {
      private final boolean forValidation;
      private final RowBlockBuilder[] builders = new RowBlockBuilder[dealing.shards()];
      private final int[] sequences = new int[dealing.shards()];
      private int next = partition % dealing.shards();

      Pile(boolean forValidation) {
        this.forValidation = forValidation;
      }

      void add(InternalRow row) {
        if (builders[next] == null) {
          builders[next] = new RowBlockBuilder(dealing.binding(), ShardPiece.COLUMN_BYTES);
        }
        builders[next].append(row, position);
        if (builders[next].isFull()) {
          emit(next);
        }
        next = (next + 1) % dealing.shards();
      }

      void finish() {
        for (int shard = 0; shard < builders.length; shard++) {
          if (builders[shard] != null && builders[shard].rows() > 0) {
            emit(shard);
          }
        }
      }

      private void emit(int shard) {
        RowBlock block = builders[shard].take();
        ready.add(
            new Tuple2<>(
                new ShardKey(shard, partition, sequences[shard]++, forValidation),
                new ShardPiece(forValidation, block)));
      }
    }
  }
}
