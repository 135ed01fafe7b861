package io.kindling.spark.job;

import java.util.Iterator;

/** Where the pieces of shards are kept. */
interface ShardSource {

  /**
   * The pieces of a shard in their order. They are to be read to their end.
   *
   * @throws LostShardException if nobody keeps them
   */
  Iterator<ShardPiece> pieces(int shard);

  /**
   * Whether the pieces are in this process's memory already, so that to hold them takes no more.
   */
  boolean isInMemory(int shard);
}
