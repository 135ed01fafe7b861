package io.kindling.examples.learning;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** Small files in the formats of the shared data, with as little sense as one epoch needs. */
record GeneratedData(Path folder) {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  void write() throws IOException {
    write("optdigits/optdigits-train.csv", 200, GeneratedData::digit);
    write("optdigits/optdigits-test.csv", 60, GeneratedData::digit);
    write("sms-spam/SMSSpamCollection", 120, GeneratedData::message);
    write("nab/realKnownCause/nyc_taxi.csv", 500, GeneratedData::count);
    write("movietweetings-100k/ratings.dat", 300, GeneratedData::rating);
    write("kdconv-zh/train.tsv", 120, GeneratedData::utterance);
    write("kdconv-zh/test.tsv", 60, GeneratedData::utterance);
    writePictures("train", 96);
    writePictures("t10k", 32);
  }

  private void write(String name, int lines, IntFunction<String> line) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    List<String> text = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      text.add(line.apply(i));
    }
    Files.write(file, text);
  }

  private static String digit(int line) {
    return new Random(line)
            .ints(64, 0, 17)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","))
        + ","
        + line % 10;
  }

  /** With a quote that is never closed, as real messages have. */
  private static String message(int line) {
    return line % 4 == 0 ? "spam\tWIN £100 \"now, call 08001234567!" : "ham\tsee you \"later";
  }

  private static String count(int line) {
    return line == 0
        ? "timestamp,value"
        : TIME.format(LocalDateTime.of(2014, 7, 1, 0, 0).plusMinutes(30L * line))
            + ","
            + Math.round(15_000 + 5_000 * Math.sin(line * Math.PI / 24) + 7 * (line % 11));
  }

  private static String rating(int line) {
    return line % 23 + "::" + line % 17 + "::" + (line % 23 + line % 17) % 11 + "::1365029107";
  }

  private static String utterance(int line) {
    if (line == 0) {
      return "label\tdialog\tturn\ttext";
    }
    String topic = List.of("film", "music", "travel").get(line % 3);
    String text = List.of("电影好看吗？", "歌曲好听吗？", "风景好美。").get(line % 3);
    return "%s\t%d\t%d\t%s".formatted(topic, line / 9, line % 9, text);
  }

  private void writePictures(String part, int count) throws IOException {
    Path pictures = folder.resolve("fashion-mnist/" + part + "-images-idx3-ubyte.gz");
    Files.createDirectories(pictures.getParent());
    try (DataOutputStream out = gzipped(pictures)) {
      for (int number : new int[] {0x0803, count, 28, 28}) {
        out.writeInt(number);
      }
      byte[] pixels = new byte[count * 28 * 28];
      new Random(1).nextBytes(pixels);
      out.write(pixels);
    }
    try (DataOutputStream out =
        gzipped(folder.resolve("fashion-mnist/" + part + "-labels-idx1-ubyte.gz"))) {
      out.writeInt(0x0801);
      out.writeInt(count);
      for (int label : IntStream.range(0, count).map(i -> i % 10).toArray()) {
        out.writeByte(label);
      }
    }
  }

  private static DataOutputStream gzipped(Path file) throws IOException {
    return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
  }
}
