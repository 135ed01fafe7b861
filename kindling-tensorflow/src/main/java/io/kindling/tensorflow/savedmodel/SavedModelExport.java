package io.kindling.tensorflow.savedmodel;

/** Writes a trained network as a SavedModel. */
public final class SavedModelExport {

  private SavedModelExport() {}
}
