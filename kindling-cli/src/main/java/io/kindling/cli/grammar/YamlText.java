package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads YAML as a tree with the line of every value.
 *
 * <p>Words without quotes are what the core schema of YAML 1.2 takes them for: {@code yes} and
 * {@code 12:30} are texts, {@code 1e-3} is a number.
 */
public final class YamlText {

  /** Deeper than any document is meant to be; an alias may contain itself. */
  private static final int DEEPEST = 64;

  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern NUMBER =
      Pattern.compile("(?=.*[.eE])[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,3})?");

  private final Mistakes mistakes;
  private final Map<String, Integer> lines = new HashMap<>();

  private YamlText(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Reads a document; of an empty one, nothing is given.
   *
   * @param mistakes takes fields that stand twice
   * @throws InvalidDocumentException where the text is no YAML
   */
  public static Place read(String text, Mistakes mistakes) {
    YamlText reader = new YamlText(mistakes);
    Node root = null;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      mistakes.add(reader.place("", e.getProblemMark()), "it is no YAML: " + e.getProblem() + ".");
      mistakes.throwIfAny();
    }
    JsonNode value = root == null ? MissingNode.getInstance() : reader.value(root, "", 0);
    return new Place("", 1, value, Map.copyOf(reader.lines));
  }

  private Place place(String path, Mark mark) {
    return new Place(path, mark.getLine() + 1, MissingNode.getInstance(), lines);
  }

  private JsonNode value(Node node, String path, int depth) {
    lines.putIfAbsent(path, node.getStartMark().getLine() + 1);
    if (depth > DEEPEST) {
      mistakes.add(place(path, node.getStartMark()), "it is nested too deeply.");
      return MissingNode.getInstance();
    }
    if (node instanceof MappingNode mapping) {
      return object(mapping, path, depth);
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (Node item : sequence.getValue()) {
        array.add(value(item, path + "[" + array.size() + "]", depth + 1));
      }
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private ObjectNode object(MappingNode mapping, String path, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      String name =
          tuple.getKeyNode() instanceof ScalarNode key
              ? key.getValue()
              : tuple.getKeyNode().toString();
      String child = path.isEmpty() ? name : path + "." + name;
      Mark mark = tuple.getKeyNode().getStartMark();
      if (object.has(name)) {
        mistakes.add(
            place(child, mark),
            "it stands there twice; the first is in line " + lines.get(child) + ".");
      }
      lines.put(child, mark.getLine() + 1);
      object.set(name, value(tuple.getValueNode(), child, depth + 1));
    }
    return object;
  }

  private static JsonNode scalar(ScalarNode node) {
    String text = node.getValue();
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (node.getScalarStyle() != ScalarStyle.PLAIN) {
      return make.textNode(text);
    }
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> make.nullNode();
      case "true", "True", "TRUE" -> make.booleanNode(true);
      case "false", "False", "FALSE" -> make.booleanNode(false);
      default -> number(text);
    };
  }

  private static JsonNode number(String text) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (WHOLE.matcher(text).matches()) {
      BigInteger whole = new BigInteger(text);
      if (whole.bitLength() < Integer.SIZE) {
        return make.numberNode(whole.intValue());
      }
      return whole.bitLength() < Long.SIZE
          ? make.numberNode(whole.longValue())
          : make.numberNode(whole);
    }
    return NUMBER.matcher(text).matches()
        ? make.numberNode(new BigDecimal(text).doubleValue())
        : make.textNode(text);
  }
}
