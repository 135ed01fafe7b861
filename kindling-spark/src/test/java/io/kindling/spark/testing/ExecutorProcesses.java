package io.kindling.spark.testing;

import java.util.List;

/** The executors that this JVM has started, in JVMs of their own. */
public final class ExecutorProcesses {

  private ExecutorProcesses() {}

  /** Those that live, in no order. */
  public static List<ProcessHandle> living() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().commandLine().orElse("").contains("--executor-id"))
        .toList();
  }
}
