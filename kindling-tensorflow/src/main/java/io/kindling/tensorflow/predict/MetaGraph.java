package io.kindling.tensorflow.predict;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kindling.predict.Finding;
import io.kindling.predict.wire.WireMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;

/**
 * A {@code MetaGraphDef}: a graph and how it is restored, initialized and called.
 *
 * @param tags by which it is chosen among several
 * @param producer the version of TensorFlow that wrote it; empty where nothing is said
 * @param saver how variables are restored; the default instance where there are none
 * @param signatures by name, sorted, without those that are no ways to call the model
 * @param initialization operations to run after variables are restored
 * @param assets names of files in {@code assets/}, by the tensor that takes the path
 */
record MetaGraph(
    Set<String> tags,
    String producer,
    DefinedGraph graph,
    SaverDef saver,
    Map<String, SignatureDef> signatures,
    List<String> initialization,
    Map<String, String> assets) {

  private static final String INIT_SIGNATURE = "__saved_model_init_op";
  private static final String TRAIN_SIGNATURE = "__saved_model_train_op";
  private static final List<String> INIT_COLLECTIONS =
      List.of("saved_model_main_op", "legacy_init_op");
  private static final String ASSETS = "saved_model_assets";

  /** Parses a part that is small, and whose length and depth are known to be within the limits. */
  private interface Parser<T> {
    T parse(ByteBuffer bytes) throws InvalidProtocolBufferException;
  }

  /** Reads tags and producer alone. */
  static Set<String> tags(WireMessage message) {
    Set<String> tags = new TreeSet<>();
    while (message.next()) {
      if (message.field() == 1) {
        WireMessage info = message.message("MetaInfoDef");
        while (info.next()) {
          if (info.field() == 4) {
            tags.add(info.text());
          }
        }
      }
    }
    return tags;
  }

  /**
   * Reads all.
   *
   * @throws io.kindling.predict.RefusedModelException if it is damaged or exceeds the limits
   */
  static MetaGraph read(WireMessage message) {
    Set<String> tags = new TreeSet<>();
    String producer = "";
    DefinedGraph graph = new DefinedGraph(Map.of(), Map.of(), ByteBuffer.allocate(0));
    SaverDef saver = SaverDef.getDefaultInstance();
    Map<String, SignatureDef> signatures = new TreeMap<>();
    Map<String, CollectionDef> collections = new HashMap<>();
    Map<String, String> assets = new LinkedHashMap<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> {
          WireMessage info = message.message("MetaInfoDef");
          while (info.next()) {
            if (info.field() == 4) {
              tags.add(info.text());
            } else if (info.field() == 5) {
              producer = "TensorFlow " + Finding.clipped(info.text());
            }
          }
        }
        case 2 -> graph = DefinedGraph.read(message.message("GraphDef"));
        case 3 -> saver = parse(message, SaverDef::parseFrom);
        case 4 -> {
          WireMessage entry = message.message("CollectionEntry");
          String key = "";
          while (entry.next()) {
            if (entry.field() == 1) {
              key = entry.text();
            } else if (entry.field() == 2
                && (INIT_COLLECTIONS.contains(key) || key.equals(ASSETS))) {
              // Others, such as what a training queue needs, are of no use here.
              collections.put(key, parse(entry, CollectionDef::parseFrom));
            }
          }
        }
        case 5 -> {
          WireMessage entry = message.message("SignatureEntry");
          String key = "";
          while (entry.next()) {
            if (entry.field() == 1) {
              key = entry.text();
            } else if (entry.field() == 2) {
              signatures.put(key, parse(entry, SignatureDef::parseFrom));
            }
          }
        }
        case 6 -> addAsset(parse(message, AssetFileDef::parseFrom), assets);
        default -> {}
      }
    }
    if (assets.isEmpty() && collections.containsKey(ASSETS)) {
      for (com.google.protobuf.Any any : collections.get(ASSETS).getAnyList().getValueList()) {
        try {
          addAsset(AssetFileDef.parseFrom(any.getValue()), assets);
        } catch (InvalidProtocolBufferException e) {
          throw damaged(message, e);
        }
      }
    }
    List<String> initialization = initialization(signatures, collections);
    signatures.remove(INIT_SIGNATURE);
    signatures.remove(TRAIN_SIGNATURE);
    return new MetaGraph(tags, producer, graph, saver, signatures, initialization, assets);
  }

  private static void addAsset(AssetFileDef asset, Map<String, String> assets) {
    assets.put(asset.getTensorInfo().getName(), asset.getFilename());
  }

  private static List<String> initialization(
      Map<String, SignatureDef> signatures, Map<String, CollectionDef> collections) {
    SignatureDef signature = signatures.get(INIT_SIGNATURE);
    if (signature != null && signature.containsOutputs(INIT_SIGNATURE)) {
      return List.of(signature.getOutputsOrThrow(INIT_SIGNATURE).getName());
    }
    for (String collection : INIT_COLLECTIONS) {
      if (collections.containsKey(collection)) {
        return new ArrayList<>(collections.get(collection).getNodeList().getValueList());
      }
    }
    return List.of();
  }

  private static <T> T parse(WireMessage at, Parser<T> parser) {
    try {
      return parser.parse(at.bytes());
    } catch (InvalidProtocolBufferException e) {
      throw damaged(at, e);
    }
  }

  private static RuntimeException damaged(WireMessage at, InvalidProtocolBufferException cause) {
    RuntimeException refused =
        at.budget().refused(Finding.Kind.CONTENT, "a part cannot be read: " + cause.getMessage());
    refused.initCause(cause);
    return refused;
  }

  /** Whether there are variables to restore. */
  boolean hasVariables() {
    return !saver.getRestoreOpName().isEmpty();
  }
}
