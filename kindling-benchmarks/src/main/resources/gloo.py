"""The other side of the all-reduce benchmark: a rank of Gloo in PyTorch. Numbers of floats and of rounds come in, the seconds they took go out.

python3 gloo.py RANK WORLD_SIZE PORT, with torch from PyPI; rank 0 takes any port and says which.
"""

import os
import sys
import time

os.environ["GLOO_SOCKET_IFNAME"] = "lo"

import torch
import torch.distributed as distributed

rank, world_size, port = map(int, sys.argv[1:])
store = distributed.TCPStore("127.0.0.1", port, world_size, rank == 0, wait_for_workers=False)
if rank == 0:
    print(store.port, flush=True)
distributed.init_process_group("gloo", store=store, rank=rank, world_size=world_size)

for line in sys.stdin:
    floats, rounds = map(int, line.split())
    data = torch.zeros(floats)
    # Other ranks may still be making their arrays: the first round waits for them.
    distributed.all_reduce(data)
    began = time.perf_counter()
    for _ in range(rounds):
        distributed.all_reduce(data)
    print(time.perf_counter() - began, flush=True)
