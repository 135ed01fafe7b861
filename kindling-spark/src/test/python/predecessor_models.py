"""Writes the models of SparkFlowScoringTest and SparkDeepLearningScoringTest: python3 predecessor_models.py ../resources/predecessors

Needs tensorflow with keras 3 from PyPI; the files were written by tensorflow 2.21 with keras 3.15. Writes

- xor/xor.meta, .index, .data-00000-of-00001: a checkpoint of TensorFlow 1 with its graph, of a network 2-10-10-1 that has learned XOR,
  with the slots of Adam: 455 floats;
- dense.h5, dense.json: a Keras model of ten inputs, dense 10 with ReLU, dense 1 with sigmoid, weights by Glorot's rule with seed 997,
  and what Keras makes of 20 rows.
"""

import json
import os
import sys

import keras
import numpy as np
import tensorflow.compat.v1 as tf

folder = sys.argv[1]


def write_keras():
    glorot = keras.initializers.GlorotUniform
    model = keras.Sequential(
        [
            keras.Input((10,), name="in"),
            keras.layers.Dense(10, activation="relu", kernel_initializer=glorot(997), name="hidden"),
            keras.layers.Dense(1, activation="sigmoid", kernel_initializer=glorot(997), name="out"),
        ]
    )
    rows = np.random.default_rng(997).normal(size=(20, 10)).astype("float32")
    model.save(os.path.join(folder, "dense.h5"))
    with open(os.path.join(folder, "dense.json"), "w") as file:
        predictions = np.asarray(model(rows)).reshape(-1)
        json.dump(
            {
                "rows": [[float(f"{value:.9g}") for value in row] for row in rows],
                "predictions": [float(f"{value:.9g}") for value in predictions],
            },
            file,
        )


def dense(name, inputs, units, function, seed):
    with tf.variable_scope(name):
        size = inputs.shape[1]
        kernel = tf.get_variable(
            "kernel", [size, units], tf.float32, tf.glorot_uniform_initializer(seed=seed), use_resource=False
        )
        bias = tf.get_variable("bias", [units], tf.float32, tf.zeros_initializer(), use_resource=False)
        return function(tf.nn.bias_add(tf.matmul(inputs, kernel), bias), name="answer")


def write_xor():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], "x")
        y = tf.placeholder(tf.float32, [None, 1], "y")
        hidden = dense("layer_1", x, 10, tf.tanh, 1)
        hidden = dense("layer_2", hidden, 10, tf.tanh, 2)
        answer = dense("out", hidden, 1, tf.sigmoid, 3)
        loss = tf.reduce_mean(tf.square(answer - y), name="loss")
        train = tf.train.AdamOptimizer(0.01).minimize(loss)
        session.run(tf.global_variables_initializer())
        rows = {x: [[0, 0], [1, 1], [1, 0], [0, 1]], y: [[0], [0], [1], [1]]}
        for _ in range(1000):
            session.run(train, rows)
        print(session.run(answer, rows).reshape(-1))
        floats = sum(int(np.prod(each.shape.as_list() or [1])) for each in tf.global_variables())
        assert floats == 455, floats
        os.makedirs(os.path.join(folder, "xor"), exist_ok=True)
        tf.train.Saver().save(
            session, os.path.join(folder, "xor", "xor"), latest_filename="latest", strip_default_attrs=True
        )
        os.remove(os.path.join(folder, "xor", "latest"))


write_keras()
tf.disable_eager_execution()
write_xor()
