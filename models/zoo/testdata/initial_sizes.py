"""Writes initial_sizes.csv: how large torchvision's and timm's code draws the first weights.

  OMP_NUM_THREADS=1 python initial_sizes.py

A row for each weight and bias, norms apart: the root mean square of its values. Needs what parity.py
needs.
"""

import csv
import pathlib

import torch
from torch import nn

from parity import CASES, CLASSES

NORMS = (nn.BatchNorm2d, nn.LayerNorm)


def is_published(module):
    return type(module).__module__.startswith(("torchvision.", "timm."))


def main():
    torch.manual_seed(1)
    with open(pathlib.Path(__file__).parent / "initial_sizes.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["model", "tensor", "size"])
        for arm, case in CASES.items():
            module = case.make(CLASSES, case.side)
            if not is_published(module):
                continue
            norms = {f"{name}." for name, part in module.named_modules() if isinstance(part, NORMS)}
            for name, values in module.named_parameters():
                if name.rpartition(".")[0] + "." not in norms:
                    rows.writerow([arm, case.rename(name), f"{values.double().square().mean().sqrt().item():.4g}"])


if __name__ == "__main__":
    main()
