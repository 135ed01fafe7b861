package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import io.kindling.training.ShardedRows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.reflect.ClassTag$;

/** Stand-in until the store is merged. */
final class WorkerRows implements AutoCloseable {
  private final WorkerOrder order;
  private final Map<Integer, Shard> held = new HashMap<>();

  WorkerRows(WorkerOrder order) {
    this.order = order;
  }

  void hold(Set<Integer> shards) {
    held.keySet().retainAll(shards);
    for (int shard : shards) {
      if (!held.containsKey(shard)) {
        Option<BlockResult> block =
            SparkEnv.get()
                .blockManager()
                .<Shard>get(
                    new RDDBlockId(order.shards().id(), shard),
                    ClassTag$.MODULE$.apply(Shard.class));
        if (block.isEmpty()) {
          throw new LostShardException(shard);
        }
        held.put(shard, (Shard) block.get().data().next());
      }
    }
  }

  ShardedRows training() {
    Map<Integer, List<RowBlock>> rows = new HashMap<>();
    held.forEach((shard, each) -> rows.put(shard, each.training()));
    return new HeldRows(order.training(), rows);
  }

  ShardedRows validation() {
    Map<Integer, List<RowBlock>> rows = new HashMap<>();
    held.forEach((shard, each) -> rows.put(shard, each.validation()));
    return new HeldRows(order.validation(), rows);
  }

  @Override
  public void close() {}
}
