package io.kindling.tensorflow.predict;

import io.kindling.predict.ModelSignature;
import java.util.Map;

/**
 * A signature and the tensors behind its names.
 *
 * @param inputs tensors to feed, by name of the signature
 * @param outputs tensors to fetch, by name of the signature
 */
record CallableSignature(
    ModelSignature signature, Map<String, String> inputs, Map<String, String> outputs) {}
