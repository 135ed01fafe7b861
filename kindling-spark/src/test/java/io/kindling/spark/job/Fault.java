package io.kindling.spark.job;

import io.kindling.spark.testing.FullFileSystem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What may happen to a worker, from inside its process. */
enum Fault {
  /** The process dies at once. */
  KILL {
    @Override
    void strike(long seed) {
      signal("kill -9 " + pid());
      park(60_000);
    }
  },
  /** The process stands still; with odd seeds for longer than a gang waits for it. */
  STOP {
    @Override
    void strike(long seed) {
      long seconds = seed % 2 == 0 ? 6 : 25;
      signal("kill -STOP " + pid() + "; sleep " + seconds + "; kill -CONT " + pid());
      park(300); // the signal comes from another process
    }
  },
  /** All its connections end. */
  CUT {
    @Override
    void strike(long seed) {
      FaultyNetwork.cut();
    }
  },
  /** The connection to the next rank stays open, and nothing arrives. */
  HALF_OPEN {
    @Override
    void strike(long seed) {
      FaultyNetwork.freeze();
    }
  },
  /** It takes a second and a half for what takes others a millisecond. */
  SLOW {
    @Override
    void strike(long seed) {
      park(1500);
    }
  },
  /** A bit flips on the way to the next rank. */
  CORRUPT {
    @Override
    void strike(long seed) {
      FaultyNetwork.corrupt();
    }
  },
  /** The disk for checkpoints is full from here on. */
  DISK_FULL {
    @Override
    void strike(long seed) {
      FullFileSystem.leave(0);
    }
  },
  /** An exception in the worker. */
  EXCEPTION {
    @Override
    void strike(long seed) {
      throw new IllegalStateException("chaos");
    }
  };

  abstract void strike(long seed);

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private static void signal(String commands) {
    try {
      new ProcessBuilder("sh", "-c", commands).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static void park(long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }
}
