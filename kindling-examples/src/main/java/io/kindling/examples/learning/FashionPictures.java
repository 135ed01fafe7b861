package io.kindling.examples.learning;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Fashion-MNIST, Xiao et al., 2017: pictures of clothes and their kinds, in gzipped files with the
 * number of rows and the sizes in front, then a byte for each pixel or label.
 */
public final class FashionPictures {

  public static final int SIDE = 28;

  /** Spark warns where a task carries more than a mebibyte of rows. */
  private static final int ROWS_PER_TASK = 1000;

  private FashionPictures() {}

  /** Columns {@code pixels}, binary, and {@code label}. */
  public static Dataset<Row> read(SparkSession spark, Path data, String part) {
    List<Row> rows = new ArrayList<>();
    Path folder = data.resolve("fashion-mnist");
    try (DataInputStream pictures = open(folder.resolve(part + "-images-idx3-ubyte.gz"));
        DataInputStream labels = open(folder.resolve(part + "-labels-idx1-ubyte.gz"))) {
      pictures.readInt(); // says that three sizes follow
      int count = pictures.readInt();
      pictures.skipNBytes(2 * Integer.BYTES); // 28 and 28
      labels.skipNBytes(2 * Integer.BYTES); // one size, the same count
      for (int i = 0; i < count; i++) {
        rows.add(RowFactory.create(pictures.readNBytes(SIDE * SIDE), labels.readUnsignedByte()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to read the pictures in " + folder + ".", e);
    }
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size() / ROWS_PER_TASK + 1),
        new StructType()
            .add("pixels", DataTypes.BinaryType, false)
            .add("label", DataTypes.IntegerType, false));
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return new DataInputStream(new BufferedInputStream(new GZIPInputStream(in), 1 << 16));
  }
}
