package io.kindling.cluster.rendezvous;

/**
 * What a worker is asked to do next.
 *
 * @param generation the generation it is about
 * @param rank its rank in it
 * @param worldSize ranks in it
 * @param text why, in words
 */
public record Call(Kind kind, int generation, int rank, int worldSize, String text) {

  /** What can be asked for. */
  public enum Kind {
    /** To be a rank of a new generation. */
    FORM,
    /** To hand over the result: training is done. */
    DELIVER,
    /** To end; nothing of what it has is needed. */
    STOP
  }
}
