package io.kindling.cli.job;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Pictures and labels in the IDX format of MNIST and Fashion-MNIST, plain or gzipped: big-endian, a
 * magic number, the counts, then bytes. Pixels become floats from 0 to 1.
 */
final class IdxFiles {

  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;

  /** Bytes the rows are sent to the executors in at once; Spark warns from a mebibyte on. */
  private static final long SLICE_BYTES = 512 << 10;

  /** Larger files than any known one are taken for damaged. */
  private static final int MOST_ROWS = 10_000_000;

  private static final StructType SCHEMA =
      new StructType()
          .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add("label", DataTypes.IntegerType, false);

  private IdxFiles() {}

  static Dataset<Row> read(SparkSession session, String images, String labels) throws IOException {
    List<byte[]> examples = new ArrayList<>();
    try (DataInputStream pixels = open(session, images, IMAGES);
        DataInputStream classes = open(session, labels, LABELS)) {
      int count = count(pixels, images);
      int labelCount = count(classes, labels);
      if (labelCount != count) {
        throw new IOException(
            "Failed to read "
                + images
                + ": it holds "
                + count
                + " pictures, but "
                + labels
                + " holds "
                + labelCount
                + " labels.");
      }
      int size = Math.multiplyExact(pixels.readInt(), pixels.readInt());
      for (int i = 0; i < count; i++) {
        byte[] example = new byte[size + 1];
        pixels.readFully(example, 0, size);
        example[size] = classes.readByte();
        examples.add(example);
      }
    } catch (EOFException e) {
      throw new IOException(
          "Failed to read " + images + " and " + labels + ": one of them ends early.", e);
    }
    int slices = (int) (examples.stream().mapToLong(each -> each.length).sum() / SLICE_BYTES) + 1;
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(examples, slices)
            .map(IdxFiles::row);
    return session.createDataFrame(rows, SCHEMA);
  }

  /** Pixels as floats, and the label, which is the last byte. */
  private static Row row(byte[] example) {
    float[] features = new float[example.length - 1];
    for (int i = 0; i < features.length; i++) {
      features[i] = (example[i] & 0xff) / 255f;
    }
    return RowFactory.create(features, example[features.length] & 0xff);
  }

  private static int count(DataInputStream in, String path) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MOST_ROWS) {
      throw new IOException("Failed to read " + path + ": it claims " + count + " rows.");
    }
    return count;
  }

  private static DataInputStream open(SparkSession session, String path, int magic)
      throws IOException {
    Path file = new Path(path);
    FileSystem fileSystem = file.getFileSystem(session.sparkContext().hadoopConfiguration());
    InputStream in = new BufferedInputStream(fileSystem.open(file), 1 << 16);
    DataInputStream data =
        new DataInputStream(
            path.endsWith(".gz") ? new BufferedInputStream(new GZIPInputStream(in)) : in);
    int found = data.readInt();
    if (found != magic) {
      data.close();
      throw new IOException(
          String.format(
              "Failed to read %s: its magic number is %08x, expected %08x.", path, found, magic));
    }
    return data;
  }
}
