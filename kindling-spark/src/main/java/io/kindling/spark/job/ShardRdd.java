package io.kindling.spark.job;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** One shard per partition, preferably made on the executor whose worker will hold it. */
final class ShardRdd extends RDD<Shard> {

  private static final long serialVersionUID = 1;

  private final transient Placement placement;

  ShardRdd(RDD<Tuple2<Integer, ShardPiece>> dealt, Placement placement) {
    super(dealt, ClassTag$.MODULE$.apply(Shard.class));
    this.placement = placement;
  }

  @Override
  public Iterator<Shard> compute(Partition split, TaskContext context) {
    java.util.Iterator<Tuple2<Integer, ShardPiece>> dealt =
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
    return CollectionConverters.asScala(List.of(Shard.of(pieces)).iterator());
  }

  @Override
  public Partition[] getPartitions() {
    return parent().partitions();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return CollectionConverters.asScala(placement.executorOf(split.index()).asPreference()).toSeq();
  }

  private RDD<Tuple2<Integer, ShardPiece>> parent() {
    return firstParent(ClassTag$.MODULE$.apply(Tuple2.class));
  }
}
