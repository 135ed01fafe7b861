package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.Address;
import io.kindling.training.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who takes part in a job, and in which generation with which rank: arithmetic on what is known,
 * without threads, links or a clock of its own.
 *
 * <p>A generation is formed in two moves: its members are called, each with its rank, and give up
 * whatever they do; once all have said that they are ready, where they listen and how far they have
 * come, all are told about all. A member that goes, a round that is lost, or a newcomer there is
 * room for end the generation, and the next one is formed of those who are there: survivors keep
 * their ranks, newcomers take the places that became free, and where fewer are left than before,
 * ranks move up.
 */
final class Roster {

  /** How long training waits, before it begins, for more than the least workers. */
  static final Duration SETTLE = Duration.ofSeconds(3);

  /** How long all ranks may wait for one another without a byte coming in anywhere. */
  static final Duration STALL = Duration.ofSeconds(4);

  /** How long a member that is called may take until it is ready: it may have to read much. */
  static final Duration ANSWER = Duration.ofMinutes(30);

  /** Generations in a row that end by a failure before anyone has taken a step. */
  static final int MOST_FRUITLESS = 5;

  /** What has to be said to members. */
  interface Orders {
    void form(int number, int generation, int rank, int worldSize, String why);

    void over(int number, int generation, String why);

    void world(int number, int generation, List<Address> addresses, List<Position> positions);

    void deliver(int number);

    void giveUp(String why);
  }

  private enum Stage {
    WAITING,
    CALLED,
    READY,
    TRAINING,
    DONE
  }

  /** One worker that has joined and not gone. */
  private static final class Member {
    private final Newcomer who;
    private Stage stage = Stage.WAITING;
    private Address address;
    private Position position = Position.NONE;
    private Beat beat = Beat.FIRST;

    Member(Newcomer who) {
      this.who = who;
    }
  }

  private final WorldLimits limits;
  private final Orders orders;
  private final Map<Integer, Member> members = new TreeMap<>();

  /** Who will go soon, whether there or not: whoever joins again will still go. */
  private final Set<Integer> retired = new HashSet<>();

  private int generation;

  /** The numbers of the generation's members, by rank; those that have gone too. */
  private List<Integer> ranks = List.of();

  /** Why the generation has to be followed by another. */
  private Optional<String> ended = Optional.empty();

  private boolean isEndedByFailure;
  private boolean isFinished;
  private Optional<Integer> delivering = Optional.empty();
  private Position reached = Position.NONE;
  private int fruitless;
  private String lastWhy = "";
  private long joinedNanos;
  private Map<Integer, Beat> still = Map.of();
  private long stillNanos;
  private long formedNanos;

  Roster(WorldLimits limits, Orders orders) {
    this.limits = limits;
    this.orders = orders;
  }

  /** Someone came who was not there. */
  void joined(Newcomer who, long nowNanos) {
    members.put(who.number(), new Member(who));
    joinedNanos = nowNanos;
    proceed(nowNanos);
  }

  /** A member is no longer there. */
  void gone(int number, String why, long nowNanos) {
    Member member = members.remove(number);
    if (member == null) {
      return;
    }
    if (ranks.contains(number)) {
      end(why, true);
    }
    if (delivering.filter(each -> each == number).isPresent()) {
      delivering = Optional.empty();
      isFinished = false;
    }
    proceed(nowNanos);
  }

  /** A member will go soon: its place is given to another as soon as there is one. */
  void retire(int number, long nowNanos) {
    if (retired.add(number)) {
      proceed(nowNanos);
    }
  }

  /** A member has what it needs to be the rank it was called for. */
  void ready(int number, int of, Address address, Position position) {
    Member member = members.get(number);
    if (member == null || of != generation || member.stage != Stage.CALLED) {
      return;
    }
    member.stage = Stage.READY;
    member.address = address;
    member.position = position;
    List<Member> world = ranks.stream().map(members::get).toList();
    if (world.stream().anyMatch(each -> each == null || each.stage != Stage.READY)) {
      return;
    }
    List<Address> addresses = world.stream().map(each -> each.address).toList();
    List<Position> positions = world.stream().map(each -> each.position).toList();
    if (isFruitless(positions.stream().max(Comparator.naturalOrder()).orElseThrow())) {
      return;
    }
    isEndedByFailure = false;
    still = Map.of();
    for (Member each : world) {
      each.stage = Stage.TRAINING;
      orders.world(each.who.number(), generation, addresses, positions);
    }
  }

  private boolean isFruitless(Position best) {
    boolean isFurther = best.compareTo(reached) > 0;
    fruitless = isFurther || !isEndedByFailure ? 0 : fruitless + 1;
    reached = isFurther ? best : reached;
    if (fruitless <= MOST_FRUITLESS) {
      return false;
    }
    orders.giveUp(
        "No step was done in "
            + fruitless
            + " generations of workers in a row. The last one ended because "
            + lastWhy);
    return true;
  }

  /** What a generation lacked to become ready is there. */
  void renew(String why, long nowNanos) {
    boolean isForming =
        ranks.stream()
            .map(members::get)
            .anyMatch(
                each -> each == null || (each.stage != Stage.TRAINING && each.stage != Stage.DONE));
    if (generation > 0 && isForming) {
      end(why, false);
      proceed(nowNanos);
    }
  }

  /** A member that is called cannot become ready before the generation is renewed. */
  void lacks(int number, int of) {
    Member member = members.get(number);
    if (member != null && of == generation && member.stage == Stage.CALLED) {
      member.stage = Stage.WAITING;
    }
  }

  /** A member lost a round of its generation. */
  void broken(int number, int of, String why, long nowNanos) {
    Member member = members.get(number);
    if (member != null && of == generation && member.stage == Stage.TRAINING) {
      end(why, true);
      proceed(nowNanos);
    }
  }

  /** A member has done the plan. */
  void done(int number, int of, long nowNanos) {
    Member member = members.get(number);
    if (member != null && of == generation) {
      member.stage = Stage.DONE;
      proceed(nowNanos);
    }
  }

  /** A sign of life. */
  void heard(int number, Beat beat) {
    Member member = members.get(number);
    if (member != null) {
      member.beat = beat;
    }
  }

  /** Time passes. */
  void tick(long nowNanos) {
    Optional<Map<Integer, Beat>> waiting = allWaiting();
    if (waiting.isEmpty() || !waiting.get().equals(still)) {
      still = waiting.orElse(Map.of());
      stillNanos = nowNanos;
    } else if (nowNanos - stillNanos > STALL.toNanos()) {
      still = Map.of();
      end(
          "all ranks waited for one another in step "
              + waiting.get().values().stream().mapToLong(Beat::step).max().orElse(0)
              + " for "
              + STALL.toSeconds()
              + " s and none received a byte: a link hangs",
          true);
    }
    proceed(nowNanos);
    giveUpLateAnswers(nowNanos);
  }

  private void giveUpLateAnswers(long nowNanos) {
    List<Integer> late =
        ranks.stream()
            .filter(members::containsKey)
            .filter(number -> isLate(members.get(number)))
            .toList();
    if (late.isEmpty() || ended.isPresent() || nowNanos - formedNanos < ANSWER.toNanos()) {
      return;
    }
    orders.giveUp(
        late.stream()
                .map(number -> members.get(number))
                .map(each -> each.who + ", " + each.beat.phase())
                .toList()
            + " did not become ready for generation "
            + generation
            + " within "
            + ANSWER.toMinutes()
            + " minutes.");
  }

  private static boolean isLate(Member member) {
    return member.stage == Stage.CALLED || member.stage == Stage.WAITING;
  }

  /** The last beats of a generation that trains, if all its ranks wait for others. */
  private Optional<Map<Integer, Beat>> allWaiting() {
    Map<Integer, Beat> beats = new HashMap<>();
    for (int number : ranks) {
      Member member = members.get(number);
      boolean isWaiting =
          member != null && member.stage == Stage.TRAINING && member.beat.isExchanging();
      if (isWaiting) {
        beats.put(number, member.beat);
      } else if (member == null || member.stage != Stage.DONE) {
        return Optional.empty();
      }
    }
    return beats.isEmpty() || ranks.size() < 2 ? Optional.empty() : Optional.of(beats);
  }

  /** The rank of a member in the newest generation; empty where it has none. */
  Optional<Integer> rankOf(int number) {
    int rank = ranks.indexOf(number);
    return rank < 0 ? Optional.empty() : Optional.of(rank);
  }

  int generation() {
    return generation;
  }

  boolean isFinished() {
    return isFinished;
  }

  /** Members that are there, with a rank or without. */
  List<Newcomer> present() {
    return members.values().stream().map(each -> each.who).toList();
  }

  /** How many places wait for someone, so that training can go on, or with all it may have. */
  int missing(int of) {
    long usable = members.keySet().stream().filter(each -> !retired.contains(each)).count();
    return (int) Math.max(0, of - usable);
  }

  private void end(String why, boolean isFailure) {
    lastWhy = why;
    isEndedByFailure |= isFailure;
    ended = Optional.of(why);
  }

  private void proceed(long nowNanos) {
    if (isFinished || finish()) {
      return;
    }
    if (generation > 0 && ended.isEmpty() && hasRoom()) {
      end("there are other workers for it now", false);
    }
    if (generation > 0 && ended.isEmpty()) {
      return;
    }
    List<Integer> next = nextRanks();
    if (next.size() >= needed(nowNanos)) {
      form(next, nowNanos);
    } else {
      halt();
    }
  }

  /** Training is done when all have done it who are left, or one has it whole and others fail. */
  private boolean finish() {
    List<Member> left = ranks.stream().map(members::get).filter(each -> each != null).toList();
    Optional<Member> first = left.stream().filter(each -> each.stage == Stage.DONE).findFirst();
    boolean all = left.stream().allMatch(each -> each.stage == Stage.DONE);
    if (first.isEmpty() || !(all || ended.isPresent())) {
      return false;
    }
    isFinished = true;
    delivering = Optional.of(first.get().who.number());
    orders.deliver(first.get().who.number());
    return true;
  }

  /** Whether another generation would have other members than this one, which trains. */
  private boolean hasRoom() {
    boolean isTraining =
        ranks.stream()
            .map(members::get)
            .allMatch(each -> each != null && each.stage == Stage.TRAINING);
    return isTraining && !nextRanks().equals(ranks);
  }

  private int needed(long nowNanos) {
    boolean isSettled = nowNanos - joinedNanos >= SETTLE.toNanos();
    return generation > 0 || isSettled ? limits.least() : limits.wanted();
  }

  private List<Integer> nextRanks() {
    List<Integer> chosen = chosen();
    List<Integer> newcomers = chosen.stream().filter(each -> !ranks.contains(each)).toList();
    Iterator<Integer> coming = newcomers.iterator();
    List<Integer> next = new ArrayList<>();
    for (int number : ranks) {
      if (chosen.contains(number)) {
        next.add(number);
      } else if (coming.hasNext()) {
        next.add(coming.next());
      }
    }
    coming.forEachRemaining(next::add);
    return next;
  }

  /** Those with a rank, then others by their places; of those that will go only the needed ones. */
  private List<Integer> chosen() {
    List<Integer> staying = inOrder(number -> !retired.contains(number));
    List<Integer> going = inOrder(retired::contains);
    int lacking = Math.max(0, limits.least() - staying.size()); // better those than none
    List<Integer> chosen =
        new ArrayList<>(staying.subList(0, Math.min(limits.most(), staying.size())));
    chosen.addAll(going.subList(0, Math.min(lacking, going.size())));
    return chosen;
  }

  private List<Integer> inOrder(Predicate<Integer> which) {
    return members.values().stream()
        .sorted(
            Comparator.comparing((Member each) -> !ranks.contains(each.who.number()))
                .thenComparing(each -> Math.max(0, ranks.indexOf(each.who.number())))
                .thenComparing(each -> each.who.place())
                .thenComparing(each -> each.who.number()))
        .map(each -> each.who.number())
        .filter(which)
        .toList();
  }

  private void form(List<Integer> next, long nowNanos) {
    formedNanos = nowNanos;
    String why = ended.orElse("it is the first");
    generation++;
    ended = Optional.empty();
    for (int number : ranks) {
      if (!next.contains(number) && members.containsKey(number)) {
        members.get(number).stage = Stage.WAITING;
        orders.over(number, generation - 1, why);
      }
    }
    ranks = next;
    for (int rank = 0; rank < next.size(); rank++) {
      members.get(next.get(rank)).stage = Stage.CALLED;
      orders.form(next.get(rank), generation, rank, next.size(), why);
    }
  }

  /** Too few to go on: those who are left are told, and wait. */
  private void halt() {
    for (int number : ranks) {
      Member member = members.get(number);
      boolean waitsForOthers =
          member != null && (member.stage == Stage.TRAINING || member.stage == Stage.READY);
      if (waitsForOthers) {
        member.stage = Stage.CALLED; // and ready for nothing until it is called again
        orders.over(number, generation, ended.orElse(""));
      }
    }
  }
}
