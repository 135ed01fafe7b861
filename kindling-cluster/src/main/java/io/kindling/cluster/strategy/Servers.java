package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.strategy.Neighbours.Place;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Transport;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The parameter servers of a generation, as one of its workers sees them: each worker serves some
 * of the arrays, those of workers in the same process are reached in memory.
 */
public final class Servers implements AutoCloseable {

  private final ParameterLayout layout;
  private final Neighbours neighbours;
  private final Place place;
  private final Center own;
  private final CenterServer server;
  private final List<SharedParameters> shared;

  private Servers(
      ParameterLayout layout,
      Neighbours neighbours,
      Place place,
      Center own,
      CenterServer server,
      List<SharedParameters> shared) {
    this.layout = layout;
    this.neighbours = neighbours;
    this.place = place;
    this.own = own;
    this.server = server;
    this.shared = shared;
  }

  /**
   * Begins to serve, and links this worker to the servers of all others, who do so at the same
   * time.
   *
   * @param ports where this worker's server may listen
   * @param allReduce over the same workers; borrowed
   * @param deadline for the links to stand
   * @param timeout for any message
   */
  public static Servers link(
      Served strategy,
      Optimizer optimizer,
      ParameterLayout layout,
      Membership members,
      Transport transport,
      PortRange ports,
      AllReduce allReduce,
      Deadline deadline,
      Duration timeout)
      throws ExchangeException {
    return link(
        strategy,
        optimizer,
        layout,
        members,
        transport,
        ports,
        allReduce,
        deadline,
        timeout,
        Neighbours.HERE);
  }

  /**
   * @param neighbours whom this worker reaches in memory
   */
  static Servers link(
      Served strategy,
      Optimizer optimizer,
      ParameterLayout layout,
      Membership members,
      Transport transport,
      PortRange ports,
      AllReduce allReduce,
      Deadline deadline,
      Duration timeout,
      Neighbours neighbours)
      throws ExchangeException {
    int rank = members.rank();
    List<List<View>> dealt =
        strategy.exchange() == Exchange.GRADIENTS && optimizer.needsWholeUpdate()
            ? toTheFirst(layout, members.worldSize())
            : deal(layout, members.worldSize());
    ParameterLayout mine = layout.only(dealt.get(rank));
    Center own = new Center(strategy, optimizer, mine, members.worldSize(), timeout);
    Place place = new Place(members.job(), members.generation(), rank);
    neighbours.add(place, own);
    try {
      Listener listener = transport.listen(ports);
      CenterServer server =
          new CenterServer(
              own,
              listener,
              members.worldSize() - 1,
              layout.size(),
              allReduce.traffic(),
              timeout,
              transport.self().party().threadName("server"));
      List<SharedParameters> shared = new ArrayList<>();
      Servers servers = new Servers(layout, neighbours, place, own, server, shared);
      try {
        double[] listening = new double[members.worldSize()];
        listening[rank] = listener.address().port();
        double[] all = allReduce.sum(listening, 0);
        for (int each = 0; each < all.length; each++) {
          Address address = new Address(members.addresses().get(each).host(), (int) all[each]);
          shared.add(
              servers.see(each, address, dealt.get(each), transport, allReduce, deadline, timeout));
        }
        return servers;
      } catch (IOException | ExchangeException | RuntimeException e) {
        servers.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      neighbours.remove(place);
      throw e;
    } catch (IOException e) {
      neighbours.remove(place);
      throw new ExchangeException(
          "Rank " + rank + " failed to link to the parameter servers: " + e.getMessage(), e);
    }
  }

  private SharedParameters see(
      int rank,
      Address address,
      List<View> views,
      Transport transport,
      AllReduce allReduce,
      Deadline deadline,
      Duration timeout)
      throws LinkException {
    Optional<Center> here = neighbours.at(new Place(place.job(), place.generation(), rank));
    if (here.isPresent()) {
      return here.get().seen();
    }
    Link link = transport.connect(address, Party.rank(rank), deadline);
    return new LinkedCenter(new Messages(link, views, allReduce.traffic(), timeout));
  }

  /** The arrays of each server: the largest first, each to the one that has the least. */
  static List<List<View>> deal(ParameterLayout layout, int servers) {
    List<List<View>> dealt = new ArrayList<>();
    long[] sizes = new long[servers];
    for (int i = 0; i < servers; i++) {
      dealt.add(new ArrayList<>());
    }
    List<View> largest = new ArrayList<>(layout.views());
    largest.sort(Comparator.comparingInt(View::size).reversed());
    for (View view : largest) {
      int least = 0;
      for (int i = 1; i < servers; i++) {
        least = sizes[i] < sizes[least] ? i : least;
      }
      sizes[least] += view.size();
      dealt.get(least).add(view);
    }
    dealt.forEach(views -> views.sort(Comparator.comparingInt(View::offset)));
    return dealt;
  }

  /** All arrays to one server, for optimizers whose steps need the norm of all. */
  private static List<List<View>> toTheFirst(ParameterLayout layout, int servers) {
    List<List<View>> dealt = new ArrayList<>();
    dealt.add(layout.views());
    while (dealt.size() < servers) {
      dealt.add(List.of());
    }
    return dealt;
  }

  /** Begins to serve this worker's arrays. */
  void begin(float[] parameters, OptimizerState state, long updates) {
    own.begin(parameters, state, updates);
  }

  void use(Optimizer optimizer) {
    own.use(optimizer);
  }

  /** Takes all arrays, each as its server has it. */
  void pull(float[] into) throws ExchangeException {
    for (SharedParameters each : shared) {
      each.pull(into);
    }
  }

  /** Offers a change of all arrays to their servers. */
  List<SharedParameters.Answer> push(float[] values) throws ExchangeException {
    List<SharedParameters.Answer> answers = new ArrayList<>();
    for (SharedParameters each : shared) {
      answers.add(each.push(values));
    }
    return answers;
  }

  /** What the optimizers of all servers remember, on every worker. */
  OptimizerState slots(AllReduce allReduce, long step) throws ExchangeException {
    float[][] slots = new float[own.slots()][layout.size()];
    for (int slot = 0; slot < slots.length; slot++) {
      own.pullSlot(slot, slots[slot]);
      allReduce.sum(slots[slot], step);
    }
    return new OptimizerState(slots);
  }

  @Override
  public void close() {
    neighbours.remove(place);
    shared.forEach(
        each -> {
          if (each instanceof LinkedCenter linked) {
            linked.close();
          }
        });
    server.close();
  }
}
