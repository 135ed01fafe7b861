package io.kindling.spark.job;

import java.util.Iterator;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The shards that Spark keeps, straight from its block managers: this executor's, else another's.
 *
 * <p>Not through {@code RDD.iterator}, which would compute a shard that nobody keeps: the job of a
 * worker does not know the shuffle behind it, and a fetch that fails in it is none that Spark's
 * scheduler can put right.
 *
 * @param rdd the number of the persisted RDD whose partitions are the shards
 */
record KeptShards(int rdd) implements ShardSource {

  @Override
  public Iterator<ShardPiece> pieces(int shard) {
    Option<BlockResult> block =
        blocks().<ShardPiece>get(new RDDBlockId(rdd, shard), ShardRdd.pieces());
    if (block.isEmpty()) {
      throw new LostShardException(shard);
    }
    Iterator<Object> pieces = CollectionConverters.asJava(block.get().data());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public ShardPiece next() {
        return (ShardPiece) pieces.next();
      }
    };
  }

  @Override
  public boolean isInMemory(int shard) {
    Option<BlockStatus> status = blocks().getStatus(new RDDBlockId(rdd, shard));
    return status.isDefined() && status.get().memSize() > 0;
  }

  private static BlockManager blocks() {
    return SparkEnv.get().blockManager();
  }
}
