/**
 * Protobuf's wire format, read without generated classes: what {@code onnx} and {@code tensorflow}
 * models are written in. Knows fields and lengths, no schema.
 *
 * <p>A reader walks over bytes that are in memory already and makes no object per part, so that
 * what a file declares costs nothing before it is compared with what there is and what the limits
 * allow. May import {@code predict}.
 */
package io.kindling.predict.wire;
