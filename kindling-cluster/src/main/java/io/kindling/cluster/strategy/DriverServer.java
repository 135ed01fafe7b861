package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Role;
import io.kindling.cluster.transport.Transport;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A parameter server in the driver, for all arrays and all generations of a training.
 *
 * <p>A worker says of which generation it is. The first of a newer one ends what is served of the
 * one before; the last that goes takes the arrays of its generation with it. Rank 0 has each
 * generation begin with what its workers have agreed on, so nothing here outlives a generation, and
 * nothing is lost with the server but pushes since.
 *
 * <p>One thread, and one for each worker. Safe for use by many threads.
 */
public final class DriverServer implements AutoCloseable {

  private static final Duration ACCEPT_WAIT = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(DriverServer.class);

  private final Served strategy;
  private final Optimizer optimizer;
  private final ParameterLayout layout;
  private final Listener listener;
  private final Duration timeout;
  private final Traffic traffic = new Traffic();
  private final NamedWorker accepting;
  private volatile boolean isClosed;

  // Guarded by this.
  private final Map<Link, NamedWorker> links = new HashMap<>();
  private int newest;
  private Optional<Generation> current = Optional.empty();

  /** What is served of a generation, and to whom. */
  private static final class Generation {
    private final Center center;
    private final List<Link> links = new ArrayList<>();

    Generation(Center center) {
      this.center = center;
    }

    void close() {
      center.close();
      links.forEach(Link::close);
    }
  }

  private DriverServer(
      Served strategy,
      Optimizer optimizer,
      ParameterLayout layout,
      Listener listener,
      Duration timeout) {
    this.strategy = strategy;
    this.optimizer = optimizer;
    this.layout = layout;
    this.listener = listener;
    this.timeout = timeout;
    this.accepting = NamedWorker.start("kindling-server-driver", this::acceptUntilClosed);
  }

  /**
   * Begins to listen; the caller closes it.
   *
   * @param layout of all parameters
   * @param transport of the driver; its identity says whose workers may come
   * @param timeout for a message to come and go, once it has begun
   */
  public static DriverServer open(
      Served strategy,
      Optimizer optimizer,
      ParameterLayout layout,
      Transport transport,
      PortRange ports,
      Duration timeout)
      throws IOException {
    return new DriverServer(strategy, optimizer, layout, transport.listen(ports), timeout);
  }

  /** Where workers find it. */
  public Address address() {
    return listener.address();
  }

  private void acceptUntilClosed() {
    while (!isClosed) {
      try {
        admit(listener.accept(Deadline.after(ACCEPT_WAIT)));
      } catch (LinkException e) {
        if (e.reason() == LinkException.Reason.CLOSED && !isClosed) {
          LOG.warn("The parameter server of the driver takes in no more workers.", e);
          return;
        }
        LOG.debug("The parameter server of the driver accepted no link.", e);
      }
    }
  }

  private synchronized void admit(Link link) {
    if (isClosed || link.peer().role() != Role.WORKER) {
      link.close();
      return;
    }
    links.put(
        link,
        NamedWorker.start(
            "kindling-server-driver-worker-" + link.peer().number(), () -> serve(link)));
  }

  private void serve(Link link) {
    try (link) {
      Messages messages = new Messages(link, traffic, timeout);
      Frame hello = messages.receive(Messages.HELLO);
      Generation generation = join(link, hello.step(), hello.part());
      try {
        LinkedWorker.Charge charge = new LinkedWorker.Charge(layout, optimizer);
        new LinkedWorker(generation.center, messages, Optional.of(charge)).serve();
      } catch (ExchangeException e) {
        messages.abort(e.getMessage());
        throw e;
      } finally {
        leave(generation, link);
      }
    } catch (IOException | ExchangeException e) {
      LOG.debug("The parameter server of the driver drops {}.", link.describePeer(), e);
    } finally {
      synchronized (this) {
        links.remove(link);
      }
    }
  }

  private synchronized Generation join(Link link, long number, int workers) throws IOException {
    if (number < newest || workers < 1 || (number == newest && current.isEmpty()) || isClosed) {
      throw new IOException(
          "Generation %d of %d workers is over; the newest is %d."
              .formatted(number, workers, newest));
    }
    if (number > newest) {
      current.ifPresent(Generation::close);
      newest = Math.toIntExact(number);
      String name = "The parameter server of the driver in generation " + number;
      current =
          Optional.of(new Generation(new Center(strategy, optimizer, workers, name, timeout)));
    }
    Generation joined = current.orElseThrow();
    joined.links.add(link);
    return joined;
  }

  private synchronized void leave(Generation generation, Link link) {
    generation.links.remove(link);
    if (generation.links.isEmpty()) {
      generation.center.close();
      current = current.filter(each -> each != generation);
    }
  }

  /** Ends all links and threads and frees the port; whoever waits for it is told so. */
  @Override
  public void close() {
    List<NamedWorker> threads;
    synchronized (this) {
      isClosed = true;
      current.ifPresent(Generation::close);
      links.keySet().forEach(Link::close);
      threads = List.copyOf(links.values());
    }
    listener.close();
    accepting.close();
    threads.forEach(NamedWorker::close);
  }
}
