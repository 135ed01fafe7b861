package io.kindling.spark.stage;

/**
 * Answers {@code uid()} while a superclass constructor runs.
 *
 * <p>Spark's prediction types make their params in their own constructors, and a param asks its
 * parent for its uid before any field of a Java subclass exists. So a stage's constructor parks the
 * uid here, in its arguments, and takes it away at its end: the one thread-local of the product
 * besides the executor's models.
 */
final class UidUnderConstruction {

  private static final ThreadLocal<String> UID = new ThreadLocal<>();

  private UidUnderConstruction() {}

  /** Parks a uid; returns it, for use in {@code this(begin(uid), …)}. */
  static UidUnderConstruction begin(String uid) {
    UID.set(uid);
    return new UidUnderConstruction();
  }

  static String current() {
    return UID.get();
  }

  /** Takes the uid away. */
  String end() {
    String uid = UID.get();
    UID.remove();
    return uid;
  }
}
