package io.kindling.spark.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records byte by byte: golden ones, and every way in which one may be damaged. */
class RecordBytesTest {

  private static final int LIMIT = 1 << 20;

  /** TFOS-29: column, value, payload, first 12 bytes, last 4. */
  static Stream<Arguments> goldens() {
    return Stream.of(
        Arguments.of(
            "a",
            DataTypes.LongType,
            1L,
            "0a0c0a0a0a016112051a030a0101",
            "0e00000000000000c5e5693f",
            "39e87850"),
        Arguments.of(
            "b",
            DataTypes.FloatType,
            1.5f,
            "0a0f0a0d0a0162120812060a040000c03f",
            "11000000000000009d6db52e",
            "21a71f19"),
        Arguments.of(
            "c",
            DataTypes.StringType,
            UTF8String.fromString("text"),
            "0a0f0a0d0a016312080a060a0474657874",
            "11000000000000009d6db52e",
            "e8eee057"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void writesGoldenBytes(
      String name, DataType type, Object value, String payload, String head, String foot) {
    StructType schema = new StructType().add(name, type);

    byte[] written =
        written(RecordType.EXAMPLE, schema, new GenericInternalRow(new Object[] {value}));

    assertThat(HexFormat.of().formatHex(written)).isEqualTo(head + payload + foot);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void readsGoldenBytes(
      String name, DataType type, Object value, String payload, String head, String foot)
      throws IOException {
    RecordInput input = input(HexFormat.of().parseHex(head + payload + foot));
    RowReader reader = RowReader.of(new StructType().add(name, type), RecordType.EXAMPLE);

    assertThat(input.next()).isTrue();
    InternalRow row = reader.read(input.bytes(), input.start(), input.length());
    assertThat(row.get(0, type)).isEqualTo(value);
    assertThat(input.next()).isFalse();
  }

  @Test
  void framesAnEmptyRecordAsTheGoldenOne() throws IOException {
    byte[] written = bytes(new byte[0]);

    assertThat(HexFormat.of().formatHex(written)).isEqualTo("000000000000000029039807d8ea82a2");
    RecordInput input = input(written);
    assertThat(input.next()).isTrue();
    assertThat(input.length()).isZero();
  }

  @Test
  void masksTheChecksumOfTheStandard() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);

    assertThat(Integer.rotateLeft(new MaskedCrc().of(digits, 0, 9) - 0xa282ead8, 15))
        .isEqualTo(0xe3069283);
  }

  @Test
  void readsRecordsOfAllLengthsThatArriveInPieces() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    int[] lengths = {0, 1, 300_000, 5, 262_128, 700_000, 3};
    for (int length : lengths) {
      file.writeBytes(bytes(pattern(length)));
    }
    RecordInput input =
        new RecordInput(new Trickle(new ByteArrayInputStream(file.toByteArray()), 999), LIMIT);

    for (int length : lengths) {
      assertThat(input.next()).isTrue();
      assertThat(Arrays.copyOfRange(input.bytes(), input.start(), input.start() + input.length()))
          .isEqualTo(pattern(length));
    }
    assertThat(input.next()).isFalse();
  }

  @Test
  void goesOnBehindARecordWhoseBytesAreDamaged() throws IOException {
    byte[] file = concat(bytes(pattern(100)), bytes(pattern(50)));
    file[40] ^= 1;
    RecordInput input = input(file);

    assertDamaged(input, false, "the checksum of its bytes is wrong");
    assertThat(input.position()).isZero();
    assertThat(input.next()).isTrue();
    assertThat(input.position()).isEqualTo(116);
    assertThat(input.length()).isEqualTo(50);
  }

  @Test
  void losesItsWayWhereALengthIsDamaged() throws IOException {
    byte[] file = concat(bytes(pattern(100)), bytes(pattern(50)));
    file[116] ^= 1;
    RecordInput input = input(file);
    input.next();

    assertDamaged(
        input,
        true,
        "the checksum of its length is wrong, so that nobody knows where the next one begins");
  }

  @Test
  void tellsAForeignFile() throws IOException {
    assertDamaged(
        input("PAR1 and then some other bytes".getBytes(StandardCharsets.US_ASCII)),
        true,
        "it does not begin as TFRecord files do: the checksum of the first record's length is wrong");
  }

  @Test
  void tellsWhereTheFileEnds() throws IOException {
    byte[] file = bytes(pattern(100));

    assertDamaged(
        input(Arrays.copyOf(file, 7)),
        true,
        "a record's head has 12 bytes, but the file ends after 7 of them");
    assertDamaged(
        input(Arrays.copyOf(file, 60)),
        true,
        "a record has 116 bytes, but the file ends after 60 of them");
    assertDamaged(
        input(Arrays.copyOf(file, 115)),
        true,
        "a record has 116 bytes, but the file ends after 115 of them");
  }

  @Test
  void passesARecordByThatIsTooLong() throws IOException {
    byte[] file = concat(bytes(pattern(LIMIT + 1)), bytes(pattern(50)));
    RecordInput input = input(file);

    assertDamaged(
        input,
        false,
        "it declares 1048577 bytes, more than the 1048576 that option 'maxRecordBytes' allows");
    assertThat(input.next()).isTrue();
    assertThat(input.length()).isEqualTo(50);
  }

  @Test
  void takesNoMemoryForWhatIsOnlyDeclared() throws IOException {
    Trickle stream = new Trickle(new ByteArrayInputStream(head(1L << 30)), 1 << 30);

    assertDamaged(
        new RecordInput(stream, 1 << 30),
        true,
        "a record has 1073741840 bytes, but the file ends after 12 of them");
    assertThat(stream.mostAsked).isLessThanOrEqualTo(1 << 20);
    assertDamaged(input(head(-2)), true, "it declares 18446744073709551614 bytes");
  }

  @Test
  void readsNumbersThatAreNotPackedAndInPieces() throws IOException {
    byte[] record =
        HexFormat.of()
            .parseHex(
                "0a22"
                    + ("0a12" + "0a0178" + "120d")
                    + ("1a07" + "0801" + "0a0302ac02") // 1; [2, 300]
                    + ("1a02" + "0805") // 5
                    + ("0a0c" + "0a0179" + "1207")
                    + ("1205" + "0d0000c03f")); // 1.5
    StructType schema =
        new StructType()
            .add("x", DataTypes.createArrayType(DataTypes.LongType))
            .add("y", DataTypes.FloatType);

    InternalRow row = RowReader.of(schema, RecordType.EXAMPLE).read(record, 0, record.length);

    assertThat(row.getArray(0).toLongArray()).containsExactly(1, 2, 300, 5);
    assertThat(row.getFloat(1)).isEqualTo(1.5f);
  }

  @Test
  void tellsMessagesThatAreNone() {
    assertNoMessage("ff", "it ends within a number");
    assertNoMessage("0a05", "it declares a field of 5 bytes where 0 are left");
    assertNoMessage("0b", "it has a field of wire type 3");
    assertNoMessage("02", "it has a field numbered 0");
    assertNoMessage("08ffffffffffffffffffff01", "it has a number of more than ten bytes");
    assertNoMessage("0d0000", "it declares a field of 4 bytes where 2 are left");
    assertNoMessage(
        "0affffffffffffffff7f",
        "it declares a field of 9223372036854775807 bytes where 0 are left");
  }

  private static void assertNoMessage(String hex, String reason) {
    byte[] record = HexFormat.of().parseHex(hex);
    RowReader reader =
        RowReader.of(new StructType().add("x", DataTypes.LongType), RecordType.EXAMPLE);

    assertThatThrownBy(() -> reader.read(record, 0, record.length))
        .isInstanceOf(CorruptRecordException.class)
        .hasMessage("it is no message of protobuf: " + reason);
  }

  /** Whatever the bytes, there is a row, or one of two exceptions. */
  @Test
  void survivesAnyBytes() {
    StructType schema =
        new StructType()
            .add("a", DataTypes.createArrayType(DataTypes.LongType))
            .add("b", DataTypes.createArrayType(DataTypes.FloatType))
            .add("c", DataTypes.createArrayType(DataTypes.BinaryType))
            .add("d", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.IntegerType)))
            .add("e", DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.StringType)));
    byte[] framed = written(RecordType.SEQUENCE_EXAMPLE, schema, SequenceRows.row());
    byte[] record = Arrays.copyOfRange(framed, 12, framed.length - 4);
    RowReader reader = RowReader.of(schema, RecordType.SEQUENCE_EXAMPLE);
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] mutant = record.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        int length = random.nextInt(20) == 0 ? random.nextInt(mutant.length) : mutant.length;
        assertThat(reader.read(mutant, 0, length).numFields()).isEqualTo(5);
        read++;
      } catch (CorruptRecordException | IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(read).isBetween(1_000, 99_000);
  }

  private static void assertDamaged(RecordInput input, boolean isLast, String reason) {
    assertThatThrownBy(input::next)
        .isInstanceOfSatisfying(
            CorruptRecordException.class, e -> assertThat(e.isLast()).isEqualTo(isLast))
        .hasMessage(reason);
  }

  private static RecordInput input(byte[] file) {
    return new RecordInput(new ByteArrayInputStream(file), LIMIT);
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] head(long length) {
    ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return head.putInt(new MaskedCrc().of(head.array(), 0, 8)).array();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** A record of bytes. */
  private static byte[] bytes(byte[] record) {
    return written(
        RecordType.BYTE_ARRAY,
        new StructType().add("bytes", DataTypes.BinaryType),
        new GenericInternalRow(new Object[] {record}));
  }

  private static byte[] written(RecordType recordType, StructType schema, InternalRow row) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    RecordFileWriter writer =
        new RecordFileWriter("memory", RowWriter.of(schema, recordType), file);
    writer.write(row);
    writer.close();
    return file.toByteArray();
  }

  /** Gives a few bytes at a time, and remembers the most that it was asked for. */
  private static final class Trickle extends InputStream {

    private final InputStream from;
    private final int most;
    private int mostAsked;

    Trickle(InputStream from, int most) {
      this.from = from;
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      return from.read();
    }

    @Override
    public int read(byte[] bytes, int start, int count) throws IOException {
      mostAsked = Math.max(mostAsked, count);
      return from.read(bytes, start, Math.min(most, count));
    }
  }
}
