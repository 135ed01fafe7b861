package io.kindling.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void countsFromEitherEnd() {
    Shape shape = Shape.of(2, 3, 4);
    assertThat(shape.dimension(0)).isEqualTo(2);
    assertThat(shape.dimension(-1)).isEqualTo(4);
    assertThat(shape.withDimension(-1, 5)).isEqualTo(Shape.of(2, 3, 5));
    assertThat(shape.withDimension(0, 5)).isEqualTo(Shape.of(5, 3, 4));
    assertThat(shape.size()).isEqualTo(24);
  }

  @Test
  void aScalarHasOneElement() {
    assertThat(Shape.scalar().size()).isEqualTo(1);
    assertThat(Shape.scalar().isScalar()).isTrue();
    assertThat(Shape.scalar()).isEqualTo(Shape.of());
  }

  @Test
  void showsTheBatchDimensionAsAnEngineSeesIt() {
    assertThat(Shape.scalar().toBatchString()).isEqualTo("[?]");
    assertThat(Shape.of(28, 28, 1).toBatchString()).isEqualTo("[?, 28, 28, 1]");
    assertThat(Shape.of(28, 28, 1)).hasToString("[28, 28, 1]");
  }

  @Test
  void rejectsRowsThatPassTheLargestArray() {
    assertThatThrownBy(() -> Shape.of(65536, 65536, 65536, 65536, 65536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid shape [65536, 65536, 65536, 65536, 65536]. One row has at most 2147483647"
                + " elements.");
  }

  @Test
  void aRowsBytesAreElementsTimesTheirSize() {
    assertThat(new TensorSpec("x", ElementType.FLOAT64, Shape.of(3, 2)).rowBytes()).isEqualTo(48);
    assertThat(new TensorSpec("x", ElementType.UINT8, Shape.scalar()).rowBytes()).isEqualTo(1);
    assertThat(new TensorSpec("x", ElementType.INT64, Shape.of(5))).hasToString("'x' int64[?, 5]");
  }
}
