package io.kindling.spark.checkpoint;

import java.io.Serializable;

/**
 * Where and how often a training leaves checkpoints.
 *
 * @param folder on any file system Hadoop knows: the one that {@code checkpointDir} names, until
 *     the training has its own in it
 * @param kept how many of the newest are kept, beside that of the best epoch
 */
public record Checkpointing(String folder, CheckpointInterval interval, int kept)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** After every pass: seldom enough to cost nothing, often enough to lose little. */
  public static final String DEFAULT_INTERVAL = "1 epoch";

  /** The newest, and one before it in case it is damaged later. */
  public static final int DEFAULT_KEPT = 2;

  /** In another folder. */
  public Checkpointing in(String newFolder) {
    return new Checkpointing(newFolder, interval, kept);
  }

  /** Whether a text says how far apart checkpoints are. */
  public static boolean isInterval(String text) {
    return CheckpointInterval.parse(text).isPresent();
  }
}
