package io.kindling.benchmarks;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import java.util.List;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The networks that are trained, each as Kindling's and as TensorFlow-Java's users write it. */
enum Architecture {
  MLP("784-256-256-10") {
    @Override
    long[] image() {
      return new long[] {Images.SIZE};
    }

    @Override
    Network network() {
      return Network.sequential(
          Input.of("features", Images.SIZE),
          Dense.of(256).relu(),
          Dense.of(256).relu(),
          Dense.of(Images.CLASSES));
    }

    @Override
    Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images, Variables variables) {
      Operand<TFloat32> h = tf.nn.relu(dense(tf, images, 784, 256, variables));
      h = tf.nn.relu(dense(tf, h, 256, 256, variables));
      return dense(tf, h, 256, Images.CLASSES, variables);
    }
  },

  CNN("conv 5x5x32, pool, conv 5x5x64, pool, dense 512, 10") {
    @Override
    long[] image() {
      return new long[] {28, 28, 1};
    }

    @Override
    Network network() {
      return Network.sequential(
          Input.of("features", 28, 28, 1),
          Conv2d.of(32, 5).samePadding().relu(),
          MaxPool2d.of(2),
          Conv2d.of(64, 5).samePadding().relu(),
          MaxPool2d.of(2),
          Flatten.of(),
          Dense.of(512).relu(),
          Dense.of(Images.CLASSES));
    }

    @Override
    Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images, Variables variables) {
      Operand<TFloat32> h = pooled(tf, images, 1, 32, variables);
      h = pooled(tf, h, 32, 64, variables);
      h = tf.reshape(h, tf.constant(new int[] {-1, 7 * 7 * 64}));
      h = tf.nn.relu(dense(tf, h, 7 * 7 * 64, 512, variables));
      return dense(tf, h, 512, Images.CLASSES, variables);
    }
  };

  private final String words;

  Architecture(String words) {
    this.words = words;
  }

  /** Makes a trained variable, which starts at the value given. */
  interface Variables {
    Operand<TFloat32> variable(long[] shape, UnaryOperator<Operand<TFloat32>> start);
  }

  abstract Network network();

  /** The same network in TensorFlow's own operations. */
  abstract Operand<TFloat32> logits(Ops tf, Operand<TFloat32> images, Variables variables);

  /** The shape of one image. */
  abstract long[] image();

  String words() {
    return words;
  }

  private static Operand<TFloat32> dense(
      Ops tf, Operand<TFloat32> x, long inputs, long units, Variables variables) {
    Operand<TFloat32> kernel = variables.variable(new long[] {inputs, units}, scaled(tf, inputs));
    Operand<TFloat32> bias = variables.variable(new long[] {units}, scaled(tf, inputs));
    return tf.nn.biasAdd(tf.linalg.matMul(x, kernel), bias);
  }

  private static Operand<TFloat32> pooled(
      Ops tf, Operand<TFloat32> x, long channels, long filters, Variables variables) {
    Operand<TFloat32> kernel =
        variables.variable(new long[] {5, 5, channels, filters}, scaled(tf, 25 * channels));
    Operand<TFloat32> bias = variables.variable(new long[] {filters}, scaled(tf, 25 * channels));
    Operand<TFloat32> h = tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), "SAME");
    h = tf.nn.relu(tf.nn.biasAdd(h, bias));
    // By hand: TensorFlow-Java offers MaxPoolV2 only, which has no oneDNN kernel.
    return tf.scope()
        .opBuilder("MaxPool", "MaxPool")
        .addInput(h.asOutput())
        .setAttr("ksize", new long[] {1, 2, 2, 1})
        .setAttr("strides", new long[] {1, 2, 2, 1})
        .setAttr("padding", "VALID")
        .build()
        .output(0);
  }

  private static UnaryOperator<Operand<TFloat32>> scaled(Ops tf, long inputs) {
    return normal -> tf.math.mul(normal, tf.constant((float) Math.sqrt(1.0 / inputs)));
  }
}
