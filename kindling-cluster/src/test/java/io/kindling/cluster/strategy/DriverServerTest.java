package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.cluster.allreduce.Traffic;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Identity;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Secret;
import io.kindling.cluster.transport.TcpTransport;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.training.ExchangeException;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriverServerTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Served STRATEGY = Served.of(Exchange.DOWNPOUR, 1).onDriver();
  private static final Optimizer OPTIMIZER = Optimizers.sgd(1);
  private static final ParameterLayout LAYOUT =
      Network.sequential(Input.of("x", 1), Dense.of(1).withoutBias()).parameters();
  private static final Portion ALL = Portion.of(LAYOUT.views(), Set.of());

  private final Secret secret = Secret.random();
  private DriverServer server;

  @BeforeEach
  void open() throws IOException {
    server =
        DriverServer.open(
            STRATEGY,
            OPTIMIZER,
            LAYOUT,
            transport(Identity.driver("job")),
            PortRange.anyOn("127.0.0.1"),
            SOON);
  }

  @AfterEach
  void leaveNoThread() {
    server.close();
    LoopbackThreads.assertNoneLeft();
  }

  private TcpTransport transport(Identity identity) {
    return TcpTransport.of(identity, secret, LinkSecurity.ENCRYPTED);
  }

  private LinkedCenter link(Identity identity) throws LinkException {
    return new LinkedCenter(
        new Messages(
            transport(identity).connect(server.address(), Party.driver(), Deadline.after(SOON)),
            new Traffic(),
            SOON),
        ALL);
  }

  private LinkedCenter join(int worker, int generation) throws Exception {
    LinkedCenter center = link(Identity.worker("job", worker));
    center.greet(generation, 2);
    return center;
  }

  private static void begin(LinkedCenter center, float weight) throws ExchangeException {
    float[] parameters = new float[LAYOUT.size()];
    parameters[0] = weight;
    center.begin(new Beginning(ALL, parameters, OPTIMIZER.init(0), 0));
  }

  private static float weight(LinkedCenter center) throws ExchangeException {
    float[] all = new float[LAYOUT.size()];
    center.pull(all, (values, from, length) -> {});
    return all[0];
  }

  private static void add(LinkedCenter center, float number) throws ExchangeException {
    float[] all = new float[LAYOUT.size()];
    all[0] = number;
    center.push(new Numbers(all, List.of()));
  }

  /** As where a worker is lost: those who are left begin anew, and what was pushed is gone. */
  @Test
  void takesOrdersFromTheFirstThatGivesThem() throws Exception {
    try (LinkedCenter first = join(1, 1);
        LinkedCenter second = join(2, 1)) {
      begin(first, 3);
      assertThatThrownBy(() -> begin(second, 7)).isInstanceOf(ExchangeException.class);
      assertThatThrownBy(() -> begin(first, 7)).isInstanceOf(ExchangeException.class);
    }
    try (LinkedCenter first = join(1, 2);
        LinkedCenter second = join(2, 2)) {
      begin(first, 3);
      assertThat(weight(second)).isEqualTo(3);
      assertThatThrownBy(() -> second.slot(0)).isInstanceOf(ExchangeException.class);
      assertThat(weight(first)).isEqualTo(3);
    }
  }

  @Test
  void aNewGenerationEndsTheOneBeforeAndBeginsAnew() throws Exception {
    try (LinkedCenter first = join(4, 1);
        LinkedCenter second = join(5, 1)) {
      begin(first, 3);
      add(second, 1);
      assertThat(weight(first)).isEqualTo(4);
      try (LinkedCenter next = join(4, 2)) {
        begin(next, 3);
        assertThat(weight(next)).isEqualTo(3);
        assertThatThrownBy(() -> weight(second))
            .isInstanceOf(ExchangeException.class)
            .hasMessageContaining("the parameter server of the driver")
            .hasMessageContaining("failed after 1 pushes")
            .hasMessageEndingWith("Workers go on from where they agreed last.");
        try (LinkedCenter late = join(6, 1)) {
          assertThatThrownBy(() -> weight(late)).isInstanceOf(ExchangeException.class);
        }
        assertThat(weight(next)).isEqualTo(3);
      }
    }
  }

  @Test
  void letsNobodyInWhoIsNoWorkerOfTheJob() throws Exception {
    assertThatThrownBy(() -> link(Identity.worker("another", 4)))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("another job");
    try (LinkedCenter rank = link(Identity.driver("job"))) {
      assertThatThrownBy(
              () -> {
                rank.greet(1, 2);
                weight(rank);
              })
          .isInstanceOf(ExchangeException.class);
    }
  }

  /** Nothing is read as parameters that is not as long as they are. */
  @Test
  void refusesToBeginWithWhatItsOptimizerDoesNotHave() throws Exception {
    try (LinkedCenter center = join(4, 1)) {
      Beginning wrong =
          new Beginning(ALL, new float[LAYOUT.size()], Optimizers.adam(1).init(LAYOUT.size()), 0);
      assertThatThrownBy(() -> center.begin(wrong)).isInstanceOf(ExchangeException.class);
    }
  }

  @Test
  void whoeverWaitsIsToldThatItCloses() throws Exception {
    try (LinkedCenter center = join(4, 1)) {
      begin(center, 1);
      assertThat(weight(center)).isEqualTo(1);
      server.close();
      assertThatThrownBy(() -> weight(center)).isInstanceOf(ExchangeException.class);
    }
  }
}
