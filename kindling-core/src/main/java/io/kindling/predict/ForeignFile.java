package io.kindling.predict;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;

/** Says of what no format reads what it looks like, and what to do. */
final class ForeignFile {

  private ForeignFile() {}

  static String describe(ModelLook look) {
    return look.isFolder() ? ofFolder(look) : ofFile(look);
  }

  private static String ofFolder(ModelLook look) {
    if (look.has("saved_model.pb")) {
      return "It looks like a TensorFlow SavedModel. Add kindling-tensorflow to the class path.";
    }
    if (look.has("saved_model.pbtxt")) {
      return "It is a SavedModel written as text. Save it in binary form, as saved_model.pb.";
    }
    if (look.has("metadata") && look.has("stages")) {
      return "It is a pipeline that Spark saved. Load it with PipelineModel.load, or name the folder"
          + " of one of its stages, in 'stages'.";
    }
    if (look.has("variables") || look.has("assets")) {
      return "It is a folder without saved_model.pb: a part of a SavedModel. Copy the whole folder.";
    }
    if (look.has("pytorch_model.bin") || look.has("model.safetensors")) {
      return "It holds weights without a network, of PyTorch. Export the model to ONNX with"
          + " torch.onnx.export.";
    }
    if (look.entries().isEmpty()) {
      return "It is an empty folder.";
    }
    return "It is a folder without saved_model.pb; it holds "
        + look.entries().stream().limit(10).toList()
        + (look.entries().size() > 10 ? " and more." : ".");
  }

  private static String ofFile(ModelLook look) {
    byte[] head = look.head();
    if (head.length == 0) {
      return "It is an empty file.";
    }
    if (look.startsWith("version https://git-lfs")) {
      return "It is a pointer of Git LFS, not the file. Fetch it with git lfs pull.";
    }
    if (look.startsWith("\u0089HDF\r\n\u001a\n")) {
      return "It is an HDF5 file, perhaps of Keras. Add kindling-keras to the class path.";
    }
    if (look.startsWith("PK\u0003\u0004")) {
      return ofZip(look, new String(head, ISO_8859_1));
    }
    if (look.isNamed(".t7") || look.isNamed(".th")) {
      return "Torch7 files are not supported. Load it with Lua Torch or torchfile, rebuild the"
          + " network in PyTorch, and export it with torch.onnx.export.";
    }
    if (look.isNamed(".pt") || look.isNamed(".pth") || look.startsWith("\u0080\u0002")) {
      return "PyTorch's pickled files are not supported: they are programs. Load it in PyTorch and"
          + " export it with torch.onnx.export.";
    }
    if (look.isNamed(".caffemodel") || look.isNamed(".prototxt")) {
      return "Caffe models are not supported. Convert it to ONNX, for example with"
          + " caffe2onnx or MMdnn.";
    }
    if (look.isNamed(".onnx")) {
      return "It is named as ONNX. Add kindling-onnx to the class path; if it is there, the file is"
          + " no ONNX model: it begins with "
          + hex(head)
          + ".";
    }
    if (look.isNamed(".tflite") || isTfLite(head)) {
      return "TensorFlow Lite models are not supported. Score the SavedModel it was made of, or"
          + " convert it with tf2onnx.";
    }
    if (look.startsWith("\u001f\u008b")) {
      return "It is compressed with gzip. Unpack it first.";
    }
    if (isTar(head)) {
      return "It is a tar archive, whose names and links may lead anywhere. Unpack it with care, and"
          + " name the folder or file inside.";
    }
    if (look.isNamed(".pbtxt") || look.startsWith("node {") || look.startsWith("{")) {
      return "It is a text, not a binary model.";
    }
    if (look.isNamed(".pb")) {
      return "It is named as a graph of TensorFlow. Add kindling-tensorflow to the class path; if"
          + " it is there, the file is no such graph: it begins with "
          + hex(head)
          + ".";
    }
    return "Its first bytes, " + hex(head) + ", are of no model format known here.";
  }

  private static boolean isTfLite(byte[] head) {
    return head.length >= 8 && new String(head, 4, 4, ISO_8859_1).equals("TFL3");
  }

  private static boolean isTar(byte[] head) {
    return head.length >= 262 && new String(head, 257, 5, ISO_8859_1).equals("ustar");
  }

  private static String ofZip(ModelLook look, String head) {
    if (head.contains("/data.pkl") || head.contains("/constants.pkl") || look.isNamed(".pt")) {
      return "TorchScript and other files of PyTorch are not supported. Load it in PyTorch and export"
          + " it with torch.onnx.export.";
    }
    if (look.isNamed(".keras")) {
      return "It is named as a file of Keras. Add kindling-keras to the class path.";
    }
    return "It is a zip archive. Unpack it, and name the folder or file inside.";
  }

  private static String hex(byte[] head) {
    return HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(head.length, 8));
  }
}
