package io.kindling.spark.column;

import io.kindling.network.Encoding;
import io.kindling.network.NonZeros;
import io.kindling.network.TextEncoding;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.BinaryAttribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which column feeds which tensor. Checked once against a schema, before any row is read; from then
 * on the binding holds places and types only and travels with the tasks.
 *
 * <p>A column is a number or a boolean for a tensor of one element per row, an array (of arrays, of
 * arrays …) of them, an ML vector, dense or sparse, a picture of Spark's image struct, or binary,
 * whose bytes are numbers from 0 to 255; or a string or an array of strings where the tensor has an
 * encoding of texts. Numbers become the tensor's element type; where that would lose more than
 * floating-point digits, such as 1.5 for an integer tensor, reading fails.
 */
public final class ColumnBinding implements Serializable {

  private static final long serialVersionUID = 1;

  private final String owner;
  private final BoundColumn[] columns;

  private ColumnBinding(String owner, BoundColumn[] columns) {
    this.owner = owner;
    this.columns = columns;
  }

  /**
   * Binds columns of a schema.
   *
   * @param owner whoever needs the columns, as the subject of the sentences that say what is wrong:
   *     {@code NeuralClassifier}
   * @throws IllegalArgumentException naming every column that is missing or does not fit
   */
  public static ColumnBinding of(String owner, StructType schema, List<ColumnInput> inputs) {
    List<String> mismatches = new ArrayList<>();
    List<BoundColumn> bound = new ArrayList<>();
    for (ColumnInput input : inputs) {
      int ordinal = Arrays.asList(schema.fieldNames()).indexOf(input.column());
      if (ordinal < 0) {
        mismatches.add(
            "Column '%s' is missing. %s reads it as %s. The columns are %s."
                .formatted(
                    input.column(), owner, input.tensor(), Arrays.toString(schema.fieldNames())));
        continue;
      }
      DataType type = schema.apply(ordinal).dataType();
      String mismatch = mismatch(owner, input, type);
      if (mismatch == null) {
        mismatch = metadataMismatch(owner, input, schema.apply(ordinal));
      }
      if (mismatch != null) {
        mismatches.add(mismatch);
        continue;
      }
      TensorSpec tensor = input.tensor();
      bound.add(
          new BoundColumn(
              input.column(),
              ordinal,
              type,
              tensor.name(),
              tensor.type(),
              tensor.shape().dimensions(),
              input.classes(),
              input.accepted(),
              input.encoding().orElse(null),
              input.nulls(),
              input.lengths()));
    }
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    return new ColumnBinding(owner, bound.toArray(BoundColumn[]::new));
  }

  /** What is wrong with a column of this type, or null. */
  private static String mismatch(String owner, ColumnInput input, DataType type) {
    Encoding encoding = input.encoding().orElse(null);
    if (encoding instanceof TextEncoding) {
      return mismatchOfTexts(owner, input, type);
    }
    if (encoding instanceof NonZeros vectors) {
      return isVector(type)
          ? null
          : "Column '%s' has type %s. %s needs a vector of %d elements for %s. Collect numbers with VectorAssembler, or give the network an Input.of."
              .formatted(
                  input.column(), type.catalogString(), owner, vectors.size(), input.tensor());
    }
    return mismatchOfNumbers(owner, input, type);
  }

  /** What is wrong with a column of this type that is to hold texts, or null. */
  private static String mismatchOfTexts(String owner, ColumnInput input, DataType type) {
    boolean isSequence = input.tensor().shape().rank() == 1;
    DataType each = type instanceof ArrayType array ? array.elementType() : type;
    return isSequence == type instanceof ArrayType && TextReader.isText(each)
        ? null
        : "Column '%s' has type %s. %s needs %s for %s, which %s encodes. %s"
            .formatted(
                input.column(),
                type.catalogString(),
                owner,
                isSequence ? "an array of strings" : "a string",
                input.tensor(),
                input.encoding().get(),
                isSequence && type instanceof StringType
                    ? "Cut texts into words first, for example with Tokenizer."
                    : !isSequence && type instanceof ArrayType
                        ? "Give the input the length of the arrays: Input.ofTexts."
                        : "Cast it.");
  }

  /** What is wrong with a column of this type that is to hold numbers, or null. */
  private static String mismatchOfNumbers(String owner, ColumnInput input, DataType type) {
    TensorSpec tensor = input.tensor();
    Shape shape = tensor.shape();
    int size = shape.size();
    String has = "Column '%s' has type %s. ".formatted(input.column(), type.catalogString());
    if (isNumber(type)) {
      return size == 1
          ? null
          : has
              + "%s needs %d numbers per row for %s. Collect them in one column first, for example"
                  .formatted(owner, size, tensor)
              + " with VectorAssembler.";
    }
    if (isVector(type) || type instanceof BinaryType) {
      return null;
    }
    if (ImageReader.isImage(type)) {
      return shape.rank() == 3
          ? null
          : has
              + "%s needs %s, and a picture is [height, width, channels]. Give the network an input of this shape, and Flatten it there."
                  .formatted(owner, tensor);
    }
    int depth = 0;
    DataType leaf = type;
    while (leaf instanceof ArrayType array) {
      leaf = array.elementType();
      depth++;
    }
    if (depth > 0 && isNumber(leaf)) {
      return depth <= Math.max(1, shape.rank())
          ? null
          : has
              + "%s needs arrays nested at most %d deep for %s. Flatten them first, with flatten."
                  .formatted(owner, Math.max(1, shape.rank()), tensor);
    }
    String wanted =
        size == 1 ? "a number" : "a numeric array or a vector of %d numbers".formatted(size);
    if (size > 1 && leaf instanceof StringType) {
      wanted = "a numeric array or a vector";
    }
    String how =
        leaf instanceof StringType
            ? "Index the strings first, for example with StringIndexer."
            : leaf instanceof StructType
                ? "Select its fields as columns, or collect them with VectorAssembler."
                : "Cast it to a number, or leave it out.";
    return has + "%s needs %s. %s".formatted(owner, wanted, how);
  }

  /**
   * What is wrong with the length of vectors or the number of classes that earlier stages wrote
   * into the column's ML attributes, or null; most columns have none.
   */
  private static String metadataMismatch(String owner, ColumnInput input, StructField field) {
    if (isVector(field.dataType())) {
      int length = AttributeGroup.fromStructField(field).size();
      int size =
          input.encoding().orElse(null) instanceof NonZeros vectors
              ? vectors.size()
              : input.tensor().shape().size();
      return length < 0 || length == size
          ? null
          : "Column '%s' holds vectors of %d elements. %s needs %d for %s. Change the network's input, or the stages that assemble the column."
              .formatted(input.column(), length, owner, size, input.tensor());
    }
    if (input.classes() > 0 && field.dataType() instanceof NumericType) {
      int classes = classes(Attribute.fromStructField(field));
      return classes <= input.classes()
          ? null
          : "Column '%s' has %d classes. %s tells %d apart. Give the network an output per class."
              .formatted(input.column(), classes, owner, input.classes());
    }
    return null;
  }

  /** The number of values an attribute lists; 0 where it lists none. */
  private static int classes(Attribute attribute) {
    if (attribute instanceof NominalAttribute nominal) {
      return nominal.getNumValues().isDefined() ? (int) nominal.getNumValues().get() : 0;
    }
    return attribute instanceof BinaryAttribute ? 2 : 0;
  }

  /** A top-level column, whatever characters its name has. */
  public static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** The condition that a column is not null, and that no array in it has a null element. */
  public static Column holdsNoNull(StructType schema, String name) {
    Column column = column(name);
    return holdsNoNull(column, schema.apply(schema.fieldIndex(name)).dataType());
  }

  private static Column holdsNoNull(Column value, DataType type) {
    return type instanceof ArrayType array
        ? value
            .isNotNull()
            .and(functions.forall(value, each -> holdsNoNull(each, array.elementType())))
        : value.isNotNull();
  }

  static boolean isNumber(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }

  static boolean isVector(DataType type) {
    return SQLDataTypes.VectorType().equals(type);
  }

  /** Whoever needs the columns, as the subject of a sentence. */
  public String owner() {
    return owner;
  }

  /** The tensors that are fed, in the order in which they were asked for. */
  public List<TensorSpec> tensors() {
    return Arrays.stream(columns).map(BoundColumn::spec).toList();
  }

  /** The columns that feed them, in the same order. */
  public List<String> columnNames() {
    return Arrays.stream(columns).map(BoundColumn::column).toList();
  }

  /** Bytes one row takes as tensors. */
  public long rowBytes() {
    long bytes = 0;
    for (BoundColumn column : columns) {
      bytes += (long) column.size() * column.type().bytes();
    }
    return bytes;
  }

  /**
   * The rows as blocks, read lazily. Rows may be reused by their iterator; blocks are fresh. Blocks
   * end where a column has filled {@link RowBlockBuilder#DEFAULT_COLUMN_BYTES}.
   */
  public Iterator<RowBlock> blocks(Iterator<InternalRow> rows) {
    RowBlockBuilder builder = new RowBlockBuilder(this);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public RowBlock next() {
        while (rows.hasNext() && !builder.isFull()) {
          builder.append(rows.next());
        }
        return builder.take();
      }
    };
  }

  ColumnReader[] newReaders() {
    return Arrays.stream(columns)
        .map(column -> ColumnReader.of(owner, column))
        .toArray(ColumnReader[]::new);
  }

  int size() {
    return columns.length;
  }

  ElementType type(int index) {
    return columns[index].type();
  }

  int elements(int index) {
    return columns[index].size();
  }

  @Override
  public String toString() {
    return Arrays.stream(columns)
        .map(column -> column.column() + " -> " + column.spec())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
