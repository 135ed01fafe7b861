package io.kindling.cluster.rendezvous;

/** Hears, on a thread of the rendezvous, what cannot wait until a worker asks. Returns at once. */
public interface GenerationListener {

  /**
   * The generation has no future: close the links that training waits on. What is to be done next
   * is asked for.
   *
   * @param generation this one and all before it
   */
  void onOver(int generation, String why);

  /** The worker must end: the driver says so, or is gone. Called at most once. */
  void onStop(String reason);
}
