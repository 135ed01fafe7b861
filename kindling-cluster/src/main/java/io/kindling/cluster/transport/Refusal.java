package io.kindling.cluster.transport;

/** Why one party does not take a link from another that knows the secret. */
enum Refusal {
  NONE(0),
  VERSION(1),
  SECURITY(2),
  JOB(3),
  GENERATION(4),
  PARTY(5);

  private final int code;

  Refusal(int code) {
    this.code = code;
  }

  /** The number that stands for it on the wire. */
  int code() {
    return code;
  }

  /** The reason as a sentence, for the end that was refused. */
  String explain(Claims mine, Claims theirs) {
    return switch (this) {
      case NONE -> "Nothing is wrong.";
      case VERSION ->
          "It speaks protocol version "
              + theirs.version()
              + ", this side "
              + mine.version()
              + ". Use one Kindling release on all machines.";
      case SECURITY ->
          "Its links are "
              + theirs.security()
              + ", this side's "
              + mine.security()
              + ". Set both alike.";
      case JOB -> "It belongs to another job.";
      case GENERATION ->
          "It is in generation "
              + theirs.generation()
              + " of the job, this side in "
              + mine.generation()
              + ".";
      case PARTY -> "It is " + theirs.from() + ", not " + mine.to() + ".";
    };
  }
}
