package io.kindling.spark.job;

import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.column.RowBlock;
import io.kindling.spark.column.RowBlockBuilder;
import io.kindling.tensor.Batch;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Shards of random rows with a column of every element type and one of a single number, every
 * fourth piece for validation.
 */
final class ShardTable implements ShardSource {

  private static final int ELEMENTS = 3;

  private final List<List<ShardPiece>> shards = new ArrayList<>();
  private final Set<Integer> lost = new HashSet<>();
  private final Set<Integer> inMemory = new HashSet<>();
  private final List<Integer> reads = new ArrayList<>();

  ShardTable(int shards, int rowsPerShard) {
    Random random = new Random(1);
    List<ColumnInput> columns = new ArrayList<>();
    StructType schema = new StructType();
    for (TensorSpec spec : columns()) {
      schema =
          schema.add(
              spec.name(),
              spec.shape().isScalar()
                  ? DataTypes.LongType
                  : DataTypes.createArrayType(DataTypes.DoubleType));
      columns.add(ColumnInput.of(spec.name(), spec));
    }
    ColumnBinding binding = ColumnBinding.of("Test", schema, columns);
    for (int shard = 0; shard < shards; shard++) {
      RowBlockBuilder builder = new RowBlockBuilder(binding, 8 * ELEMENTS * (97 + shard));
      List<ShardPiece> pieces = new ArrayList<>();
      for (int row = 0; row < rowsPerShard; row++) {
        builder.append(row(random, shard * 1_000_000L + row));
        if (builder.isFull() || row == rowsPerShard - 1) {
          pieces.add(new ShardPiece(pieces.size() % 4 == 3, builder.take()));
        }
      }
      this.shards.add(pieces);
    }
  }

  static List<TensorSpec> columns() {
    List<TensorSpec> columns = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      columns.add(new TensorSpec("of_" + type, type, Shape.of(ELEMENTS)));
    }
    columns.add(new TensorSpec("id", ElementType.INT32, Shape.scalar()));
    return columns;
  }

  private static GenericInternalRow row(Random random, long id) {
    List<Object> values = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      double[] numbers = new double[ELEMENTS];
      Arrays.setAll(numbers, unused -> random.nextInt(type == ElementType.BOOL ? 2 : 256));
      values.add(new GenericArrayData(numbers));
    }
    values.add(id);
    return new GenericInternalRow(values.toArray());
  }

  /** Rows of every shard, those for training or those for validation. */
  int[] sizes(boolean validation) {
    return shards.stream()
        .mapToInt(pieces -> blocks(pieces, validation).stream().mapToInt(RowBlock::rows).sum())
        .toArray();
  }

  /** The bytes of a row, copied from its block alone. */
  byte[] row(int shard, boolean validation, int row) {
    int left = row;
    for (RowBlock block : blocks(shards.get(shard), validation)) {
      if (left < block.rows()) {
        PlainBatch batch = new PlainBatch(1);
        block.copyRow(left, batch, 0);
        return batch.row(0);
      }
      left -= block.rows();
    }
    throw new AssertionError("no row " + row);
  }

  private static List<RowBlock> blocks(List<ShardPiece> pieces, boolean validation) {
    return pieces.stream()
        .filter(piece -> piece.isForValidation() == validation)
        .map(ShardPiece::rows)
        .toList();
  }

  /** Bytes of a shard's rows, all of them. */
  long bytes(int shard) {
    return shards.get(shard).stream().mapToLong(piece -> piece.rows().bytes()).sum();
  }

  long bytes() {
    long bytes = 0;
    for (int shard = 0; shard < shards.size(); shard++) {
      bytes += bytes(shard);
    }
    return bytes;
  }

  List<ShardPiece> shard(int shard) {
    return shards.get(shard);
  }

  void lose(int shard) {
    lost.add(shard);
  }

  void find(int shard) {
    lost.remove(shard);
  }

  void putInMemory(int shard) {
    inMemory.add(shard);
  }

  /** The shards that were read since the last call, in their order. */
  List<Integer> takeReads() {
    List<Integer> taken = List.copyOf(reads);
    reads.clear();
    return taken;
  }

  @Override
  public Iterator<ShardPiece> pieces(int shard) {
    if (lost.contains(shard)) {
      throw new LostShardException(shard);
    }
    reads.add(shard);
    return shards.get(shard).iterator();
  }

  @Override
  public boolean isInMemory(int shard) {
    return inMemory.contains(shard);
  }

  /** A batch in plain direct memory. */
  static final class PlainBatch implements Batch {

    private final int capacity;
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private int rows;

    PlainBatch(int capacity) {
      this.capacity = capacity;
      for (TensorSpec spec : columns()) {
        buffers.add(
            ByteBuffer.allocateDirect((int) spec.rowBytes() * capacity)
                .order(ByteOrder.nativeOrder()));
      }
    }

    @Override
    public List<TensorSpec> columns() {
      return ShardTable.columns();
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public void setRows(int rows) {
      this.rows = rows;
    }

    @Override
    public ByteBuffer column(int index) {
      return buffers.get(index);
    }

    /** The bytes of a row, column behind column. */
    byte[] row(int at) {
      ByteBuffer row = ByteBuffer.allocate(1 << 10);
      for (int i = 0; i < buffers.size(); i++) {
        int length = buffers.get(i).capacity() / capacity;
        byte[] column = new byte[length];
        buffers.get(i).get(at * length, column);
        row.put(column);
      }
      return Arrays.copyOf(row.array(), row.position());
    }
  }
}
