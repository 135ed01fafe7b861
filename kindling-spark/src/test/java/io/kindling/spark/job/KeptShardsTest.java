package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.local.LocalSession;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;

class KeptShardsTest {

  private static final int SHARDS = 2;

  /** Serializable pieces, a shard to a partition. */
  private static JavaRDD<ShardPiece> shards(StorageLevel level) {
    ShardTable table = new ShardTable(SHARDS, 1_000);
    List<ShardPiece> pieces = new ArrayList<>(table.shard(0));
    pieces.addAll(table.shard(1).subList(0, table.shard(0).size()));
    JavaRDD<ShardPiece> shards =
        JavaSparkContext.fromSparkContext(LocalSession.get().sparkContext())
            .parallelize(pieces, SHARDS)
            .persist(level);
    assertThat(shards.count()).isEqualTo(pieces.size());
    return shards;
  }

  private static List<ShardPiece> read(KeptShards kept, int shard) {
    List<ShardPiece> read = new ArrayList<>();
    Iterator<ShardPiece> pieces = kept.pieces(shard);
    pieces.forEachRemaining(read::add);
    return read;
  }

  @Test
  void givesTheVeryBlocksThatSparkHasInMemory() {
    JavaRDD<ShardPiece> shards = shards(StorageLevel.MEMORY_AND_DISK());
    KeptShards kept = new KeptShards(shards.rdd().id());

    for (int shard = 0; shard < SHARDS; shard++) {
      assertThat(kept.isInMemory(shard)).isTrue();
      List<ShardPiece> first = read(kept, shard);
      List<ShardPiece> again = read(kept, shard);
      assertThat(first).hasSizeGreaterThan(2).hasSameSizeAs(again);
      for (int i = 0; i < first.size(); i++) {
        assertThat(first.get(i).rows()).isSameAs(again.get(i).rows());
      }
    }
    shards.unpersist(true);
  }

  @Test
  void readsFromTheDiskWhatIsThere() {
    JavaRDD<ShardPiece> shards = shards(StorageLevel.DISK_ONLY());
    KeptShards kept = new KeptShards(shards.rdd().id());

    assertThat(kept.isInMemory(1)).isFalse();
    List<ShardPiece> expected = new ShardTable(SHARDS, 1_000).shard(0);
    List<ShardPiece> read = read(kept, 0);
    assertThat(read.stream().map(piece -> piece.rows().rows()))
        .isEqualTo(expected.stream().map(piece -> piece.rows().rows()).toList());
    assertThat(read.stream().map(ShardPiece::isForValidation))
        .isEqualTo(expected.stream().map(ShardPiece::isForValidation).toList());
    shards.unpersist(true);
  }

  @Test
  void computesNothingThatNobodyKeeps() {
    JavaRDD<ShardPiece> shards = shards(StorageLevel.MEMORY_AND_DISK());
    KeptShards kept = new KeptShards(shards.rdd().id());
    shards.unpersist(true);

    assertThat(kept.isInMemory(0)).isFalse();
    assertThatThrownBy(() -> kept.pieces(0))
        .isInstanceOf(LostShardException.class)
        .hasMessageStartingWith("Shard 0 is lost");
  }
}
