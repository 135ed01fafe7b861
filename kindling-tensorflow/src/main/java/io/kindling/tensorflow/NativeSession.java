package io.kindling.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphImportGraphDef;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GraphOperationByName;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import io.kindling.engine.EngineException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_ImportGraphDefOptions;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.RunOptions;

/**
 * A graph that can be run, straight through TensorFlow's C interface.
 *
 * <p>TensorFlow-Java's own session resolves names, allocates and registers a dozen objects in each
 * run. A step of a small network takes less than a millisecond, so here everything that does not
 * change from run to run is made once, in a {@link SessionCall}.
 */
final class NativeSession implements AutoCloseable {

  /** What TensorFlow says of a lookup outside of a table. */
  private static final Pattern LOOKUP =
      Pattern.compile("indices\\[[0-9,]*\\] = (-?[0-9]+) is not in \\[0, ([0-9]+)\\)");

  private final TF_Graph graph;
  private final TF_Session session;
  private final TF_Buffer runOptions;

  /** Copies {@code source}, which can be closed afterwards. */
  @SuppressWarnings("try") // the scope frees what is made in it
  static NativeSession of(Graph source, Hardware hardware) {
    try (PointerScope scope = new PointerScope()) {
      return new NativeSession(TF_Buffer.newBufferFromString(source.toGraphDef()), hardware);
    }
  }

  /**
   * Makes the graph of its definition, which can be freed afterwards.
   *
   * @throws EngineException if TensorFlow refuses it
   */
  @SuppressWarnings("try") // the scope frees what is made in it
  NativeSession(TF_Buffer definition, Hardware hardware) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Graph copy = TF_Graph.newGraph();
      TF_GraphImportGraphDef(
          copy, definition, TF_ImportGraphDefOptions.newImportGraphDefOptions(), status);
      check(status, "import the graph");
      TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
      byte[] config = hardware.toConfig().toByteArray();
      TF_SetConfig(options, new BytePointer(config), config.length, status);
      check(status, "set the number of threads and the GPUs");
      TF_Session opened = TF_Session.newSession(copy, options, status);
      check(status, "open a session");
      if (hardware.hasGpus() && !seesGpu(opened, status)) {
        throw new EngineException(hardware.howToSeeGpus());
      }
      // -1: the operations run in the caller's thread, without a queue between them.
      TF_Buffer run =
          TF_Buffer.newBufferFromString(RunOptions.newBuilder().setInterOpThreadPool(-1).build());
      graph = copy.retainReference();
      session = opened.retainReference();
      runOptions = run.retainReference();
    }
  }

  private static boolean seesGpu(TF_Session session, TF_Status status) {
    TF_DeviceList devices = TF_SessionListDevices(session, status);
    check(status, "list the devices");
    try {
      for (int i = 0; i < TF_DeviceListCount(devices); i++) {
        if (TF_DeviceListType(devices, i, status).getString().equals("GPU")) {
          return true;
        }
      }
      return false;
    } finally {
      TF_DeleteDeviceList(devices);
    }
  }

  TF_Session handle() {
    return session;
  }

  TF_Buffer runOptions() {
    return runOptions;
  }

  TF_Graph graph() {
    return graph;
  }

  /** Prepares runs that feed and fetch these; the caller closes it before this session. */
  SessionCall call(List<? extends Output<?>> feeds, List<? extends Output<?>> fetches) {
    return new SessionCall(this, outputs(feeds), feeds.size(), outputs(fetches), fetches.size());
  }

  private TF_Output outputs(List<? extends Output<?>> outputs) {
    TF_Output array = new TF_Output(Math.max(1, outputs.size()));
    for (int i = 0; i < outputs.size(); i++) {
      TF_Operation operation = TF_GraphOperationByName(graph, outputs.get(i).op().name());
      array.position(i).oper(operation).index(outputs.get(i).index());
    }
    return array.position(0);
  }

  static void check(TF_Status status, String action) {
    if (TF_GetCode(status) != TF_OK) {
      String message = TF_Message(status).getString();
      Matcher lookup = LOOKUP.matcher(message);
      throw new EngineException(
          lookup.find()
              ? "Failed to %s: a row holds the whole number %s where the network looks up one of 0 to %d. Give the Embedding a vocabulary as large as the numbers, or correct the column."
                  .formatted(action, lookup.group(1), Long.parseLong(lookup.group(2)) - 1)
              : "Failed to " + action + ". TensorFlow says: " + message);
    }
  }

  @Override
  public void close() {
    session.releaseReference();
    graph.releaseReference();
    runOptions.releaseReference();
  }
}
