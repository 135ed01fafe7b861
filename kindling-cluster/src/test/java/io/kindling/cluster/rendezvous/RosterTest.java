package io.kindling.cluster.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.transport.Address;
import io.kindling.training.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTest {

  private final List<String> said = new ArrayList<>();
  private Roster roster = new Roster(new WorldLimits(2, 3, 4), new Recording());
  private long now;

  /** What members are told, in words. */
  private final class Recording implements Roster.Orders {
    @Override
    public void form(int number, int generation, int rank, int worldSize, String why) {
      said.add("form " + generation + ": " + number + " is " + rank + " of " + worldSize);
    }

    @Override
    public void over(int number, int generation, String why) {
      said.add("over " + generation + ": " + number + ", because " + why);
    }

    @Override
    public void world(
        int number, int generation, List<Address> addresses, List<Position> positions) {
      said.add("world " + generation + ": " + number + " of " + addresses.size());
    }

    @Override
    public void deliver(int number) {
      said.add("deliver " + number);
    }

    @Override
    public void giveUp(String why) {
      said.add("give up: " + why);
    }
  }

  private void limits(int least, int wanted, int most) {
    roster = new Roster(new WorldLimits(least, wanted, most), new Recording());
  }

  /** Workers whose places are their numbers. */
  private void join(int... numbers) {
    for (int number : numbers) {
      joinAt(number, number);
    }
  }

  private void joinAt(int place, int number) {
    roster.joined(new Newcomer(number, place, "e" + number, "host-" + number), now);
  }

  private void ready(long step, int... numbers) {
    for (int number : numbers) {
      readyFor(roster.generation(), step, number);
    }
  }

  private void readyFor(int generation, long step, int number) {
    Address address = new Address("host-" + number, 4000 + number);
    roster.ready(number, generation, address, new Position(step, 0));
  }

  private void lose(int number) {
    roster.gone(number, number + " is lost", now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
    roster.tick(now);
  }

  /** What was said since this was asked last. */
  private List<String> said() {
    List<String> all = List.copyOf(said);
    said.clear();
    return all;
  }

  /** Three workers that train. */
  private void trainWithThree() {
    join(0, 1, 2);
    ready(0, 0, 1, 2);
    said();
  }

  @Test
  void theFirstGenerationWaitsForTheWantedWorkers() {
    join(0, 1);
    pass(Roster.SETTLE.minusMillis(1));
    assertThat(said()).isEmpty();
    join(2);
    assertThat(said())
        .containsExactly("form 1: 0 is 0 of 3", "form 1: 1 is 1 of 3", "form 1: 2 is 2 of 3");
    assertThat(roster.generation()).isEqualTo(1);
  }

  @Test
  void theFirstGenerationMakesDoWithTheLeastOnceNobodyComesAnyMore() {
    join(0);
    pass(Roster.SETTLE);
    assertThat(said()).isEmpty();
    join(1);
    pass(Roster.SETTLE.minusMillis(1));
    assertThat(said()).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(said()).containsExactly("form 1: 0 is 0 of 2", "form 1: 1 is 1 of 2");
  }

  @Test
  void ranksFollowPlacesNotTheOrderOfComing() {
    joinAt(2, 10);
    joinAt(0, 12);
    joinAt(1, 11);
    assertThat(said())
        .containsExactly("form 1: 12 is 0 of 3", "form 1: 11 is 1 of 3", "form 1: 10 is 2 of 3");
    assertThat(roster.rankOf(11)).contains(1);
    assertThat(roster.rankOf(13)).isEmpty();
  }

  @Test
  void aWorldIsAnnouncedOnceAllOfItAreReady() {
    join(0, 1, 2);
    said();
    ready(0, 2, 0);
    assertThat(said()).isEmpty();
    ready(0, 1);
    assertThat(said()).containsExactly("world 1: 0 of 3", "world 1: 1 of 3", "world 1: 2 of 3");
  }

  @Test
  void aReadinessForAnEarlierGenerationCountsForNothing() {
    join(0, 1, 2);
    lose(2);
    said();
    readyFor(1, 0, 0);
    readyFor(1, 0, 1);
    ready(0, 0);
    assertThat(said()).isEmpty();
    ready(0, 1);
    assertThat(said()).containsExactly("world 2: 0 of 2", "world 2: 1 of 2");
  }

  @Test
  void survivorsKeepTheirRanksAndANewcomerTakesTheHole() {
    limits(3, 3, 3);
    trainWithThree();
    lose(1);
    assertThat(said())
        .containsExactly("over 1: 0, because 1 is lost", "over 1: 2, because 1 is lost");
    join(7);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 7 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void withoutANewcomerRanksMoveUp() {
    trainWithThree();
    lose(0);
    assertThat(said()).containsExactly("form 2: 1 is 0 of 2", "form 2: 2 is 1 of 2");
  }

  @Test
  void growsUpToTheMostAndKeepsTheOthersAsSpares() {
    trainWithThree();
    join(3, 4);
    assertThat(said())
        .containsExactly(
            "form 2: 0 is 0 of 4",
            "form 2: 1 is 1 of 4",
            "form 2: 2 is 2 of 4",
            "form 2: 3 is 3 of 4");
    ready(5, 0, 1, 2, 3);
    pass(Duration.ofSeconds(1));
    assertThat(said()).hasSize(4).allMatch(each -> each.startsWith("world 2"));
    assertThat(roster.rankOf(4)).isEmpty();
    lose(1);
    assertThat(said()).contains("form 3: 4 is 1 of 4");
  }

  @Test
  void doesNotGrowWhileAGenerationForms() {
    join(0, 1, 2);
    said();
    ready(0, 0, 1);
    join(3);
    assertThat(said()).isEmpty();
    ready(0, 2);
    assertThat(said()).hasSize(3).allMatch(each -> each.startsWith("world 1"));
    pass(Duration.ZERO);
    assertThat(said()).contains("form 2: 3 is 3 of 4");
  }

  @Test
  void aMemberThatJoinsAgainTakesItsRankAgainWhereTheOthersAreTooFew() {
    limits(3, 3, 3);
    trainWithThree();
    lose(1);
    said();
    join(1);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void aMemberLostWhileFormingIsFollowedByAnotherGeneration() {
    join(0, 1, 2);
    ready(0, 0);
    said();
    lose(1);
    assertThat(said()).containsExactly("form 2: 0 is 0 of 2", "form 2: 2 is 1 of 2");
    ready(0, 0, 2);
    assertThat(said()).containsExactly("world 2: 0 of 2", "world 2: 2 of 2");
  }

  @Test
  void aLostRoundIsFollowedByAnotherGenerationOfTheSame() {
    trainWithThree();
    roster.broken(1, 1, "rank 1 lost a round", now);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void aLostRoundOfAnEarlierGenerationCountsForNothing() {
    trainWithThree();
    roster.broken(1, 1, "rank 1 lost a round", now);
    said();
    roster.broken(2, 1, "rank 2 lost the same round", now);
    assertThat(said()).isEmpty();
    ready(3, 0, 1, 2);
    said();
    roster.broken(2, 1, "rank 2 lost the same round", now);
    roster.broken(9, 2, "a stranger", now);
    assertThat(said()).isEmpty();
  }

  @Test
  void theLowestRankDeliversWhenAllAreDone() {
    trainWithThree();
    roster.done(2, 1, now);
    roster.done(0, 1, now);
    assertThat(said()).isEmpty();
    assertThat(roster.isFinished()).isFalse();
    roster.done(1, 1, now);
    assertThat(said()).containsExactly("deliver 0");
    assertThat(roster.isFinished()).isTrue();
  }

  @Test
  void oneThatIsDoneDeliversWhereAnotherIsLost() {
    trainWithThree();
    roster.done(1, 1, now);
    lose(0);
    assertThat(said()).containsExactly("deliver 1");
  }

  @Test
  void oneThatIsDoneDeliversWhereTheOthersLoseARound() {
    trainWithThree();
    roster.done(2, 1, now);
    roster.broken(0, 1, "rank 0 lost a round", now);
    assertThat(said()).containsExactly("deliver 2");
    roster.broken(1, 1, "rank 1 lost the same round", now);
    join(5);
    pass(Duration.ofSeconds(60));
    assertThat(said()).isEmpty();
  }

  @Test
  void anotherDeliversWhereTheFirstIsLostMeanwhile() {
    trainWithThree();
    roster.done(0, 1, now);
    roster.done(1, 1, now);
    roster.done(2, 1, now);
    said();
    lose(0);
    assertThat(said()).containsExactly("deliver 1");
  }

  @Test
  void theRestTrainsOnWhereTheOnlyOneThatWasDoneIsLost() {
    trainWithThree();
    roster.done(0, 1, now);
    roster.broken(1, 1, "rank 1 lost a round", now);
    assertThat(said()).containsExactly("deliver 0");
    lose(0);
    assertThat(said()).containsExactly("form 2: 1 is 0 of 2", "form 2: 2 is 1 of 2");
    assertThat(roster.isFinished()).isFalse();
  }

  @Test
  void whatWasDoneInAnEarlierGenerationCountsForNothing() {
    trainWithThree();
    lose(0);
    said();
    roster.done(1, 1, now);
    roster.done(2, 1, now);
    assertThat(said()).isEmpty();
  }

  @Test
  void endsAGenerationWhoseRanksAllWaitWithoutAByte() {
    trainWithThree();
    hear(12, true, 1000);
    pass(Duration.ZERO);
    pass(Roster.STALL);
    assertThat(said()).isEmpty();
    pass(Duration.ofMillis(1));
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void isNotAlarmedWhileAByteComesIn() {
    trainWithThree();
    for (int bytes = 0; bytes < 20; bytes++) {
      hear(12, true, 1000);
      roster.heard(1, new Beat(12, "training", true, bytes));
      pass(Roster.STALL.dividedBy(2));
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void isNotAlarmedWhileOneComputes() {
    trainWithThree();
    hear(12, true, 1000);
    roster.heard(1, new Beat(12, "training", false, 1000));
    for (int i = 0; i < 20; i++) {
      pass(Roster.STALL);
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void isNotAlarmedWhileOneTrainsAlone() {
    limits(1, 1, 1);
    join(0);
    ready(0, 0);
    said();
    roster.heard(0, new Beat(12, "training", true, 0));
    pass(Roster.STALL.multipliedBy(2));
    pass(Roster.STALL.multipliedBy(2));
    assertThat(said()).isEmpty();
  }

  @Test
  void countsAStallAnewInEachGeneration() {
    trainWithThree();
    hear(12, true, 1000);
    pass(Duration.ZERO);
    pass(Roster.STALL.minusMillis(1));
    roster.broken(0, 1, "rank 0 lost a round", now);
    ready(12, 0, 1, 2);
    said();
    pass(Roster.STALL);
    assertThat(said()).isEmpty();
  }

  @Test
  void aRankThatWaitsForOneThatIsDoneIsNotWaitedForForLong() {
    trainWithThree();
    roster.done(0, 1, now);
    roster.done(1, 1, now);
    hear(12, true, 1000);
    pass(Duration.ZERO);
    pass(Roster.STALL.plusMillis(1));
    assertThat(said()).containsExactly("deliver 0");
  }

  @Test
  void whoLacksRowsOfAnEarlierGenerationIsStillCalledForThisOne() {
    join(0, 1, 2);
    lose(2);
    said();
    roster.lacks(1, 1);
    ready(0, 0, 1);
    assertThat(said()).containsExactly("world 2: 0 of 2", "world 2: 1 of 2");
  }

  @Test
  void givesUpWhereSomeoneNeverBecomesReadyThoughItSaysWhatItLacks() {
    join(0, 1, 2);
    ready(0, 0, 2);
    roster.lacks(1, 1);
    said();
    pass(Roster.ANSWER);
    assertThat(said())
        .containsExactly(
            "give up: [worker 1 (executor e1 on host-1), joining] did not become ready for generation 1 within 30"
                + " minutes.");
  }

  private void hear(long step, boolean isExchanging, long bytes) {
    for (int number = 0; number < 3; number++) {
      roster.heard(number, new Beat(step, "training", isExchanging, bytes));
    }
  }

  @Test
  void givesUpAfterGenerationsInARowWithoutAStep() {
    trainWithThree();
    for (int i = 0; i < Roster.MOST_FRUITLESS; i++) {
      roster.broken(0, roster.generation(), "the switch is on fire", now);
      ready(0, 0, 1, 2);
    }
    assertThat(said()).noneMatch(each -> each.startsWith("give up"));
    roster.broken(0, roster.generation(), "the switch is on fire", now);
    said();
    ready(0, 0, 1, 2);
    assertThat(said())
        .containsExactly(
            "give up: No step was done in "
                + (Roster.MOST_FRUITLESS + 1)
                + " generations of workers in a row. The last one ended because the switch is on fire");
  }

  @Test
  void aSingleStepIsFruitEnough() {
    trainWithThree();
    for (int step = 1; step < 3 * Roster.MOST_FRUITLESS; step++) {
      roster.broken(0, roster.generation(), "the switch is on fire", now);
      ready(step / 3, 0);
      ready(0, 1, 2);
    }
    assertThat(said()).noneMatch(each -> each.startsWith("give up"));
  }

  @Test
  void generationsThatEndForNewcomersAreNoFailures() {
    limits(1, 1, 20);
    join(0);
    for (int number = 1; number < 2 * Roster.MOST_FRUITLESS; number++) {
      for (int each = 0; each < number; each++) {
        ready(0, each);
      }
      join(number);
    }
    assertThat(said())
        .noneMatch(each -> each.startsWith("give up"))
        .contains("form 10: 9 is 9 of 10");
  }

  @Test
  void aNewcomerTakesThePlaceOfOneThatRetires() {
    limits(3, 3, 3);
    trainWithThree();
    roster.retire(1, now);
    assertThat(said()).isEmpty();
    assertThat(roster.missing(3)).isEqualTo(1);
    join(8);
    assertThat(said())
        .containsExactly(
            "over 1: 1, because there are other workers for it now",
            "form 2: 0 is 0 of 3",
            "form 2: 8 is 1 of 3",
            "form 2: 2 is 2 of 3");
    assertThat(roster.missing(3)).isZero();
  }

  @Test
  void whoeverRetiresLeavesAtOnceWhereTheLeastRemain() {
    trainWithThree();
    roster.retire(0, now);
    assertThat(said())
        .containsExactly(
            "over 1: 0, because there are other workers for it now",
            "form 2: 1 is 0 of 2",
            "form 2: 2 is 1 of 2");
  }

  @Test
  void whoeverRetiresStaysWhereTheLeastForbidIt() {
    limits(3, 3, 3);
    trainWithThree();
    roster.retire(0, now);
    roster.broken(2, 1, "rank 2 lost a round", now);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void oneNewcomerForTwoThatRetireTakesThePlaceOfOneAndTrainingGoesOn() {
    limits(3, 3, 3);
    trainWithThree();
    roster.retire(0, now);
    roster.retire(1, now);
    join(8);
    assertThat(said())
        .containsExactly(
            "over 1: 1, because there are other workers for it now",
            "form 2: 0 is 0 of 3",
            "form 2: 8 is 1 of 3",
            "form 2: 2 is 2 of 3");
    ready(4, 0, 8, 2);
    said();
    pass(Duration.ofSeconds(1));
    assertThat(said()).isEmpty();
    join(9);
    assertThat(said()).contains("form 3: 9 is 0 of 3", "form 3: 8 is 1 of 3");
  }

  @Test
  void whoeverRetiresAndJoinsAgainStillRetires() {
    limits(2, 2, 2);
    join(0, 1);
    ready(0, 0, 1);
    roster.retire(1, now);
    lose(1);
    join(1);
    ready(3, 0, 1);
    said();
    join(8);
    assertThat(said()).contains("form 3: 0 is 0 of 2", "form 3: 8 is 1 of 2");
  }

  @Test
  void aSpareThatRetiresIsTakenOnlyWhereNobodyElseIsThere() {
    limits(2, 3, 3);
    trainWithThree();
    join(3, 4);
    roster.retire(3, now);
    lose(0);
    assertThat(said()).contains("form 2: 4 is 0 of 3");
    lose(1);
    lose(2);
    assertThat(said()).contains("form 4: 4 is 0 of 2", "form 4: 3 is 1 of 2");
  }

  @Test
  void renewsAGenerationThatForms() {
    join(0, 1, 2);
    said();
    roster.renew("its rows are there again", now);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void renewsAGenerationOfWhichAllLackRows() {
    join(0, 1, 2);
    said();
    for (int number = 0; number < 3; number++) {
      roster.lacks(number, 1);
    }
    roster.renew("its rows are there again", now);
    assertThat(said())
        .containsExactly("form 2: 0 is 0 of 3", "form 2: 1 is 1 of 3", "form 2: 2 is 2 of 3");
  }

  @Test
  void leavesAGenerationAloneThatTrainsOrIsDone() {
    roster.renew("there is none", now);
    trainWithThree();
    roster.renew("its rows are there again", now);
    roster.done(0, 1, now);
    roster.renew("its rows are there again", now);
    assertThat(said()).isEmpty();
  }

  @Test
  void thoseLeftWaitWhereTheyAreTooFew() {
    trainWithThree();
    roster.broken(0, 1, "rank 0 lost a round", now);
    ready(7, 0, 1, 2);
    said();
    lose(0);
    ready(7, 1, 2);
    said();
    lose(1);
    assertThat(said()).containsExactly("over 3: 2, because 1 is lost");
    pass(Duration.ofMinutes(1));
    readyFor(3, 7, 2);
    assertThat(said()).isEmpty();
    assertThat(roster.missing(2)).isEqualTo(1);
    join(5);
    assertThat(said()).containsExactly("form 4: 5 is 0 of 2", "form 4: 2 is 1 of 2");
  }

  @Test
  void thoseWhoAreReadyAreToldToo() {
    join(0, 1, 2);
    lose(1);
    readyFor(2, 7, 0);
    said();
    lose(2);
    assertThat(said()).containsExactly("over 2: 0, because 2 is lost");
    pass(Duration.ofMinutes(1));
    assertThat(said()).isEmpty();
    join(5);
    assertThat(said()).containsExactly("form 3: 0 is 0 of 2", "form 3: 5 is 1 of 2");
  }

  @Test
  void knowsWhoIsThere() {
    trainWithThree();
    lose(1);
    lose(1);
    assertThat(roster.present()).extracting(Newcomer::number).containsExactly(0, 2);
  }
}
