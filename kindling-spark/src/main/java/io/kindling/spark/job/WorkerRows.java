package io.kindling.spark.job;

import io.kindling.training.ShardedRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of the shards that one worker holds, as many in memory as a budget allows and the others
 * in files, from which they are read ahead of the trainer. In memory they are the blocks that Spark
 * gives, which are those of its cache where a shard is local; so these shards are held first.
 *
 * <p>Of the budget, an eighth, but at least {@link #LEAST_AHEAD} and at most {@link #MOST_AHEAD}
 * bytes, is for reading ahead; these lie beside the heap.
 *
 * <p>Belongs to one thread.
 */
final class WorkerRows implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerRows.class);

  /** Bytes read ahead at least, even where no memory is given to rows. */
  static final long LEAST_AHEAD = 1 << 20;

  /**
   * Bytes read ahead at most: enough that a trainer does not wait for a single slow read, and what
   * an executor has beside its heap without being asked.
   */
  static final long MOST_AHEAD = 16 << 20;

  private final ShardSource source;
  private final int[] trainingSizes;
  private final int[] validationSizes;
  private final SpillFolder folder;
  private final ReadAhead readAhead;
  private final HeldRows training;
  private final HeldRows validation;
  private long left; // bytes of the budget

  /**
   * Holds nothing at first.
   *
   * @param trainingSizes rows of every shard to train on
   * @param validationSizes rows of every shard for validation
   * @param budget bytes of rows in memory
   * @param folder for rows beyond it; taken over and closed
   */
  WorkerRows(
      int rank,
      ShardSource source,
      int[] trainingSizes,
      int[] validationSizes,
      long budget,
      SpillFolder folder) {
    long ahead = Math.max(LEAST_AHEAD, Math.min(MOST_AHEAD, budget / 8));
    this.source = source;
    this.trainingSizes = trainingSizes.clone();
    this.validationSizes = validationSizes.clone();
    this.folder = folder;
    this.readAhead = new ReadAhead("kindling-reader-rank-" + rank, ahead);
    this.training = new HeldRows(trainingSizes, readAhead);
    this.validation = new HeldRows(validationSizes, readAhead);
    this.left = Math.max(0, budget - ahead);
  }

  ShardedRows training() {
    return training;
  }

  ShardedRows validation() {
    return validation;
  }

  /**
   * Holds these shards and no others: drops those it has beyond them, then reads those it has not.
   * What was expected of any is forgotten. After a failure it holds some of them; it may be asked
   * again.
   *
   * @throws LostShardException if nobody keeps a shard
   * @throws IllegalStateException if a shard has other rows than when it was made
   * @throws IOException if rows cannot be written to the disk
   */
  void hold(Set<Integer> shards) throws IOException {
    readAhead.shareAmong(0);
    training.expectNothing();
    validation.expectNothing();
    for (int shard = 0; shard < trainingSizes.length; shard++) {
      if (!shards.contains(shard)) {
        drop(shard);
      }
    }
    List<Integer> missing = new ArrayList<>(shards);
    missing.removeIf(training::holds);
    missing.sort(
        Comparator.comparing((Integer shard) -> !source.isInMemory(shard))
            .thenComparing(Comparator.naturalOrder()));
    for (int shard : missing) {
      read(shard);
    }
    int spilled = training.spilled() + validation.spilled();
    readAhead.shareAmong(spilled);
    if (spilled > 0) {
      LOG.info("Rows of {} shards go to {}, beyond the memory for rows", spilled, folder.path());
    }
  }

  private void read(int shard) throws IOException {
    Iterator<ShardPiece> pieces = source.pieces(shard);
    try (HeldShard.Gathering forTraining =
            new HeldShard.Gathering(
                "training rows of shard " + shard, trainingSizes[shard], folder);
        HeldShard.Gathering forValidation =
            new HeldShard.Gathering(
                "validation rows of shard " + shard, validationSizes[shard], folder)) {
      long free = left;
      while (pieces.hasNext()) {
        ShardPiece piece = pieces.next();
        HeldShard.Gathering rows = piece.isForValidation() ? forValidation : forTraining;
        if (piece.rows().bytes() <= free) {
          rows.keep(piece.rows());
          free -= piece.rows().bytes();
        } else {
          rows.spill(piece.rows());
        }
      }
      refuseOther(shard, forTraining.rows(), trainingSizes[shard]);
      refuseOther(shard, forValidation.rows(), validationSizes[shard]);
      HeldShard toTrain = forTraining.toShard();
      try {
        validation.put(shard, forValidation.toShard());
      } catch (IOException e) {
        toTrain.close();
        throw e;
      }
      training.put(shard, toTrain);
      left = free;
    }
  }

  private static void refuseOther(int shard, int rows, int size) {
    if (rows != size) {
      throw new IllegalStateException(
          "Shard "
              + shard
              + " has "
              + rows
              + " rows but had "
              + size
              + " when it was made: its input gives other rows when it is computed again. Write it to files, or persist"
              + " it, before training.");
    }
  }

  private void drop(int shard) throws IOException {
    for (HeldRows rows : List.of(training, validation)) {
      HeldShard held = rows.shard(shard);
      rows.put(shard, null);
      if (held != null) {
        left += held.bytes();
        held.close();
      }
    }
  }

  /** Ends the reading and deletes the files. */
  @Override
  public void close() throws IOException {
    readAhead.close();
    IOException first = null;
    try (folder) {
      for (int shard = 0; shard < trainingSizes.length; shard++) {
        try {
          drop(shard);
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
