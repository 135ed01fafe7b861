package io.kindling.engine;

import io.kindling.network.Network;

/** Compiles networks. Thread-safe; programs of one engine share its threads. */
public interface Engine {

  /** A program that scores; the caller closes it. */
  Program compile(Network network);

  /** A program that also gives gradients; the caller closes it. */
  TrainingProgram compile(Objective objective);
}
