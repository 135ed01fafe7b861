package io.kindling.cluster.transport;

/** Takes in the links that others open to this party. */
public interface Listener extends AutoCloseable {

  /** Where it listens; the port is the one really bound. */
  Address address();

  /**
   * Returns the next link from a peer that has proved who it is; the caller closes it.
   *
   * @throws LinkException if none came before the deadline or the listener is closed
   */
  Link accept(Deadline deadline) throws LinkException;

  /** Frees the port and closes links nobody accepted; links already accepted live on. */
  @Override
  void close();
}
