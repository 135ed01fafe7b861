package io.kindling.tensorflow.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kindling.predict.Finding;
import io.kindling.predict.wire.WireBudget;
import io.kindling.predict.wire.WireMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.tensorflow.proto.DataType;

/**
 * The index of a checkpoint's variables, {@code prefix.index}: which tensor lies where in which of
 * the {@code prefix.data-…} files, its shards. TensorFlow allocates what the index declares, so
 * that is held against the shards before.
 *
 * <p>The file is a sorted table as LevelDB writes it: blocks of keys and values, one block that
 * says where they lie, and a footer of 48 bytes that says where that is. In a block a key is how
 * many bytes it has in common with the one before, and the rest; behind the entries of a block
 * stands where some of them begin, for a search. Blocks may be packed by Snappy. For one thread.
 *
 * <p>Cost: each byte once; one key in memory at a time.
 */
final class BundleIndex {

  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  /** Behind each block: how it is compressed, and a checksum. */
  private static final int TRAILER_BYTES = 5;

  /** Names of variables have a hundred characters; keys of their slices some more. */
  private static final int MOST_KEY_BYTES = 4096;

  /** The files that the index speaks of. */
  interface Shards {
    /**
     * How many bytes a shard has.
     *
     * @param count of all shards, which is part of the file's name
     * @throws io.kindling.predict.RefusedModelException if it is not there
     */
    long bytes(int shard, int count);
  }

  /** Takes a key and its value. */
  private interface Entries {
    void take(byte[] key, ByteBuffer value);
  }

  private final ByteBuffer bytes;
  private final WireBudget budget;
  private final Shards shards;
  private int shardCount = 1;
  private int entries;

  private BundleIndex(ByteBuffer bytes, WireBudget budget, Shards shards) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.budget = budget;
    this.shards = shards;
  }

  /**
   * Checks an index.
   *
   * @throws io.kindling.predict.RefusedModelException if it is damaged, exceeds the limits, or
   *     declares what the shards do not hold
   */
  static void check(ByteBuffer bytes, WireBudget budget, Shards shards) {
    new BundleIndex(bytes, budget, shards).check();
  }

  private void check() {
    int footer = bytes.limit() - FOOTER_BYTES;
    if (footer < 0 || bytes.getLong(bytes.limit() - Long.BYTES) != MAGIC) {
      throw refused(Finding.Kind.CONTENT, "it does not end as such a file does");
    }
    ByteBuffer handles = slice(footer, FOOTER_BYTES - Long.BYTES);
    varint(handles);
    varint(handles);
    readBlock(handles, (last, handle) -> readBlock(handle, (key, value) -> readEntry(key, value)));
  }

  /** Reads the block of a handle: its offset and its length. */
  private void readBlock(ByteBuffer handle, Entries each) {
    long offset = varint(handle);
    long length = varint(handle);
    long end = (long) bytes.limit() - FOOTER_BYTES;
    if (offset < 0
        || length < Integer.BYTES
        || offset > end
        || length > end - TRAILER_BYTES - offset) {
      throw refused(
          Finding.Kind.TRUNCATED,
          "a block of %d bytes at %d is not in it".formatted(length, offset));
    }
    ByteBuffer block =
        plain(slice((int) offset, (int) length), bytes.get((int) (offset + length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (block.limit() < Integer.BYTES) {
      throw refused(Finding.Kind.CONTENT, "a block of it is empty");
    }
    int count = block.getInt(block.limit() - Integer.BYTES);
    if (count < 0 || count > block.limit() / Integer.BYTES - 1) {
      throw refused(Finding.Kind.COUNT, "a block of it has %d restarts".formatted(count));
    }
    int entriesEnd = block.limit() - Integer.BYTES * (count + 1);
    IntBuffer restarts = block.position(entriesEnd).asIntBuffer().limit(count);
    readEntries(block.position(0).limit(entriesEnd), restarts, each);
  }

  /** A block as it is before TensorFlow packs it, which later versions do not. */
  private ByteBuffer plain(ByteBuffer block, byte packing) {
    return switch (packing) {
      case 0 -> block;
      case 1 ->
          SnappyBlock.unpacked(block)
              .orElseThrow(
                  () -> refused(Finding.Kind.CONTENT, "a block of it is not packed by Snappy"));
      default -> throw refused(Finding.Kind.CONTENT, "a block of it is packed by what is unknown");
    };
  }

  /**
   * @param restarts where keys are written whole: TensorFlow searches there, and so has to find the
   *     entries that are checked here
   */
  private void readEntries(ByteBuffer block, IntBuffer restarts, Entries each) {
    byte[] key = new byte[0];
    while (block.hasRemaining()) {
      int start = block.position();
      if (++entries > budget.limits().nodes()) {
        throw refused(
            Finding.Kind.COUNT,
            "it has more than %d entries (limit 'nodes')".formatted(budget.limits().nodes()));
      }
      long shared = varint(block);
      long own = varint(block);
      long value = varint(block);
      if (shared == 0 && restarts.hasRemaining() && restarts.get(restarts.position()) == start) {
        restarts.get();
      }
      if (shared < 0 || shared > key.length || own < 0 || own > MOST_KEY_BYTES - shared) {
        throw refused(Finding.Kind.SIZE, "a key has %d bytes and %d more".formatted(shared, own));
      }
      if (value < 0 || own + value > block.remaining()) {
        throw refused(
            Finding.Kind.TRUNCATED,
            "an entry declares %d bytes where %d are left"
                .formatted(own + value, block.remaining()));
      }
      key = Arrays.copyOf(key, (int) (shared + own));
      block.get(key, (int) shared, (int) own);
      each.take(key, block.slice(block.position(), (int) value));
      block.position(block.position() + (int) value);
    }
    if (restarts.hasRemaining()) {
      throw refused(
          Finding.Kind.CONTENT, "no key begins at %d of a block".formatted(restarts.get()));
    }
  }

  private void readEntry(byte[] key, ByteBuffer value) {
    if (key.length == 0) {
      WireMessage header = WireMessage.of(value, budget, "BundleHeaderProto");
      while (header.next()) {
        if (header.field() == 1) {
          shardCount = (int) header.number();
        }
      }
      return;
    }
    String name = Finding.clipped(new String(key, UTF_8));
    int type = 0;
    long elements = 1;
    long shard = 0;
    long offset = 0;
    long size = 0;
    boolean hasShape = false;
    boolean isSliced = false;
    WireMessage entry = WireMessage.of(value, budget, "BundleEntryProto");
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> type = (int) entry.number();
        case 2 -> {
          if (hasShape) {
            throw refused(Finding.Kind.SHAPE, "variable '%s' has two shapes".formatted(name));
          }
          hasShape = true;
          elements = TensorCheck.elements(entry.message("TensorShapeProto"), name);
        }
        case 3 -> shard = entry.number();
        case 4 -> offset = entry.number();
        case 5 -> size = entry.number();
        case 7 -> isSliced = true;
        default -> {}
      }
    }
    checkPlace(name, shard, offset, size);
    // A tensor in slices is an entry without numbers; those of its slices follow.
    if (!isSliced) {
      checkSize(name, type, elements, size);
    }
  }

  private void checkPlace(String name, long shard, long offset, long size) {
    if (shard < 0 || shard >= shardCount) {
      throw refused(
          Finding.Kind.CONTENT,
          "variable '%s' lies in shard %d of %d".formatted(name, shard, shardCount));
    }
    long there = shards.bytes((int) shard, shardCount);
    if (offset < 0 || size < 0 || offset > there || size > there - offset) {
      throw refused(
          Finding.Kind.TRUNCATED,
          "variable '%s' lies in %d bytes at %d of shard %d, which has %d"
              .formatted(name, size, offset, shard, there));
    }
  }

  private void checkSize(String name, int type, long elements, long size) {
    int each = TensorCheck.bytes(type);
    if (each == 0) {
      throw refused(
          Finding.Kind.SHAPE,
          "variable '%s' has elements of %s".formatted(name, DataType.forNumber(type)));
    }
    boolean fits =
        type == DataType.DT_STRING_VALUE
            // Of a string there is its length at least.
            ? elements <= size
            : elements <= Long.MAX_VALUE / each && elements * each == size;
    if (!fits) {
      throw refused(
          Finding.Kind.SHAPE,
          "variable '%s' declares %d elements of %s, but has %d bytes"
              .formatted(name, elements, DataType.forNumber(type), size));
    }
  }

  private ByteBuffer slice(int from, int length) {
    return bytes.slice(from, length);
  }

  private long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < 64 && from.hasRemaining(); shift += 7) {
      byte part = from.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw refused(Finding.Kind.CONTENT, "a number in it has no end");
  }

  private RuntimeException refused(Finding.Kind kind, String text) {
    return budget.refused(kind, "the index of the variables is damaged: " + text);
  }
}
