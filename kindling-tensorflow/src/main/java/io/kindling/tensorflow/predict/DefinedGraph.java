package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code GraphDef} as it is written: nodes and functions with their bytes, not their attributes.
 * Reading one checks that what its tensors declare agrees with what they hold.
 *
 * @param nodes by name, in the file's order
 * @param functions by name
 * @param versions the serialized {@code VersionDef}; empty where there is none
 */
record DefinedGraph(
    Map<String, DefinedNode> nodes, Map<String, DefinedFunction> functions, ByteBuffer versions) {

  /** Names of kinds of operations repeat, and are kept once. */
  private static final class Reader {
    private final WireBudget budget;
    private final Map<String, String> operations = new LinkedHashMap<>();
    private int count;

    Reader(WireBudget budget) {
      this.budget = budget;
    }

    DefinedGraph graph(WireMessage message) {
      Map<String, DefinedNode> nodes = new LinkedHashMap<>();
      Map<String, DefinedFunction> functions = new LinkedHashMap<>();
      ByteBuffer versions = ByteBuffer.allocate(0);
      while (message.next()) {
        switch (message.field()) {
          case 1 -> add(node(message.message("NodeDef"), message.bytes()), nodes);
          case 2 -> library(message.message("FunctionDefLibrary"), functions);
          case 4 -> versions = message.bytes();
          default -> {}
        }
      }
      return new DefinedGraph(nodes, functions, versions);
    }

    private void add(DefinedNode node, Map<String, DefinedNode> nodes) {
      if (nodes.put(node.name(), node) != null) {
        throw budget.refused(
            Finding.Kind.CONTENT, "a graph or function has two operations " + node);
      }
    }

    private void library(WireMessage message, Map<String, DefinedFunction> functions) {
      while (message.next()) {
        if (message.field() == 1) {
          DefinedFunction function = function(message.message("FunctionDef"), message.bytes());
          if (functions.put(function.name(), function) != null) {
            throw budget.refused(
                Finding.Kind.CONTENT,
                "the graph has two functions '" + Finding.clipped(function.name()) + "'");
          }
        }
      }
    }

    private DefinedFunction function(WireMessage message, ByteBuffer bytes) {
      String name = "";
      List<String> arguments = new ArrayList<>();
      Map<String, DefinedNode> nodes = new LinkedHashMap<>();
      while (message.next()) {
        switch (message.field()) {
          case 1 -> {
            WireMessage signature = message.message("OpDef");
            while (signature.next()) {
              if (signature.field() == 1) {
                name = signature.text();
              } else if (signature.field() == 2) {
                arguments.add(firstText(signature.message("ArgDef")));
              }
            }
          }
          case 3 -> add(node(message.message("NodeDef"), message.bytes()), nodes);
          case 5 -> {
            List<String> held = new ArrayList<>();
            mapEntry(message.message("AttrEntry"), name, held);
          }
          default -> {}
        }
      }
      return new DefinedFunction(name, List.copyOf(arguments), nodes, bytes);
    }

    private static String firstText(WireMessage message) {
      String text = "";
      while (message.next()) {
        if (message.field() == 1) {
          text = message.text();
        }
      }
      return text;
    }

    private DefinedNode node(WireMessage message, ByteBuffer bytes) {
      count++;
      if (count > budget.limits().nodes()) {
        throw budget.refused(
            Finding.Kind.COUNT,
            "the graph has more than %d operations (limit 'nodes')"
                .formatted(budget.limits().nodes()));
      }
      String name = "";
      String operation = "";
      List<String> inputs = new ArrayList<>(2);
      List<String> functions = new ArrayList<>(0);
      while (message.next()) {
        switch (message.field()) {
          case 1 -> name = message.text();
          case 2 -> operation = message.text();
          case 3 -> inputs.add(message.text());
          case 5 -> mapEntry(message.message("AttrEntry"), name, functions);
          default -> {}
        }
      }
      if (name.isEmpty() || operation.isEmpty()) {
        throw budget.refused(
            Finding.Kind.CONTENT, "operation %d of the graph has no name or kind".formatted(count));
      }
      String kept = operations.computeIfAbsent(operation, key -> key);
      return new DefinedNode(name, kept, inputs, functions, bytes);
    }

    private void mapEntry(WireMessage message, String node, List<String> functions) {
      boolean hasValue = false;
      while (message.next()) {
        if (message.field() == 2) {
          requireOne(hasValue, node);
          hasValue = true;
          attribute(message.message("AttrValue"), node, functions);
        }
      }
    }

    /** Protobuf joins values that are given twice, into one that nobody has checked. */
    private void requireOne(boolean hasValue, String node) {
      if (hasValue) {
        throw budget.refused(
            Finding.Kind.CONTENT,
            "an attribute of operation '%s' has two values".formatted(Finding.clipped(node)));
      }
    }

    private void attribute(WireMessage message, String node, List<String> functions) {
      boolean hasValue = false;
      while (message.next()) {
        requireOne(hasValue, node);
        hasValue = true;
        switch (message.field()) {
          case 1 -> list(message.message("ListValue"), node, functions);
          case 8 -> TensorCheck.check(message.message("TensorProto"), node);
          case 10 -> function(message.message("NameAttrList"), node, functions);
          default -> {}
        }
      }
    }

    private void list(WireMessage message, String node, List<String> functions) {
      while (message.next()) {
        switch (message.field()) {
          case 8 -> TensorCheck.check(message.message("TensorProto"), node);
          case 9 -> function(message.message("NameAttrList"), node, functions);
          default -> {}
        }
      }
    }

    private void function(WireMessage message, String node, List<String> functions) {
      while (message.next()) {
        switch (message.field()) {
          case 1 -> functions.add(message.text());
          case 2 -> mapEntry(message.message("AttrEntry"), node, functions);
          default -> {}
        }
      }
    }
  }

  /**
   * Reads a graph.
   *
   * @throws io.kindling.predict.RefusedModelException if it is damaged or exceeds the limits
   */
  static DefinedGraph read(WireMessage message) {
    return new Reader(message.budget()).graph(message);
  }
}
