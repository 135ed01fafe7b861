package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.training.ExchangeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one worker's center to the workers of other processes, on a thread per link. */
final class CenterServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CenterServer.class);

  private final Center center;
  private final Listener listener;
  private final int others;
  private final Traffic traffic;
  private final Duration timeout;
  private final NamedWorker accepting;

  // Guarded by this.
  private final List<Link> links = new ArrayList<>();
  private final List<NamedWorker> serving = new ArrayList<>();
  private boolean isClosed;

  /**
   * Begins to serve; owns the listener.
   *
   * @param others how many workers will link
   * @param traffic counts what is served
   * @param timeout for a message to come and go, once it has begun
   */
  CenterServer(
      Center center,
      Listener listener,
      int others,
      Traffic traffic,
      Duration timeout,
      String name) {
    this.center = center;
    this.listener = listener;
    this.others = others;
    this.traffic = traffic;
    this.timeout = timeout;
    this.accepting = NamedWorker.start(name, () -> accept(name));
  }

  private void accept(String name) {
    for (int i = 0; i < others; i++) {
      Link link;
      try {
        link = listener.accept(Deadline.after(timeout));
      } catch (LinkException e) {
        LOG.debug("No further worker links to {}.", name, e); // whoever failed to has said so
        return;
      }
      synchronized (this) {
        if (isClosed) {
          link.close();
          return;
        }
        links.add(link);
        serving.add(NamedWorker.start(name + "-" + link.peer().number(), () -> serve(link)));
      }
    }
  }

  private void serve(Link link) {
    Messages messages = new Messages(link, traffic, timeout);
    try (link) {
      serve(messages);
    } catch (IOException e) {
      LOG.debug("A parameter server no longer serves {}.", link.describePeer(), e);
    }
  }

  private void serve(Messages messages) throws IOException {
    try {
      new LinkedWorker(center, messages, Optional.empty()).serve();
    } catch (ExchangeException e) {
      messages.abort(e.getMessage());
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    List<NamedWorker> threads;
    synchronized (this) {
      isClosed = true;
      links.forEach(Link::close);
      threads = List.copyOf(serving);
    }
    center.close();
    listener.close();
    accepting.close();
    threads.forEach(NamedWorker::close);
  }
}
