package io.kindling.cluster.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.transport.Address;
import io.kindling.training.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that come, go and do as chance has it: what holds whatever happens. */
class RosterSimulationTest {

  private static final int SEQUENCES = 1500;
  private static final int EVENTS = 60;

  /** More than the moves any roster needs to come to rest. */
  private static final int MOST_MOVES = 60;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 2, 4", "2, 2, 2", "2, 3, 5", "3, 3, 3", "3, 4, 4"})
  void comesToRestInATrainingOrAtTheEndWhateverHappens(int least, int wanted, int most) {
    int trained = 0;
    int finished = 0;
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      long seed = 1_000_003L * sequence + 100L * least + 10L * wanted + most;
      Simulation simulation = new Simulation(new WorldLimits(least, wanted, most), seed);
      for (int event = 0; event < EVENTS && !simulation.gaveUp; event++) {
        simulation.happen();
      }
      simulation.comeToRest();
      trained += simulation.isTraining() ? 1 : 0;
      finished += simulation.roster.isFinished() ? 1 : 0;
    }
    assertThat(trained).as("sequences that end in a training").isPositive();
    assertThat(finished).as("sequences that end with a result").isPositive();
  }

  private static final class Simulation implements Roster.Orders {
    private final WorldLimits limits;
    private final SplittableRandom random;
    private final String name;
    private final List<String> log = new ArrayList<>();
    private final Roster roster;
    private long now;
    private int started;
    private boolean gaveUp;

    /** Who is there, and the generation each was called for last; 0 for none. */
    private final Map<Integer, Integer> calledFor = new TreeMap<>();

    private final Map<Integer, Long> steps = new HashMap<>();
    private final Set<Integer> isReady = new HashSet<>();
    private final Set<Integer> trains = new HashSet<>();

    // The newest generation, as it was ordered.
    private int generation;
    private int worldSize;
    private final List<Integer> ranks = new ArrayList<>();
    private final Set<Integer> announced = new HashSet<>();

    Simulation(WorldLimits limits, long seed) {
      this.limits = limits;
      this.random = new SplittableRandom(seed);
      this.name = "seed " + seed + " with " + limits;
      this.roster = new Roster(limits, this);
    }

    void happen() {
      switch (random.nextInt(15)) {
        case 0, 1 -> join(started++);
        case 2 -> someone(this::leave);
        case 3 ->
            someone(
                number -> {
                  leave(number);
                  join(number);
                });
        case 4, 5, 6, 7 -> someone(this::answer);
        case 8 ->
            someone(
                number -> {
                  log.add("broken " + number);
                  roster.broken(number, calledFor.get(number), "chance", now);
                });
        case 9 ->
            someone(
                number -> {
                  if (trains.contains(number)) {
                    log.add("done " + number);
                    roster.done(number, calledFor.get(number), now);
                  }
                });
        case 10 ->
            someone(
                number -> {
                  if (random.nextInt(3) == 0) {
                    log.add("retire " + number);
                    roster.retire(number, now);
                  }
                });
        case 11 -> {
          log.add("renew");
          roster.renew("chance", now);
        }
        case 12 ->
            someone(
                number -> {
                  if (!trains.contains(number)) {
                    log.add("lacks " + number);
                    roster.lacks(number, calledFor.get(number));
                  }
                });
        case 13 ->
            someone(
                number -> {
                  steps.merge(number, 1L, Long::sum);
                  roster.heard(
                      number, new Beat(steps.get(number), "training", random.nextBoolean(), 0));
                });
        default -> pass(Duration.ofMillis(random.nextInt(5000)));
      }
    }

    /** Nobody comes or goes any more, and everyone does as told. */
    void comeToRest() {
      int before = -1;
      roster.renew("rows that were lacking are there", now);
      for (int moves = 0; before != generation || !isAtRest(); moves++) {
        assertThat(moves).as("%s: moves without rest; %s", name, log).isLessThan(MOST_MOVES);
        before = generation;
        oneMove();
      }
      for (int i = 0; i < 5 && !gaveUp; i++) {
        oneMove();
      }
      assertThat(generation).as("%s: %s", name, log).isEqualTo(before);
      assertThat(isAtRest()).as("%s: %s", name, log).isTrue();
    }

    private void oneMove() {
      for (int number : List.copyOf(calledFor.keySet())) {
        roster.heard(number, new Beat(1, "training", false, 0));
        answer(number);
      }
      pass(Roster.SETTLE);
    }

    private boolean isAtRest() {
      return gaveUp || roster.isFinished() || isTraining() || calledFor.size() < limits.least();
    }

    /** Whether all ranks know of each other, none has gone or is done, and none is to be called. */
    boolean isTraining() {
      return !ranks.isEmpty() && !roster.isFinished() && trains.containsAll(ranks);
    }

    private void someone(IntConsumer event) {
      List<Integer> there = List.copyOf(calledFor.keySet());
      if (!there.isEmpty()) {
        event.accept(there.get(random.nextInt(there.size())));
      }
    }

    private void join(int number) {
      log.add("join " + number);
      calledFor.put(number, 0);
      roster.joined(new Newcomer(number, random.nextInt(6), "e", "host"), now);
    }

    private void leave(int number) {
      log.add("lose " + number);
      calledFor.remove(number);
      trains.remove(number);
      isReady.remove(number);
      roster.gone(number, "chance", now);
    }

    private void answer(int number) {
      if (calledFor.get(number) > 0 && !trains.contains(number)) {
        log.add("ready " + number + " for " + calledFor.get(number));
        if (calledFor.get(number) == generation) {
          isReady.add(number);
        }
        long step = steps.getOrDefault(number, -1L);
        roster.ready(
            number, calledFor.get(number), new Address("host", 1 + number), new Position(step, 0));
      }
    }

    private void pass(Duration time) {
      log.add("pass " + time);
      now += time.toNanos();
      roster.tick(now);
    }

    @Override
    public void form(int number, int of, int rank, int size, String why) {
      log.add("-> form " + of + ": " + number + " is " + rank + " of " + size);
      check(calledFor.containsKey(number), "someone who has gone is called");
      check(size >= limits.least() && size <= limits.most(), "a world of " + size);
      if (rank == 0) {
        check(ranks.size() == worldSize, "a generation was formed by half");
        check(of == generation + 1, "generation " + of + " follows " + generation);
        generation = of;
        worldSize = size;
        ranks.clear();
        isReady.clear();
        announced.clear();
      }
      check(of == generation && size == worldSize, "two generations are formed at once");
      check(rank == ranks.size(), "rank " + rank + " follows " + ranks.size() + " others");
      check(!ranks.contains(number), "someone has two ranks");
      ranks.add(number);
      calledFor.put(number, of);
      trains.remove(number);
    }

    @Override
    public void over(int number, int of, String why) {
      log.add("-> over " + of + ": " + number);
      check(calledFor.containsKey(number), "someone who has gone is told that it is over");
      check(of <= generation, "a generation is over that was not formed");
      trains.remove(number);
    }

    @Override
    public void world(int number, int of, List<Address> addresses, List<Position> positions) {
      log.add("-> world " + of + ": " + number);
      check(of == generation, "an earlier world is announced");
      check(ranks.size() == worldSize, "a world is announced that is formed by half");
      check(isReady.containsAll(ranks), "a world is announced before all are ready");
      check(calledFor.keySet().containsAll(ranks), "a world is announced with one who has gone");
      check(announced.add(number) && ranks.contains(number), "a world is announced to a stranger");
      check(
          addresses.equals(ranks.stream().map(each -> new Address("host", 1 + each)).toList()),
          "addresses are not those of the ranks");
      check(positions.size() == worldSize, "positions are not those of the ranks");
      trains.add(number);
    }

    @Override
    public void deliver(int number) {
      log.add("-> deliver " + number);
      check(calledFor.containsKey(number), "someone who has gone is to deliver");
      check(ranks.contains(number), "someone without a rank is to deliver");
    }

    @Override
    public void giveUp(String why) {
      log.add("-> give up");
      gaveUp = true;
    }

    private void check(boolean holds, String what) {
      assertThat(holds).as("%s: %s; %s", name, what, log).isTrue();
    }
  }
}
