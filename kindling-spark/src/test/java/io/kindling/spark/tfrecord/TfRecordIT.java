package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.local.LocalClusterSession;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors in JVMs of their own read what TensorFlow wrote, and write what they read. */
@NeedsShared
class TfRecordIT {

  private final SparkSession spark = LocalClusterSession.get();

  @TempDir private Path temporary;

  private Dataset<Row> read(String path) {
    return spark.read().format("tfrecord").load(SharedData.path(path).toString());
  }

  @Test
  void readsPenguinsThatTensorFlowWrote() {
    Dataset<Row> penguins = read("tfrecord/penguin");

    assertThat(penguins.schema().toDDL())
        .isEqualTo(
            "body_mass_g FLOAT,culmen_depth_mm FLOAT,culmen_length_mm FLOAT,"
                + "flipper_length_mm FLOAT,species BIGINT");
    assertThat(penguins.count()).isEqualTo(334);
    assertThat(read("tfrecord/penguin/train.tfrecord.gz").count()).isEqualTo(234);
    assertThat(penguins.select("species").distinct().count()).isEqualTo(3);
    assertThat(
            penguins
                .where(
                    "body_mass_g IS NULL OR culmen_depth_mm IS NULL OR culmen_length_mm IS NULL"
                        + " OR flipper_length_mm IS NULL OR species NOT IN (0, 1, 2)")
                .count())
        .isZero();
  }

  @Test
  void readsTaxisThatTensorFlowWroteWithWhatIsMissing() {
    Dataset<Row> taxis = read("tfrecord/chicago-taxi");

    assertThat(taxis.schema().toDDL())
        .isEqualTo(
            "company STRING,dropoff_census_tract BIGINT,dropoff_community_area BIGINT,"
                + "dropoff_latitude FLOAT,dropoff_longitude FLOAT,fare FLOAT,payment_type STRING,"
                + "pickup_census_tract STRING,pickup_community_area BIGINT,pickup_latitude FLOAT,"
                + "pickup_longitude FLOAT,tips FLOAT,trip_miles FLOAT,trip_seconds BIGINT,"
                + "trip_start_day BIGINT,trip_start_hour BIGINT,trip_start_month BIGINT,"
                + "trip_start_timestamp BIGINT");
    assertThat(taxis.count()).isEqualTo(1250);
    assertThat(taxis.where("company IS NULL").count()).isEqualTo(131 + 281);
    assertThat(taxis.where("dropoff_latitude IS NULL").count()).isEqualTo(13 + 23);
    assertThat(taxis.where("pickup_census_tract IS NULL").count()).isEqualTo(1250);
  }

  @Test
  void writesWhatItReads() {
    Dataset<Row> taxis = read("tfrecord/chicago-taxi");
    String folder = temporary.resolve("taxis").toString();

    taxis
        .repartition(5)
        .write()
        .format("tfrecord")
        .partitionBy("trip_start_day")
        .option("compression", "snappy")
        .save(folder);

    Dataset<Row> again = spark.read().format("tfrecord").schema(taxis.schema()).load(folder);
    assertThat(again.selectExpr(taxis.columns()).exceptAll(taxis).count()).isZero();
    assertThat(again.count()).isEqualTo(1250);
  }
}
