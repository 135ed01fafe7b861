"""Writes what PyTorch makes of layers that Keras lacks, for KerasValuesTest to compare: python3 torch_values.py > ../resources/torch-values.json

Needs torch from PyPI; the version that wrote the file stands in it. Cases are as in keras_values.py.
"""

import json
import sys

import torch
from torch import nn

torch.manual_seed(20)
cases = []


def flat(values):
    return [float(f"{value:.9g}") for value in values.detach().reshape(-1).tolist()]


def add(name, x, arrays, output):
    cases.append({"name": name, "inputs": {"x": flat(x)}, "arrays": {key: flat(value) for key, value in arrays.items()}, "output": flat(output)})


x = torch.randn(3, 4) * 2
add("celu", x, {}, nn.CELU(0.5)(x))
add("threshold", x, {}, nn.Threshold(0.2, -0.1)(x))

# A block with the norm in front: 2 heads of 3, so that the width is 6, and a hidden layer of 5.
block = nn.TransformerEncoderLayer(6, 2, 5, 0.0, "gelu", batch_first=True, norm_first=True)
for parameter in block.parameters():
    nn.init.normal_(parameter)
x = torch.randn(3, 4, 6)
attention = block.self_attn
query, key, value = attention.in_proj_weight.chunk(3)
query_bias, key_bias, value_bias = attention.in_proj_bias.chunk(3)
add("transformer encoder", x, {
    "attention_norm_gamma": block.norm1.weight, "attention_norm_beta": block.norm1.bias,
    "attention_query_kernel": query.T, "attention_query_bias": query_bias,
    "attention_key_kernel": key.T, "attention_key_bias": key_bias,
    "attention_value_kernel": value.T, "attention_value_bias": value_bias,
    "attention_output_kernel": attention.out_proj.weight.T, "attention_output_bias": attention.out_proj.bias,
    "feed_norm_gamma": block.norm2.weight, "feed_norm_beta": block.norm2.bias,
    "feed_in_kernel": block.linear1.weight.T, "feed_in_bias": block.linear1.bias,
    "feed_out_kernel": block.linear2.weight.T, "feed_out_bias": block.linear2.bias,
}, block.eval()(x))

json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
