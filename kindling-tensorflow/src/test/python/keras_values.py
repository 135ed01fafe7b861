"""Writes what Keras makes of layers, for KerasValuesTest to compare: python3 keras_values.py > ../resources/keras-values.json

Needs keras and tensorflow from PyPI; the versions that wrote the file stand in it. A case is a name, inputs by name, parameters and
state by their roles in Kindling, and the output; the test knows Kindling's layer for the name.
"""

import json
import sys

import keras
import numpy as np
import tensorflow as tf

random = np.random.default_rng(20)
cases = []


def numbers(*shape):
    return random.normal(size=shape).astype("float32")


def flat(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, "float32").reshape(-1)]


def add(name, inputs, arrays, output):
    cases.append(
        {
            "name": name,
            "inputs": {key: flat(value) for key, value in inputs.items()},
            "arrays": {key: flat(value) for key, value in arrays.items()},
            "output": flat(output),
        }
    )


def case(name, layer, *shape, roles=(), reshape=None, **call):
    """One input, x; the layer's weights get random values, and roles in their order."""
    x = numbers(3, *shape)
    layer(x, **call)
    weights = [numbers(*weight.shape) for weight in layer.weights]
    for i, role in enumerate(roles):
        if role == "moving_variance":
            weights[i] = np.abs(weights[i]) + 0.5
    layer.set_weights(weights)
    assert len(weights) == len(roles), (name, [weight.path for weight in layer.weights])
    add(name, {"x": x}, dict(zip(roles, weights)), layer(x, **call))


def merge(name, layer, *shape):
    x, z = numbers(3, *shape), numbers(3, *shape)
    add(name, {"x": x, "z": z}, {}, layer([x, z]))


L = keras.layers
KB = ("kernel", "bias")
case("dense", L.Dense(4), 3, roles=KB)
case("dense over places", L.Dense(4, "tanh"), 2, 3, roles=KB)
for activation in ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "softsign", "sigmoid",
                   "hard_sigmoid", "hard_silu", "tanh", "hard_tanh", "exponential", "softmax", "log_softmax"):
    function = keras.activations.get(activation)
    if activation == "gelu":
        function = lambda x: keras.activations.gelu(x, approximate=False)
    if activation == "leaky_relu":
        function = lambda x: keras.activations.leaky_relu(x, negative_slope=0.01)
    x = numbers(3, 4) * 3
    add("activation " + activation, {"x": x}, {}, function(x))
x = numbers(3, 4)
add("activation gelu_tanh", {"x": x}, {}, keras.activations.gelu(x, approximate=True))
for padding in ("valid", "same"):
    for stride in (1, 2):
        end = f", stride {stride}, {padding}"
        case("conv1d" + end, L.Conv1D(4, 3, strides=stride, padding=padding), 7, 2, roles=KB)
        case("conv2d" + end, L.Conv2D(4, (3, 2), strides=stride, padding=padding), 6, 5, 2, roles=KB)
        case("depthwise" + end, L.DepthwiseConv2D(3, strides=stride, padding=padding, depth_multiplier=2), 6, 5, 2, roles=KB)
        case("separable" + end, L.SeparableConv2D(4, 3, strides=stride, padding=padding, depth_multiplier=2), 6, 5, 2,
             roles=("depthwise_kernel", "pointwise_kernel", "bias"))
        case("transposed" + end, L.Conv2DTranspose(4, 3, strides=stride, padding=padding), 4, 3, 2, roles=KB)
        case("max pool 1d" + end, L.MaxPooling1D(3, strides=stride, padding=padding), 7, 2)
        case("average pool 1d" + end, L.AveragePooling1D(3, strides=stride, padding=padding), 7, 2)
        case("max pool 2d" + end, L.MaxPooling2D((3, 2), strides=stride, padding=padding), 6, 5, 2)
        case("average pool 2d" + end, L.AveragePooling2D((3, 2), strides=stride, padding=padding), 6, 5, 2)
    case("dilated conv1d, " + padding, L.Conv1D(4, 3, dilation_rate=2, padding=padding), 8, 2, roles=KB)
    case("dilated conv2d, " + padding, L.Conv2D(4, 3, dilation_rate=2, padding=padding), 7, 6, 2, roles=KB)
    case("dilated depthwise, " + padding, L.DepthwiseConv2D(3, dilation_rate=2, padding=padding), 7, 6, 2, roles=KB)
case("grouped conv2d", L.Conv2D(6, 3, groups=2), 5, 5, 4, roles=KB)
case("global max pool", L.GlobalMaxPooling2D(), 3, 4, 2)
case("global average pool", L.GlobalAveragePooling1D(), 5, 2)
case("batch norm", L.BatchNormalization(), 2, 3, roles=("gamma", "beta", "moving_mean", "moving_variance"), training=False)
case("layer norm", L.LayerNormalization(), 2, 5, roles=("gamma", "beta"))
case("rms norm", L.RMSNormalization(), 2, 5, roles=("gamma",))
case("group norm", L.GroupNormalization(2), 3, 2, 4, roles=("gamma", "beta"))
case("flatten", L.Flatten(), 2, 3, 2)
case("permute", L.Permute((3, 1, 2)), 2, 3, 4)
case("repeat vector", L.RepeatVector(3), 4)
case("zero padding", L.ZeroPadding2D(((1, 0), (2, 1))), 2, 3, 2)
case("cropping", L.Cropping2D(((1, 0), (1, 1))), 3, 4, 2)
case("up sampling", L.UpSampling2D((2, 3)), 2, 3, 2)
case("rescaling", L.Rescaling(0.5, 2), 4)
case("prelu", L.PReLU(shared_axes=[1]), 2, 3, roles=("slope",))
case("time distributed", L.TimeDistributed(L.Conv2D(2, 3, activation="relu")), 2, 4, 4, 1, roles=("layer_kernel", "layer_bias"))
for name, layer in (("add", L.Add()), ("subtract", L.Subtract()), ("multiply", L.Multiply()), ("average", L.Average()),
                    ("maximum", L.Maximum()), ("minimum", L.Minimum()), ("dot", L.Dot(1)), ("cosine", L.Dot(1, normalize=True)),
                    ("concatenate", L.Concatenate())):
    merge(name, layer, 4)

table = numbers(6, 3)
words = random.integers(0, 6, (3, 4))
words[0, 2:] = 0
layer = L.Embedding(6, 3)
layer(words)
layer.set_weights([table])
add("embedding", {"words": words}, {"table": table}, layer(words))

RNN = ("kernel", "recurrent_kernel", "bias")


def recurrent(name, layer, roles, split=lambda weights: weights):
    for masked in (False, True):
        x = numbers(3, 4, 3)
        mask = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]], "float32")
        layer(x)
        weights = [numbers(*weight.shape) for weight in layer.weights]
        layer.set_weights(weights)
        inputs = {"x": x, "mask": mask} if masked else {"x": x}
        output = layer(x, mask=tf.constant(mask > 0) if masked else None)
        add(name + (" with a mask" if masked else ""), inputs, dict(zip(roles, split(weights))), output)


def gru(weights):
    return [weights[0], weights[1], weights[2][0], weights[2][1]]


GRU = RNN + ("recurrent_bias",)
recurrent("simple rnn", L.SimpleRNN(2), RNN)
recurrent("simple rnn, all", L.SimpleRNN(2, return_sequences=True), RNN)
recurrent("lstm", L.LSTM(2), RNN)
recurrent("lstm, all", L.LSTM(2, return_sequences=True), RNN)
recurrent("gru", L.GRU(2), GRU, gru)
recurrent("gru, all", L.GRU(2, return_sequences=True), GRU, gru)
recurrent("gru, back", L.GRU(2, go_backwards=True), GRU, gru)
both = tuple(f"{way}_{role}" for way in ("forward", "backward") for role in RNN)
recurrent("bidirectional lstm", L.Bidirectional(L.LSTM(2)), both)
recurrent("bidirectional lstm, all", L.Bidirectional(L.LSTM(2, return_sequences=True)), both)


def attention(name, keys=None, causal=False, masked=False):
    x = numbers(3, 4, 5)
    inputs = {"x": x}
    if keys:
        inputs["z"] = numbers(3, *keys)
    z = inputs.get("z", x)
    if masked:
        inputs["mask"] = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]], "float32")
    layer = L.MultiHeadAttention(2, 3)
    layer(x, z)
    weights = [numbers(*weight.shape) for weight in layer.weights]
    layer.set_weights(weights)
    roles = [f"{part}_{array}" for part in ("query", "key", "value", "output") for array in KB]
    mask = inputs["mask"][:, None, :].repeat(4, 1) > 0 if masked else None
    add(name, inputs, dict(zip(roles, weights)), layer(x, z, attention_mask=mask, use_causal_mask=causal))


attention("attention")
attention("causal attention", causal=True)
attention("cross attention", keys=(2, 6))
attention("masked attention", masked=True)

for padding in ("valid", "same"):
    for stride in (1, 2):
        layer = L.SeparableConv1D(4, 3, strides=stride, padding=padding, depth_multiplier=2)
        case(f"separable 1d, stride {stride}, {padding}", layer, 7, 2, roles=("depthwise_kernel", "pointwise_kernel", "bias"))
for mode in ("sum", "ave", "mul"):
    recurrent("bidirectional lstm, " + mode, L.Bidirectional(L.LSTM(2), merge_mode=mode), both)
for mode in ("multi_hot", "count"):
    add(mode, {"words": words}, {}, L.CategoryEncoding(num_tokens=6, output_mode=mode)(words))

x, mask = numbers(3, 4, 2), np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]], "float32")
add("masked global average pool", {"x": x, "mask": mask}, {}, L.GlobalAveragePooling1D()(x, mask=tf.constant(mask)))

case("leaky relu", L.LeakyReLU(0.3), 4)
case("reshape", L.Reshape((4, 3)), 2, 6)
case("cropping 1d", L.Cropping1D((1, 2)), 6, 2)
case("zero padding 1d", L.ZeroPadding1D((1, 2)), 4, 2)
case("up sampling 1d", L.UpSampling1D(3), 4, 2)
case("normalization", L.Normalization(mean=[1, 2, 3], variance=[0.25, 4, 1]), 2, 3)
masked = numbers(3, 4, 2)
masked[0, 2:], masked[2, 1] = 0, 0
add("mask", {"x": masked}, {}, L.Masking().compute_mask(masked))

x = numbers(3, 4) * 3
add("activation hard_sigmoid_fifth", {"x": x}, {}, np.clip(0.2 * x + 0.5, 0, 1))
recurrent("lstm, hard gates", L.LSTM(2, recurrent_activation="hard_sigmoid"), RNN)
before = L.GRU(2, recurrent_activation="hard_sigmoid", reset_after=False)
recurrent("gru, reset before, hard gates", before, RNN)
case("conv lstm", L.ConvLSTM2D(2, 2), 3, 4, 4, 2, roles=RNN)
case("conv lstm, all", L.ConvLSTM2D(2, (3, 2), strides=2, padding="same", return_sequences=True), 3, 5, 4, 2, roles=RNN)

json.dump({"keras": keras.__version__, "tensorflow": tf.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
