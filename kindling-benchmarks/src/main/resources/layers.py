"""The other side of the layers benchmark: training steps in PyTorch, one thread. A number of steps comes in, the seconds they took go out.

python3 layers.py CASE, with torch from PyPI.
"""

import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.first = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.second = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norms = nn.ModuleList([nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)])
        self.short = nn.Conv2d(channels, filters, 1, stride, bias=False) if stride > 1 else nn.Identity()

    def forward(self, x):
        y = torch.relu(self.norms[0](self.first(x)))
        return torch.relu(self.norms[1](self.second(y)) + self.short(x))


class Last(nn.Module):
    def __init__(self, recurrent):
        super().__init__()
        self.recurrent = recurrent

    def forward(self, x):
        return self.recurrent(x)[0][:, -1]


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


def resnet():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)), torch.rand(64, 3, 32, 32)


def lstm():
    return nn.Sequential(Last(nn.LSTM(32, 64, batch_first=True)), nn.Linear(64, 10)), torch.rand(64, 50, 32)


def transformer():
    block = nn.TransformerEncoderLayer(64, 4, 256, 0.0, batch_first=True, norm_first=True)
    return nn.Sequential(block, Mean(), nn.Linear(64, 10)), torch.rand(32, 64, 64)


def embedding(words):
    model = nn.Sequential(nn.Embedding(words, 32, sparse=True), Mean(), nn.Linear(32, 10))
    return model, torch.randint(words, (128, 20))


case = sys.argv[1]
if case.startswith("embedding"):
    model, x = embedding(int(case.split("-")[1]))
    optimizers = [torch.optim.SparseAdam(model[0].parameters()), torch.optim.Adam(model[2].parameters())]
else:
    model, x = {"resnet": resnet, "lstm": lstm, "transformer": transformer}[case]()
    optimizers = [torch.optim.Adam(model.parameters())]
classes = torch.randint(10, (len(x),))


def train(steps):
    start = time.perf_counter()
    for _ in range(steps):
        for optimizer in optimizers:
            optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), classes).backward()
        for optimizer in optimizers:
            optimizer.step()
    return time.perf_counter() - start


print(train(3), flush=True)
for line in sys.stdin:
    print(train(int(line)), flush=True)
