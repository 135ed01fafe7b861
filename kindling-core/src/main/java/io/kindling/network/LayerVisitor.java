package io.kindling.network;

/** One method per kind of layer: the compiler then finds every engine that lacks one. */
public interface LayerVisitor<R> {
  R visit(Dense layer);

  R visit(Conv2d layer);

  R visit(MaxPool2d layer);

  R visit(AveragePool2d layer);

  R visit(Flatten layer);

  R visit(Reshape layer);

  R visit(Dropout layer);

  R visit(BatchNorm layer);

  R visit(Activate layer);

  R visit(Add layer);

  R visit(Concatenate layer);
}
