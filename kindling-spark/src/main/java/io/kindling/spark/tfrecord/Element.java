package io.kindling.spark.tfrecord;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** The types of Spark that a value of a feature may have, and how each is read and written. */
enum Element {
  BOOLEAN(FeatureKind.INT64, Byte.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, values.longs()[i] != 0);
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putVarint(from.getBoolean(ordinal) ? 1 : 0);
    }
  },
  BYTE(FeatureKind.INT64, Byte.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, (byte) within(values.longs()[i], Byte.MIN_VALUE, Byte.MAX_VALUE));
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putVarint(from.getByte(ordinal));
    }
  },
  SHORT(FeatureKind.INT64, Short.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, (short) within(values.longs()[i], Short.MIN_VALUE, Short.MAX_VALUE));
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putVarint(from.getShort(ordinal));
    }
  },
  INT(FeatureKind.INT64, Integer.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, (int) within(values.longs()[i], Integer.MIN_VALUE, Integer.MAX_VALUE));
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putVarint(from.getInt(ordinal));
    }
  },
  LONG(FeatureKind.INT64, Long.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, values.longs()[i]);
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putVarint(from.getLong(ordinal));
    }
  },
  FLOAT(FeatureKind.FLOAT, Float.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(
          ordinal,
          values.kind() == FeatureKind.FLOAT ? values.floats()[i] : (float) values.longs()[i]);
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      to.putFloat(from.getFloat(ordinal));
    }
  },
  DOUBLE(FeatureKind.FLOAT, Double.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(
          ordinal,
          values.kind() == FeatureKind.FLOAT
              ? (double) values.floats()[i]
              : (double) values.longs()[i]);
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      double value = from.getDouble(ordinal);
      float rounded = (float) value;
      if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
        throw new IllegalArgumentException("holds " + value + ", which is no float");
      }
      to.putFloat(rounded);
    }
  },
  STRING(FeatureKind.BYTES, Long.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, values.bytes(), values.start(i), values.length(i));
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      int before = to.size();
      to.putText(from.getUTF8String(ordinal));
      to.putHead(BYTES_VALUE, before);
    }
  },
  BINARY(FeatureKind.BYTES, Long.BYTES) {
    @Override
    void read(FeatureValues values, int i, UnsafeWriter to, int ordinal) {
      to.write(ordinal, values.bytes(), values.start(i), values.length(i));
    }

    @Override
    void write(SpecializedGetters from, int ordinal, BackwardBuffer to) {
      int before = to.size();
      to.putBytes(from.getBinary(ordinal));
      to.putHead(BYTES_VALUE, before);
    }
  };

  private static final int BYTES_VALUE = 1 << 3 | WireCursor.LENGTH;

  /** The list that this is written to. */
  final FeatureKind kind;

  /** Bytes in an unsafe array of Spark. */
  final int size;

  Element(FeatureKind kind, int size) {
    this.kind = kind;
    this.size = size;
  }

  /** The one of a type; null where there is none. */
  static Element of(DataType type) {
    if (type instanceof StringType) {
      return STRING;
    } else if (type instanceof BinaryType) {
      return BINARY;
    } else if (type instanceof BooleanType) {
      return BOOLEAN;
    } else if (type instanceof ByteType) {
      return BYTE;
    } else if (type instanceof ShortType) {
      return SHORT;
    } else if (type instanceof IntegerType) {
      return INT;
    } else if (type instanceof LongType) {
      return LONG;
    } else if (type instanceof FloatType) {
      return FLOAT;
    }
    return type instanceof DoubleType ? DOUBLE : null;
  }

  /** Whether it is read from such a list: its own; floats also from whole numbers. */
  boolean takes(FeatureKind list) {
    return list == kind || (kind == FeatureKind.FLOAT && list == FeatureKind.INT64);
  }

  /**
   * Copies a value of a feature to a row or an array.
   *
   * @throws IllegalArgumentException if it does not fit; a part of a sentence
   */
  abstract void read(FeatureValues values, int i, UnsafeWriter to, int ordinal);

  /**
   * Writes a value of a row or an array, as it stands in its list.
   *
   * @throws IllegalArgumentException if a list cannot hold it; a part of a sentence
   */
  abstract void write(SpecializedGetters from, int ordinal, BackwardBuffer to);

  private static long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("holds " + value);
    }
    return value;
  }
}
