package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cluster.rendezvous.Membership;
import io.kindling.cluster.transport.Address;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Listener;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.PortRange;
import io.kindling.cluster.transport.Transport;
import io.kindling.training.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RankLinksTest {

  private final List<Transport> transports = Wiring.IN_MEMORY.transports(4);
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Address> addresses = new ArrayList<>();

  @AfterEach
  void closeListeners() {
    listeners.forEach(Listener::close);
  }

  @Test
  void namesThePartnerThatDoesNotComeAndClosesTheLinksOfOthers() throws Exception {
    listen();
    Link ofPrevious = linkToRank0From(3);
    Link ofPartner = linkToRank0From(2);

    assertThatThrownBy(this::connectRank0)
        .isInstanceOf(LinkException.class)
        .hasMessageMatching(
            "Rank 0 waited \\d+ ms for rank 1 \\(.+\\) to join the ring of generation 1\\.");
    for (Link link : List.of(ofPrevious, ofPartner)) {
      assertThatThrownBy(() -> link.receive(Deadline.after(Duration.ofSeconds(5))))
          .hasMessageContaining("closed its link");
    }
  }

  @Test
  void dropsASecondLinkOfTheSameRank() throws Exception {
    listen();
    linkToRank0From(2);
    Link second = linkToRank0From(2);

    assertThatThrownBy(this::connectRank0).hasMessageContaining("for rank 3 (");
    assertThatThrownBy(() -> second.receive(Deadline.after(Duration.ofSeconds(5))))
        .hasMessageContaining("closed its link");
  }

  private void listen() throws Exception {
    for (Transport transport : transports) {
      Listener listener = transport.listen(PortRange.anyOn("127.0.0.1"));
      listeners.add(listener);
      addresses.add(listener.address());
    }
  }

  private Link linkToRank0From(int rank) throws LinkException {
    return transports
        .get(rank)
        .connect(addresses.get(0), Party.rank(0), Deadline.after(Duration.ofSeconds(5)));
  }

  private RankLinks connectRank0() throws LinkException {
    Membership membership =
        new Membership("job", 1, 0, addresses, Collections.nCopies(4, Position.NONE));
    return RankLinks.connect(
        transports.get(0),
        listeners.get(0),
        membership,
        List.of(0, 1, 2, 3),
        Deadline.after(Duration.ofMillis(300)));
  }
}
