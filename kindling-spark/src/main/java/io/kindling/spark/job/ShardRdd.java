package io.kindling.spark.job;

import java.util.List;
import java.util.Optional;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * One shard per partition, preferably made on the executor whose worker will hold it: a stream of
 * its pieces in their order, so that Spark can cache and spill a shard that fits into no memory.
 */
final class ShardRdd extends RDD<ShardPiece> {

  private static final long serialVersionUID = 1;

  private transient volatile Optional<Placement> placement;

  /**
   * @param dealt the pieces of a shard in each partition, in the order of their keys
   */
  ShardRdd(RDD<Tuple2<ShardKey, ShardPiece>> dealt, Placement placement) {
    super(dealt, pieces());
    this.placement = Optional.of(placement);
  }

  static ClassTag<ShardPiece> pieces() {
    return ClassTag$.MODULE$.apply(ShardPiece.class);
  }

  @Override
  public Iterator<ShardPiece> compute(Partition split, TaskContext context) {
    java.util.Iterator<Tuple2<ShardKey, ShardPiece>> dealt =
        CollectionConverters.asJava(parent().iterator(split, context));
    java.util.Iterator<ShardPiece> pieces =
        new java.util.Iterator<>() {
          @Override
          public boolean hasNext() {
            return dealt.hasNext();
          }

          @Override
          public ShardPiece next() {
            return dealt.next()._2();
          }
        };
    return CollectionConverters.asScala(pieces);
  }

  @Override
  public Partition[] getPartitions() {
    return parent().partitions();
  }

  /** Those that are made again need not wait for an executor that may be gone. */
  void placeAnywhere() {
    placement = Optional.empty();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    List<String> preferred =
        placement.map(each -> each.executorOf(split.index()).asPreference()).orElse(List.of());
    return CollectionConverters.asScala(preferred).toSeq();
  }

  private RDD<Tuple2<ShardKey, ShardPiece>> parent() {
    return firstParent(ClassTag$.MODULE$.apply(Tuple2.class));
  }
}
