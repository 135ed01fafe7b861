package io.kindling.architecture.util;

/** Breaks a rule on purpose: it lies in a drawer. */
public final class Drawer {
  private Drawer() {}
}
