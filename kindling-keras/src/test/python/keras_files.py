"""Writes small files of Keras with what Keras makes of an input, for KerasFilesTest: python3 keras_files.py ../resources/keras-files.zip

Needs keras 3 and tensorflow from PyPI; the versions that wrote the files stand in the zip. For each case it holds NAME.keras, NAME.h5,
for some NAME.keras2.h5 with the configuration as Keras 2 wrote it, and NAME.json with inputs by name and outputs in order. The folder refused holds files that are to be refused.
"""

import json
import os
import sys
import tempfile
import zipfile

import h5py
import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(7)
random = np.random.default_rng(7)
L = keras.layers
cases = {}


def numbers(*shape):
    return random.normal(size=shape).astype("float32")


def case(name, model, keras2=False, rows=2, **inputs):
    """A model, with random weights in all layers, and its outputs for random inputs, or those given."""
    for weight in model.weights:
        role = weight.path.split("/")[-1]
        if role != "count":
            value = numbers(*weight.shape) * 0.5
            weight.assign(np.abs(value) + 0.5 if "variance" in role else value)
    for one in model.layers:
        if isinstance(one, L.Normalization):
            one.finalize_state()
    values = []
    for tensor in model.inputs:
        given = inputs.get(tensor.name)
        values.append(numbers(rows, *tensor.shape[1:]) if given is None else given.copy())
    outputs = model(values if len(values) > 1 else values[0], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    assert name not in cases, name
    cases[name] = (model, keras2, dict(zip([t.name for t in model.inputs], values)), [np.asarray(o) for o in outputs])


def layer(name, one, *shape, dtype="float32", keras2=False, **inputs):
    case(name, keras.Sequential([L.Input(shape, name="x", dtype=dtype), one]), keras2, **inputs)


def layers(name, some, *shape, keras2=False):
    """Several layers side by side on one input."""
    x = L.Input(shape, name="x")
    case(name, keras.Model(x, [one(x) for one in some]), keras2)


# Dense, and functions.
layers("dense", [L.Dense(4), L.Dense(3, "tanh", use_bias=False), L.Dense(2, "leaky_relu"), L.Dense(2, activation=L.LeakyReLU(0.1))], 3)
layer("dense_of_sequences", L.Dense(2, "softmax"), 4, 3)
FUNCTIONS = ("linear", "relu", "relu6", "elu", "selu", "gelu", "silu", "mish", "softplus", "softsign", "sigmoid", "hard_sigmoid",
             "hard_silu", "tanh", "hard_tanh", "exponential", "softmax", "log_softmax", "leaky_relu", "celu")
layers("functions", [L.Activation(function) for function in FUNCTIONS], 5)
layers("function_layers", [L.ReLU(), L.ReLU(max_value=6), L.ReLU(negative_slope=0.2), L.ReLU(threshold=0.5), L.LeakyReLU(0.3), L.ELU(),
                           L.Softmax()], 5)
layers("prelu", [L.PReLU(shared_axes=[1, 2]), L.PReLU(shared_axes=[1, 2])], 3, 2, 4)
layer("prelu_of_vectors", L.PReLU(), 4)
words = np.array([[1, 0, 3, 5], [2, 2, 0, 0]], "int32")
layer("embedding", L.Embedding(6, 3), 4, dtype="int32", x=words)
layer("embedding_of_floats", L.Embedding(6, 3), 4, x=words.astype("float32"))
x = L.Input((4,), name="x", dtype="int32")
case("category_encoding", keras.Model(x, [L.CategoryEncoding(6, output_mode=mode)(x) for mode in ("multi_hot", "count")]), x=words)

# Convolutions and pools.
SAME = {"padding": "same"}
layers("conv1d", [L.Conv1D(3, 2), L.Conv1D(3, 3, strides=2, activation="relu", **SAME), L.Conv1D(2, 3, padding="causal"),
                  L.Conv1D(2, 2, strides=2, padding="causal", use_bias=False), L.Conv1D(2, 3, padding="causal", dilation_rate=2),
                  L.Conv1D(2, 2, dilation_rate=2, **SAME), L.Conv1D(4, 3, groups=2, activation="leaky_relu"),
                  L.Conv1D(4, 3, groups=2, use_bias=False, padding="causal")], 7, 4)
layers("conv2d", [L.Conv2D(3, 2), L.Conv2D(3, (3, 2), strides=2, activation="relu", **SAME), L.Conv2D(2, 3, use_bias=False),
                  L.Conv2D(2, 2, dilation_rate=2, activation="celu"), L.Conv2D(4, 3, groups=2)], 6, 5, 4)
layers("depthwise_conv1d", [L.DepthwiseConv1D(3), L.DepthwiseConv1D(2, strides=2, depth_multiplier=2, use_bias=False, **SAME),
                            L.DepthwiseConv1D(2, activation="leaky_relu")], 6, 3)
layers("depthwise_conv2d", [L.DepthwiseConv2D(3), L.DepthwiseConv2D((2, 3), strides=2, depth_multiplier=2, activation="relu", **SAME),
                            L.DepthwiseConv2D(2, dilation_rate=2, use_bias=False)], 6, 5, 3)
layers("separable_conv1d", [L.SeparableConv1D(4, 3), L.SeparableConv1D(3, 2, strides=2, depth_multiplier=2, activation="tanh", **SAME),
                            L.SeparableConv1D(3, 2, dilation_rate=2, use_bias=False)], 6, 3)
layers("separable_conv2d", [L.SeparableConv2D(4, 3), L.SeparableConv2D(3, (2, 3), strides=2, depth_multiplier=2, activation="tanh", **SAME),
                            L.SeparableConv2D(3, 2, dilation_rate=2, use_bias=False)], 6, 5, 2)
layers("conv2d_transpose", [L.Conv2DTranspose(3, 3), L.Conv2DTranspose(2, (2, 3), strides=2, activation="relu", **SAME),
                            L.Conv2DTranspose(2, 2, strides=3, use_bias=False)], 3, 4, 2)
layers("pools1d", [pool(*args, **more) for pool in (L.MaxPooling1D, L.AveragePooling1D) for args, more in
                   (((2,), {}), ((3,), {"strides": 2, "padding": "same"}), ((2,), {"strides": 1}))], 7, 2)
layers("pools2d", [pool(*args, **more) for pool in (L.MaxPooling2D, L.AveragePooling2D) for args, more in
                   (((2,), {}), (((3, 2),), {"strides": 2, "padding": "same"}), (((2, 5),), {}))], 6, 5, 2)
layers("global_pools1d", [L.GlobalMaxPooling1D(), L.GlobalAveragePooling1D(), L.GlobalMaxPooling1D(keepdims=True)], 5, 3)
layers("global_pools2d", [L.GlobalMaxPooling2D(), L.GlobalAveragePooling2D(), L.GlobalAveragePooling2D(keepdims=True)], 4, 3, 3)

# Shapes.
layers("shapes1d", [L.Flatten(), L.Reshape((3, 4)), L.Reshape((-1, 2)), L.Permute((2, 1)), L.ZeroPadding1D((1, 2)), L.ZeroPadding1D(1),
                    L.Cropping1D((1, 2)), L.UpSampling1D(3), L.Identity()], 6, 2)
layers("shapes2d", [L.Flatten(), L.Permute((3, 1, 2)), L.ZeroPadding2D(1), L.ZeroPadding2D(((1, 0), (2, 1))), L.ZeroPadding2D((1, 2)),
                    L.Cropping2D(((1, 0), (1, 2))), L.UpSampling2D((2, 3))], 4, 5, 2)
layer("repeat_vector", L.RepeatVector(3), 4)

# Normalization, and what does nothing in scoring.
layers("norms", [L.BatchNormalization(), L.BatchNormalization(scale=False, epsilon=0.01), L.BatchNormalization(center=False),
                 L.LayerNormalization(), L.LayerNormalization(scale=False, center=False, epsilon=1e-5), L.RMSNormalization(),
                 L.GroupNormalization(2), L.GroupNormalization(-1, scale=False)], 3, 2, 4)
layer("batch_norm_of_vectors", L.BatchNormalization(), 4)
layer("normalization", L.Normalization(), 2, 3)
layer("normalization_of_all", L.Normalization(axis=None), 2, 3)
layer("normalization_stated", L.Normalization(mean=[1, 2, 3], variance=[0.25, 4, 1]), 3)
layers("rescaling", [L.Rescaling(1 / 255), L.Rescaling(2.0, offset=-1.0)], 3)
layers("only_in_training", [L.Dropout(0.3), L.SpatialDropout1D(0.2), L.GaussianNoise(0.3), L.GaussianDropout(0.2), L.AlphaDropout(0.2),
                            L.ActivityRegularization(0.1)], 3, 2)
layers("only_in_training_of_pictures", [L.SpatialDropout2D(0.2), L.RandomFlip()], 3, 2, 2)

# Sequences.
layers("simple_rnn", [L.SimpleRNN(3), L.SimpleRNN(2, return_sequences=True, activation="relu", use_bias=False),
                      L.SimpleRNN(2, go_backwards=True)], 4, 3)
layers("lstm", [L.LSTM(3), L.LSTM(2, return_sequences=True, recurrent_activation="hard_sigmoid"), L.LSTM(2, use_bias=False, activation="relu"),
                L.LSTM(2, go_backwards=True)], 4, 3)
layers("gru", [L.GRU(3), L.GRU(2, return_sequences=True), L.GRU(2, reset_after=False), L.GRU(2, reset_after=False, use_bias=False),
               L.GRU(2, use_bias=False), L.GRU(2, go_backwards=True)], 4, 3)
layers("bidirectional", [L.Bidirectional(L.LSTM(2)), L.Bidirectional(L.GRU(2, return_sequences=True), merge_mode="sum"),
                         L.Bidirectional(L.SimpleRNN(2), merge_mode="mul"), L.Bidirectional(L.GRU(2, reset_after=False), merge_mode="ave")], 4, 3)
layers("conv_lstm2d", [L.ConvLSTM2D(2, 2), L.ConvLSTM2D(1, 3, padding="same", return_sequences=True, use_bias=False),
                       L.Bidirectional(L.ConvLSTM2D(1, 2, return_sequences=True))], 3, 4, 4, 2)
layers("time_distributed", [L.TimeDistributed(L.Dense(3, "relu")), L.TimeDistributed(L.BatchNormalization()), L.TimeDistributed(L.Dropout(0.2)),
                            L.TimeDistributed(L.LayerNormalization(center=False))], 4, 3)
layer("time_distributed_pictures", L.TimeDistributed(L.Conv2D(2, 2)), 3, 4, 4, 2)
x = L.Input((4,), name="x", dtype="int32")
embedded = L.Embedding(6, 3, mask_zero=True)(x)
masked = np.array([[1, 2, 0, 0], [5, 3, 4, 1], [2, 0, 0, 0]], "int32")
case("masked", keras.Model(x, [L.LSTM(2)(embedded), L.Bidirectional(L.GRU(2, return_sequences=True))(embedded),
                               L.GRU(2)(L.LSTM(3, return_sequences=True)(L.Dropout(0.1)(embedded))),
                               L.GlobalAveragePooling1D()(L.Dense(2)(embedded)), L.SimpleRNN(2)(L.Add()([embedded, L.Dense(3)(embedded)]))]), x=masked)
case("masked_convolution", keras.Sequential([L.Input((4,), name="x", dtype="int32"), L.Embedding(6, 3, mask_zero=True),
                                             L.Conv1D(3, 2, padding="same"), L.Reshape((4, 3)), L.LSTM(2)]), x=masked)
gaps = numbers(3, 4, 2)
gaps[0, 2:], gaps[2, 1:] = 0, 0
case("masking", keras.Sequential([L.Input((4, 2), name="x"), L.Masking(), L.GRU(3)]), x=gaps)
gaps[0, 2:], gaps[2, 1:] = 5, 5
x = L.Input((4, 2), name="x")
shown = L.Masking(5.0)(x)
case("masking_of_fives", keras.Model(x, [L.Flatten()(shown), L.LSTM(2)(shown)]), x=gaps)
x, y = L.Input((4, 5), name="x"), L.Input((3, 6), name="y")
case("attention", keras.Model([x, y], [L.MultiHeadAttention(2, 3)(x, x), L.MultiHeadAttention(2, 3, use_bias=False)(x, y),
                                       L.MultiHeadAttention(1, 2, dropout=0.1)(x, x, use_causal_mask=True)]), keras2=True)

# Several inputs.
x, y = L.Input((4,), name="x"), L.Input((4,), name="y")
MERGES = (L.Add(), L.Subtract(), L.Multiply(), L.Average(), L.Maximum(), L.Minimum(), L.Concatenate(), L.Dot(1), L.Dot(-1, normalize=True))
case("merges", keras.Model([x, y], [merge([x, y]) for merge in MERGES]), keras2=True)
x, y = L.Input((2, 3), name="x"), L.Input((4, 3), name="y")
case("concatenate_steps", keras.Model([x, y], L.Concatenate(axis=1)([x, y])))
x, y = L.Input((4,), name="x"), L.Input((4,), name="y")
case("operations", keras.Model([x, y], [x + y, x - y, x * y, x + 1.5, x - 2.0, 3.0 - x, x * 0.5, x / 4.0]))

# Models.
case("convolutional", keras.Sequential([L.Input((8, 8, 1), name="x"), L.Conv2D(3, 3, activation="relu"), L.MaxPooling2D(), L.Conv2D(4, 2),
                                        L.BatchNormalization(), L.ReLU(), L.Flatten(), L.Dropout(0.5), L.Dense(5, "softmax")]), keras2=True)
x = L.Input((6, 6, 2), name="x")
y = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", name="first")(x))
z = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", name="second")(L.ReLU()(y)))
case("residual", keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(L.Add()([y, z])))), keras2=True)
inner = keras.Sequential([L.Input((3,)), L.Dense(4), L.BatchNormalization(), L.Dense(2)], name="inner")
x, y = L.Input((3,), name="x"), L.Input((3,), name="y")
shared = L.Dense(3, "tanh", name="shared")
case("siamese", keras.Model([x, y], L.Concatenate()([inner(shared(x)), inner(shared(y))])), keras2=True)
deep = keras.Sequential([L.Input((3,)), keras.Sequential([L.Input((3,)), L.Dense(4), L.BatchNormalization()], name="a"), L.Dense(3)], name="b")
frozen = keras.Sequential([L.Input((3,)), L.Dense(2), L.BatchNormalization(), L.Dense(3)], name="c")
frozen.layers[0].trainable = False
case("nested", keras.Sequential([L.Input((3,), name="x"), deep, frozen, L.Dense(2)]), keras2=True)
x = L.Input((3,), name="x")
two = keras.Model(x, [L.Dense(2, name="left")(x), L.Dense(4, name="right")(x)], name="two")
x = L.Input((3,), name="x")
left, right = two(x)
case("two_results", keras.Model(x, [L.Dense(2, name="end")(right), left]))
x = L.Input((3,), name="x")
looped = L.Dense(3, name="looped")
case("applied_twice", keras.Model(x, looped(L.ReLU()(looped(x)))), keras2=True)


def as_keras2(config):
    """The configuration of a model as Keras 2 wrote it."""
    if isinstance(config, list):
        return [as_keras2(each) for each in config]
    if not isinstance(config, dict):
        return config
    if "module" in config and "class_name" in config and config["class_name"] == "DTypePolicy":
        return config["config"]["name"]
    made = {key: as_keras2(value) for key, value in config.items() if key not in ("module", "registered_name", "build_config", "inbound_nodes")}
    if "inbound_nodes" in config:
        made["inbound_nodes"] = [as_call(node) for node in config["inbound_nodes"]]
    if "batch_shape" in made:
        made["batch_input_shape"] = made.pop("batch_shape")
    for key in ("input_layers", "output_layers"):
        if key in made and isinstance(made[key][0], str):
            made[key] = [made[key]]
    return made


def as_call(node):
    history = lambda value: value["config"]["keras_history"]
    args = node["args"][0] if isinstance(node["args"][0], list) else node["args"]
    more = {key: value for key, value in node["kwargs"].items() if key == "use_causal_mask"}
    if len(args) == 2 and not isinstance(node["args"][0], list):
        more["value"] = history(args[1])
        args = args[:1]
    return [history(value) + [more] for value in args]


def saved(model, name, folder):
    path = os.path.join(folder, name)
    model.save(path)
    with open(path, "rb") as file:
        return file.read()


def replaced(by):
    """Puts something else in the place of a kernel."""

    def change(file):
        kernels = []
        file.visititems(lambda name, one: kernels.append(name) if name.endswith("/kernel") else None)
        kernel = file[kernels[0]][()]
        del file[kernels[0]]
        by(file, kernels[0], kernel)

    return change


def linked(to):
    return replaced(lambda file, name, kernel: file.__setitem__(name, to))


REFUSED = {
    "soft link": linked(h5py.SoftLink("/model_weights")),
    "external link": linked(h5py.ExternalLink("outside.h5", "/kernel")),
    "external storage": replaced(lambda file, name, kernel: file.create_dataset(
        name, kernel.shape, kernel.dtype, external=[("outside.bin", 0, kernel.nbytes)])),
    "chunks": replaced(lambda file, name, kernel: file.create_dataset(name, data=kernel, chunks=kernel.shape)),
    "compressed": replaced(lambda file, name, kernel: file.create_dataset(name, data=kernel, compression="gzip")),
    "whole numbers": replaced(lambda file, name, kernel: file.create_dataset(name, data=kernel.astype("int32"))),
    "half floats": replaced(lambda file, name, kernel: file.create_dataset(name, data=kernel.astype("float16"))),
    "of Keras 1": lambda file: file.attrs.__setitem__("keras_version", "1.2.2"),
}


def flat(values):
    return [float(f"{value:.9g}") for value in np.asarray(values, "float32").reshape(-1)]


with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as target, tempfile.TemporaryDirectory() as folder:

    def put(name, content):
        target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

    put("versions.json", json.dumps({"keras": keras.__version__, "tensorflow": tf.__version__}))
    for name, (model, keras2, inputs, outputs) in cases.items():
        put(name + ".keras", saved(model, name + ".keras", folder))
        old = saved(model, name + ".h5", folder)
        put(name + ".h5", old)
        if keras2:
            path = os.path.join(folder, name + ".h5")
            with h5py.File(path, "r+") as file:
                config = json.loads(file.attrs["model_config"])
                file.attrs["model_config"] = json.dumps({"class_name": config["class_name"], "config": as_keras2(config["config"])})
                file.attrs["keras_version"] = "2.15.0"
            with open(path, "rb") as file:
                put(name + ".keras2.h5", file.read())
        put(name + ".json", json.dumps({
            "inputs": {key: flat(value) for key, value in inputs.items()},
            "outputs": [{"shape": list(output.shape), "values": flat(output)} for output in outputs],
        }, separators=(",", ":")))
    plain = keras.Sequential([L.Input((3,), name="x"), L.Dense(2, name="dense")])
    for name, change in REFUSED.items():
        path = os.path.join(folder, "refused.h5")
        plain.save(path)
        with h5py.File(path, "r+") as file:
            change(file)
        with open(path, "rb") as file:
            put("refused/" + name + ".h5", file.read())
print(len(cases), "cases,", os.path.getsize(sys.argv[1]), "bytes")
