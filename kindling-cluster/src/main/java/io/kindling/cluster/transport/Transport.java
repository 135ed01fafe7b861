package io.kindling.cluster.transport;

import java.io.IOException;

/** Opens links for one party of one job. Holds nothing open itself. */
public interface Transport {

  /** On whose behalf links are opened. */
  Identity self();

  /** Starts to listen; the caller closes the listener. */
  Listener listen(PortRange ports) throws IOException;

  /**
   * Opens a link; the caller closes it.
   *
   * @param peer who must be found at the address
   * @throws LinkException if nobody answers before the deadline, or someone else does
   */
  Link connect(Address address, Party peer, Deadline deadline) throws LinkException;
}
