/**
 * How ranks meet, link and agree: sockets and threads, no Spark, no TensorFlow.
 *
 * <p>Meeting, moving, summing and agreeing are four packages: {@code rendezvous} tells every rank
 * where the others are, {@code transport} moves frames between two of them, {@code allreduce} turns
 * their arrays into one sum, and {@code strategy} has workers go apart and agree now and then.
 */
module io.kindling.cluster {
  requires transitive io.kindling.core;
  requires org.slf4j;
  requires static com.amazon.corretto.crypto.provider;

  exports io.kindling.cluster.allreduce;
  exports io.kindling.cluster.rendezvous;
  exports io.kindling.cluster.strategy;
  exports io.kindling.cluster.transport;
}
