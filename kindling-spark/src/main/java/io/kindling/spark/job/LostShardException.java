package io.kindling.spark.job;

/**
 * Nobody keeps a shard any more: its executor is gone, or Spark gave its block up. The shard has to
 * be made anew, on the driver's word; a worker cannot.
 */
final class LostShardException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final int shard;

  LostShardException(int shard) {
    super("Shard " + shard + " is lost: no executor keeps its rows any more.");
    this.shard = shard;
  }

  int shard() {
    return shard;
  }
}
