package io.kindling.spark.job;

import io.kindling.spark.column.RowBlock;
import io.kindling.tensor.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The rows of one shard that a worker holds, those for training or those for validation: block by
 * block as Spark keeps them, or in a file. Rows are copied by one thread.
 */
final class HeldShard implements AutoCloseable {

  /** Read at once where rows of the file are copied one behind the other, as validation does. */
  private static final int NEARBY_BYTES = 64 << 10;

  private final String words;
  private final int[] starts; // the number of each block's first row, and of all rows
  private final RowBlock[] blocks; // null where the block is in the file
  private final int[] places; // in the file, of the block's first row
  private final int[] columnBytes;
  private final SpillFile file; // null where all is in memory
  private ByteBuffer nearby = ByteBuffer.allocate(0);
  private int nearbyFrom;
  private int nearbyTo; // rows [from, to) of the file are nearby

  private HeldShard(Gathering gathered) {
    this.words = gathered.words;
    this.blocks = gathered.blocks.toArray(RowBlock[]::new);
    this.starts = gathered.starts.stream().mapToInt(Integer::intValue).toArray();
    this.places = gathered.places.stream().mapToInt(Integer::intValue).toArray();
    this.columnBytes = gathered.columnBytes;
    this.file = gathered.file;
  }

  /** The blocks of a shard as they come; closes what it has unless it has become a shard. */
  static final class Gathering implements AutoCloseable {

    private final String words;
    private final int size;
    private final SpillFolder folder;
    private final List<RowBlock> blocks = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>(List.of(0));
    private final List<Integer> places = new ArrayList<>();
    private int[] columnBytes = {};
    private SpillFile file;
    private long bytes;
    private int rows;
    private boolean isShard;

    /**
     * @param words what to call the rows in messages
     * @param size how many rows there should be
     */
    Gathering(String words, int size, SpillFolder folder) {
      this.words = words;
      this.size = size;
      this.folder = folder;
    }

    /** Takes a block into memory, as it is. */
    void keep(RowBlock block) {
      add(block, block, -1);
      bytes += block.bytes();
    }

    /** Takes a block into the file. */
    void spill(RowBlock block) throws IOException {
      try {
        if (file == null) {
          file = folder.newFile(words.replace(' ', '-'), block.rowBytes());
        }
        add(block, null, file.append(block));
      } catch (IOException e) {
        long rest = (long) Math.max(size - rows, block.rows()) * block.rowBytes();
        throw folder.describe(words, rest, e);
      }
    }

    private void add(RowBlock block, RowBlock kept, int place) {
      if (columnBytes.length == 0) {
        columnBytes = new int[block.columns()];
        Arrays.setAll(columnBytes, block::rowBytes);
      }
      blocks.add(kept);
      places.add(place);
      rows = Math.addExact(rows, block.rows());
      starts.add(rows);
    }

    /** Bytes of the blocks in memory. */
    long bytes() {
      return bytes;
    }

    int rows() {
      return rows;
    }

    HeldShard toShard() throws IOException {
      if (file != null) {
        try {
          file.finish();
        } catch (IOException e) {
          throw folder.describe(words, (long) rows * file.rowBytes(), e);
        }
      }
      isShard = true;
      return new HeldShard(this);
    }

    @Override
    public void close() throws IOException {
      if (file != null && !isShard) {
        file.close();
      }
    }
  }

  boolean isSpilled() {
    return file != null;
  }

  /** Bytes of the blocks in memory. */
  long bytes() {
    return Arrays.stream(blocks).filter(each -> each != null).mapToLong(RowBlock::bytes).sum();
  }

  /** Bytes of a row in the file. */
  int rowBytes() {
    return file.rowBytes();
  }

  private int blockOf(int row) {
    int low = 0;
    int high = blocks.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Copies a row to a batch if it is in memory. */
  boolean copyFromMemory(int row, Batch batch, int at) {
    int block = blockOf(row);
    if (blocks[block] == null) {
      return false;
    }
    blocks[block].copyRows(row - starts[block], 1, batch, at);
    return true;
  }

  /** Copies a row of the file to a batch, reading it now. */
  void copyFromFile(int row, Batch batch, int at) {
    int place = placeOf(row);
    if (place < nearbyFrom || place >= nearbyTo) {
      boolean goesOn = place == nearbyTo;
      int most = goesOn ? Math.max(1, NEARBY_BYTES / rowBytes()) : 1;
      int block = blockOf(row);
      int count = Math.min(most, starts[block + 1] - row);
      if (nearby.capacity() < count * rowBytes()) {
        nearby = ByteBuffer.allocate(count * rowBytes());
      }
      nearbyTo = 0;
      nearbyFrom = 0;
      try {
        read(place, count, nearby.clear());
      } catch (ClosedByInterruptException e) {
        throw interrupted();
      } catch (IOException e) {
        throw unreadable(e);
      }
      nearbyFrom = place;
      nearbyTo = place + count;
    }
    copyRecord(nearby, (place - nearbyFrom) * rowBytes(), batch, at);
  }

  /** The place of a row in the file; negative where it is in memory. */
  int placeOf(int row) {
    int block = blockOf(row);
    return blocks[block] == null ? places[block] + row - starts[block] : -1;
  }

  /** Reads rows of the file, by their places, to a buffer's position; any thread may. */
  void read(int place, int count, ByteBuffer target) throws IOException {
    file.read(place, count, target);
  }

  /** Copies a row as it is in the file to a batch. */
  void copyRecord(ByteBuffer record, int from, Batch batch, int at) {
    int column = from;
    for (int i = 0; i < columnBytes.length; i++) {
      batch.column(i).put(at * columnBytes[i], record, column, columnBytes[i]);
      column += columnBytes[i];
    }
  }

  /** What becomes of a failure to read. */
  IllegalStateException unreadable(Throwable cause) {
    return new IllegalStateException(
        "Failed to read " + words + " from " + file + ": " + cause + ".", cause);
  }

  CancellationException interrupted() {
    return new CancellationException("Interrupted while reading " + words + " from " + file + ".");
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }

  @Override
  public String toString() {
    return words;
  }
}
