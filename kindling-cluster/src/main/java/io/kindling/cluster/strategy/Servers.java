package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.strategy.Neighbours.Place;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Transport;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.training.ExchangeException;
import io.kindling.training.GradientForm;
import io.kindling.training.Served;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameter servers of a generation, as one of its workers sees them: each worker serves some
 * of the arrays, or each of those that only serve; those in the same process are reached in memory.
 * Or one server in the driver has all of them.
 */
public final class Servers implements AutoCloseable {

  private final ParameterLayout layout;
  private final List<Portion> portions;
  private final List<SharedParameters> shared = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<Charge> charge = Optional.empty();

  /** What this worker has the charge of. */
  private record Charge(CenterCharge center, Portion portion) {}

  /**
   * @param portions of all parameters, by server
   */
  private Servers(ParameterLayout layout, List<Portion> portions) {
    this.layout = layout;
    this.portions = portions;
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
      TrainingProgram program,
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
        program,
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
      TrainingProgram program,
      Membership members,
      Transport transport,
      PortRange ports,
      AllReduce allReduce,
      Deadline deadline,
      Duration timeout,
      Neighbours neighbours)
      throws ExchangeException {
    int rank = members.rank();
    Servers servers =
        new Servers(
            program.network().parameters(),
            portions(strategy, optimizer, program, members.worldSize()));
    try {
      String name = "The parameter server of " + describe(members);
      Center own = new Center(strategy, optimizer, members.worldSize(), name, timeout);
      servers.charge = Optional.of(new Charge(own, servers.portions.get(rank)));
      Place place = new Place(members.job(), members.generation(), rank);
      neighbours.add(place, own);
      servers.open.add(() -> neighbours.remove(place));
      Listener listener = transport.listen(ports);
      servers.open.add(
          new CenterServer(
              own,
              listener,
              members.worldSize() - 1,
              allReduce.traffic(),
              timeout,
              transport.self().party().threadName("server")));
      double[] listening = new double[members.worldSize()];
      listening[rank] = listener.address().port();
      double[] all = allReduce.sum(listening, 0);
      // Each begins with its own, so that workers who exchange at the same time do not meet. But
      // where a server has the fastest wait, all come to the servers in one order: each would wait
      // at its own for the others.
      int first = strategy.bounds().maxLead() == Served.ANY ? rank : 0;
      for (int i = 0; i < all.length; i++) {
        int each = (first + i) % all.length;
        if (servers.portions.get(each).denseSize() == 0
            && servers.portions.get(each).ownTables().isEmpty()) {
          continue;
        }
        Optional<Center> here = neighbours.at(new Place(members.job(), members.generation(), each));
        if (here.isPresent()) {
          servers.shared.add(new NeighbouringCenter(here.get(), Party.rank(rank)));
          continue;
        }
        Address address = new Address(members.addresses().get(each).host(), (int) all[each]);
        Link link = transport.connect(address, Party.rank(each), deadline);
        servers.add(link, servers.portions.get(each), allReduce, timeout);
      }
      return servers;
    } catch (IOException e) {
      servers.close();
      throw unlinked(members, e);
    } catch (ExchangeException | RuntimeException | Error e) {
      servers.close();
      throw e;
    }
  }

  /**
   * Links this worker to the server of all arrays in the driver, which rank 0 has begin.
   *
   * @param transport of the worker, whatever the generation
   * @param address where a {@link DriverServer} listens
   */
  public static Servers onDriver(
      Served strategy,
      Optimizer optimizer,
      TrainingProgram program,
      Membership members,
      Transport transport,
      Address address,
      AllReduce allReduce,
      Deadline deadline,
      Duration timeout)
      throws ExchangeException {
    Servers servers =
        new Servers(program.network().parameters(), portions(strategy, optimizer, program, 1));
    try {
      Portion all = servers.portions.get(0);
      Link link = transport.connect(address, Party.driver(), deadline);
      LinkedCenter center = servers.add(link, all, allReduce, timeout);
      center.greet(members.generation(), members.worldSize());
      if (members.rank() == 0) {
        servers.charge = Optional.of(new Charge(center, all));
      }
      return servers;
    } catch (IOException e) {
      servers.close();
      throw unlinked(members, e);
    } catch (ExchangeException | RuntimeException | Error e) {
      servers.close();
      throw e;
    }
  }

  private LinkedCenter add(Link link, Portion portion, AllReduce allReduce, Duration timeout) {
    LinkedCenter center =
        new LinkedCenter(new Messages(link, allReduce.traffic(), timeout), portion);
    open.add(center);
    shared.add(center);
    return center;
  }

  private static String describe(Membership members) {
    return "rank " + members.rank() + " in generation " + members.generation();
  }

  private static ExchangeException unlinked(Membership members, IOException e) {
    return new ExchangeException(
        "%s failed to link to the parameter servers: %s"
            .formatted(
                Party.rank(members.rank()).capitalized() + " in generation " + members.generation(),
                e.getMessage()),
        e);
  }

  private static List<Portion> portions(
      Served strategy, Optimizer optimizer, TrainingProgram program, int servers) {
    ParameterLayout layout = program.network().parameters();
    ExchangeRule rule = ExchangeRule.of(strategy.exchange());
    Set<String> byRows =
        rule.tables(GradientForm.of(program, optimizer)).stream()
            .map(View::name)
            .collect(Collectors.toSet());
    int first = strategy.learners(servers) % servers; // of those that serve: 0 where all do
    List<List<View>> dealt = new ArrayList<>(Collections.nCopies(first, List.of()));
    dealt.addAll(
        rule.needsOneServer(optimizer)
            ? toTheFirst(layout, servers - first)
            : deal(layout, servers - first));
    return dealt.stream().map(views -> Portion.of(views, byRows)).toList();
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

  /** Has the server begin that this worker has the charge of, if any. */
  void begin(float[] parameters, OptimizerState state, long updates) throws ExchangeException {
    if (charge.isPresent()) {
      Portion portion = charge.get().portion();
      float[][] slots = Arrays.stream(state.slots()).map(portion::of).toArray(float[][]::new);
      charge
          .get()
          .center()
          .begin(
              new Beginning(portion, portion.of(parameters), new OptimizerState(slots), updates));
    }
  }

  void epochEnded(List<Double> losses) {
    charge.ifPresent(each -> each.center().epochEnded(losses));
  }

  /** Takes all arrays, each as its server has it. */
  void pull(float[] into, ParameterMirror mirror) throws ExchangeException {
    for (SharedParameters each : shared) {
      each.pull(into, mirror);
    }
  }

  /** Offers a change of all arrays to their servers. */
  List<SharedParameters.Answer> push(Numbers offered) throws ExchangeException {
    List<SharedParameters.Answer> answers = new ArrayList<>();
    for (SharedParameters each : shared) {
      answers.add(each.push(offered));
    }
    return answers;
  }

  /** Tells that this worker has no more to send before all agree. */
  void rest() throws ExchangeException {
    for (SharedParameters each : shared) {
      each.rest();
    }
  }

  /**
   * What the optimizers of all servers remember, on every worker.
   *
   * @param slots of the optimizer
   */
  OptimizerState slots(int slots, AllReduce allReduce, long step) throws ExchangeException {
    float[][] all = new float[slots][layout.size()];
    for (int slot = 0; slot < slots; slot++) {
      if (charge.isPresent()) {
        charge.get().portion().spread(charge.get().center().slot(slot), all[slot]);
      }
      allReduce.sum(all[slot], step);
    }
    return new OptimizerState(all);
  }

  @Override
  public void close() {
    IllegalStateException failure = null;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("Failed to close " + each, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
