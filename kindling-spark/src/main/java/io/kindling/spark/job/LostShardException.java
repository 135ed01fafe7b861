package io.kindling.spark.job;

final class LostShardException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  LostShardException(int shard) {
    super("Shard " + shard + " is lost: no executor keeps its rows any more.");
  }
}
