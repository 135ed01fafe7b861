package io.kindling.spark.frame;

import io.kindling.predict.TensorType;
import io.kindling.spark.predict.BadValueException;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.InputRows;
import io.kindling.spark.scoring.ExecutorModels;
import io.kindling.spark.scoring.RowScoring;
import io.kindling.spark.scoring.ScoringFunction;
import io.kindling.spark.scoring.ScoringPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Looks at all rows for the shapes of columns. A column with a null or a ragged value has none. */
record Analysis(List<BoundInput> inputs) implements RowScoring {

  private static final long serialVersionUID = 1;

  private static final StructField[] FOUND = {
    DataTypes.createStructField("rows", DataTypes.LongType, false),
    DataTypes.createStructField(
        "shapes",
        DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.LongType, false), true),
        false)
  };

  /** The columns' shapes, rows first; none for columns that are no tensors, or hold none. */
  static Map<String, List<Long>> of(Dataset<Row> rows) {
    List<BoundInput> inputs = new ArrayList<>();
    StructType schema = rows.schema();
    for (int i = 0; i < schema.length(); i++) {
      int place = i;
      StructField field = schema.apply(i);
      TensorColumn.of(field)
          .ifPresent(
              column ->
                  inputs.add(
                      new BoundInput(
                          field.name(), place, field.dataType(), "", column.type(), null)));
    }
    List<Row> partitions =
        ScoringPlan.inPlace(rows, new ScoringFunction(new Analysis(inputs)), List.of(FOUND))
            .collectAsList();
    long lead = lead(partitions);
    Map<String, List<Long>> shapes = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      int place = i;
      cell(partitions, place)
          .ifPresent(
              cell -> {
                List<Long> shape = new ArrayList<>(List.of(lead));
                shape.addAll(cell);
                shapes.put(inputs.get(place).column(), shape);
              });
    }
    return shapes;
  }

  private static long lead(List<Row> partitions) {
    List<Long> sizes = partitions.stream().map(row -> row.getLong(0)).distinct().toList();
    return sizes.size() == 1 ? sizes.get(0) : TensorType.FREE;
  }

  private static Optional<List<Long>> cell(List<Row> partitions, int column) {
    List<Long> merged = null;
    for (Row partition : partitions) {
      List<List<Long>> shapes = new ArrayList<>();
      for (Object each : partition.getList(1)) {
        shapes.add(each == null ? null : longs(each));
      }
      List<Long> shape = shapes.get(column);
      if (shape == null) {
        return Optional.empty();
      }
      merged = merged == null ? shape : merged(merged, shape);
    }
    return Optional.ofNullable(merged);
  }

  private static List<Long> longs(Object sequence) {
    List<Long> longs = new ArrayList<>();
    for (Object each :
        scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) sequence)) {
      longs.add((Long) each);
    }
    return longs;
  }

  private static List<Long> merged(List<Long> one, List<Long> other) {
    List<Long> merged = new ArrayList<>();
    for (int i = 0; i < one.size(); i++) {
      merged.add(one.get(i).equals(other.get(i)) ? one.get(i) : TensorType.FREE);
    }
    return merged;
  }

  @Override
  public ScoredPartition score(scala.collection.Iterator<Object> rows, ExecutorModels models) {
    return new Shapes(rows);
  }

  /** One row that tells the shapes of a partition, unless it is empty. */
  private final class Shapes extends ScoredPartition {

    private final scala.collection.Iterator<Object> rows;
    private final InputRows[] readers =
        inputs.stream().map(InputRows::new).toArray(InputRows[]::new);
    private final long[][] shapes = new long[inputs.size()][];
    private final boolean[] isUnknown = new boolean[inputs.size()];

    private Shapes(scala.collection.Iterator<Object> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Object next() {
      long count = 0;
      while (rows.hasNext()) {
        look((InternalRow) rows.next());
        count++;
      }
      Object[] found = new Object[shapes.length];
      for (int i = 0; i < found.length; i++) {
        found[i] = isUnknown[i] ? null : UnsafeArrayData.fromPrimitiveArray(shapes[i]);
      }
      return new GenericInternalRow(
          new Object[] {count, new org.apache.spark.sql.catalyst.util.GenericArrayData(found)});
    }

    private void look(InternalRow row) {
      for (int i = 0; i < readers.length; i++) {
        if (isUnknown[i]) {
          continue;
        }
        try {
          readers[i].clear();
          readers[i].add(row);
          long[] shape = readers[i].shapeOf(0);
          shapes[i] = shapes[i] == null ? shape.clone() : merge(shapes[i], shape);
        } catch (BadValueException e) {
          isUnknown[i] = true;
        }
      }
    }

    private static long[] merge(long[] one, long[] other) {
      if (!Arrays.equals(one, other)) {
        for (int i = 0; i < one.length; i++) {
          one[i] = one[i] == other[i] ? one[i] : TensorType.FREE;
        }
      }
      return one;
    }

    @Override
    public void close() {
      // Holds nothing but memory of the heap, and buffers that go with it.
    }
  }
}
