"""Seconds of one AdamW step over ResNet-18's parameters in PyTorch: the peer of bench/adamw_step.cc, which does the same in C++.

    python bench/peers/adamw_step.py            as torch.optim.AdamW comes
    python bench/peers/adamw_step.py --fused    with its fused kernel

Prints step_seconds=S, the median of the steps after a warm-up.
"""
import argparse
import statistics
import time

import torch

THREADS = 2
WARM_UP_STEPS = 5
STEPS = 20


def resnet18_shapes():
    """The shapes of its parameters in their order: convolutions have no bias, a normalisation has a weight and a bias."""
    shapes = [(64, 3, 7, 7), (64,), (64,)]
    inputs = 64
    for outputs in [64, 128, 256, 512]:
        for block in range(2):
            shapes += [(outputs, inputs, 3, 3), (outputs,), (outputs,), (outputs, outputs, 3, 3), (outputs,), (outputs,)]
            if block == 0 and inputs != outputs:  # the shortcut
                shapes += [(outputs, inputs, 1, 1), (outputs,), (outputs,)]
            inputs = outputs
    return shapes + [(1000, 512), (1000,)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fused", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(42)
    parameters = [torch.nn.Parameter(torch.randn(shape)) for shape in resnet18_shapes()]
    assert len(parameters) == 62 and sum(p.numel() for p in parameters) == 11_689_512
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    optimizer = torch.optim.AdamW(parameters, lr=1e-3, fused=True if arguments.fused else None)
    seconds = []
    for _ in range(WARM_UP_STEPS + STEPS):
        start = time.perf_counter()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    print(f"step_seconds={statistics.median(seconds[WARM_UP_STEPS:])}")


if __name__ == "__main__":
    main()
