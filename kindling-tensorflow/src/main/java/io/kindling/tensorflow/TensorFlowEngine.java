package io.kindling.tensorflow;

import io.kindling.engine.Engine;
import io.kindling.engine.EngineProvider;
import io.kindling.engine.Objective;
import io.kindling.engine.Program;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Network;
import java.util.List;

/**
 * Computes networks with TensorFlow, in this process.
 *
 * <p>Operations run in the thread that calls a program and spread over as many threads as the
 * engine has. TensorFlow keeps these threads for the whole process, so that the first engine's
 * number holds for all; a later engine that wants another number says so in the log and takes the
 * first one's. With one thread, programs can be called from many threads of the caller's at once
 * and each keeps to its own.
 */
public final class TensorFlowEngine implements Engine {

  private final Hardware hardware;
  private final NativeScope memory = new NativeScope();

  private TensorFlowEngine(Hardware hardware) {
    this.hardware = hardware;
  }

  private static TensorFlowEngine withThreads(ProcessThreads threads) {
    return new TensorFlowEngine(new Hardware(threads, List.of()));
  }

  /** An engine whose operations use up to this many threads each. */
  public static TensorFlowEngine withThreads(int threads) {
    return withThreads(ProcessThreads.decide(threads));
  }

  /** An engine whose operations use every core this process may use. */
  public static TensorFlowEngine withAllCores() {
    return withThreads(Runtime.getRuntime().availableProcessors());
  }

  /** An engine with the threads an earlier engine decided, or with every core. */
  public static TensorFlowEngine withProcessThreads() {
    return withThreads(ProcessThreads.decided());
  }

  /**
   * This engine on graphics processors. The first session of a process decides which it sees.
   *
   * @param gpus numbers as CUDA counts them
   */
  public TensorFlowEngine onGpus(List<Integer> gpus) {
    return new TensorFlowEngine(new Hardware(hardware.threads(), gpus));
  }

  /** Threads per operation: the number asked for, or the one an earlier engine decided. */
  public int threads() {
    return hardware.threads().count();
  }

  /** What this engine's programs hold at this moment; nothing, once all is closed. */
  public NativeScope memory() {
    return memory;
  }

  @Override
  public Program compile(Network network) {
    NativeLibrary.prepare();
    return TensorFlowProgram.of(network, memory, hardware);
  }

  @Override
  public TrainingProgram compile(Objective objective) {
    NativeLibrary.prepare();
    return TensorFlowTrainingProgram.of(objective, memory, hardware);
  }

  @Override
  public String toString() {
    return "TensorFlow with " + hardware.threads().count() + " threads, " + memory;
  }

  /** Makes these engines for those who do not know them. */
  public static final class Provider implements EngineProvider {

    /** For the service loader. */
    public Provider() {}

    @Override
    public Engine engine(int threads, List<Integer> gpus) {
      TensorFlowEngine engine = threads == 0 ? withProcessThreads() : withThreads(threads);
      return gpus.isEmpty() ? engine : engine.onGpus(gpus);
    }
  }
}
