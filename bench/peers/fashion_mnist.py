"""The Fashion-MNIST tutorial in PyTorch, to measure mica against.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -r bench/peers/requirements.txt
    /tmp/peers/bin/python bench/peers/fashion_mnist.py --model tiny_vgg --loader dataloader --epochs 1

Prints a CSV line for each seed: model, loader, seed, seconds of the median training epoch, exact test accuracy.
"dataloader" is what the tutorial shows: torchvision's data set, ToTensor, DataLoader, torch.optim.SGD. "memory" is what an expert does
on a CPU: tensors in memory, channels_last, fused SGD. The arithmetic is the same.
"""
import argparse
import gzip
import pathlib
import statistics
import tempfile
import time

import numpy
import torch
from torch import nn


def models(name):
    if name == "linear":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Linear(10, 10))
    if name == "linear_relu":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.ReLU(), nn.Linear(10, 10), nn.ReLU())
    if name == "linear_relu_fixed":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.ReLU(), nn.Linear(10, 10))

    def block(channels):
        return [nn.Conv2d(channels, 10, 3, padding=1), nn.ReLU(), nn.Conv2d(10, 10, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]

    return nn.Sequential(*block(1), *block(10), nn.Flatten(), nn.Linear(490, 10))


def read_idx(folder, stem):
    with gzip.open(folder / f"{stem}.gz") as file:
        data = file.read()
    dims = data[3]
    shape = numpy.frombuffer(data, ">u4", dims, 4)
    return torch.from_numpy(numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * dims).copy().reshape(*map(int, shape)))


def in_memory(folder, stem):
    images = read_idx(folder, f"{stem}-images-idx3-ubyte").unsqueeze(1).float() / 255
    return images.contiguous(memory_format=torch.channels_last), read_idx(folder, f"{stem}-labels-idx1-ubyte").long()


def memory_batches(images, labels, batch_size):
    order = torch.randperm(len(labels))
    for ids in order.split(batch_size):
        yield images[ids], labels[ids]


def torchvision_batches(folder, batch_size):
    from torchvision import datasets, transforms
    with tempfile.TemporaryDirectory() as root:  # torchvision reads unpacked files, in folders of its own naming, and keeps them in memory
        raw = pathlib.Path(root) / "FashionMNIST" / "raw"
        raw.mkdir(parents=True)
        for file in folder.glob("*.gz"):
            (raw / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        data = datasets.FashionMNIST(root, train=True, transform=transforms.ToTensor())
    return torch.utils.data.DataLoader(data, batch_size, shuffle=True)


def train(arguments, seed):
    torch.manual_seed(seed)
    model = models(arguments.model)
    folder = pathlib.Path(arguments.data)
    memory = arguments.loader == "memory"
    if memory:
        model = model.to(memory_format=torch.channels_last)
        images, labels = in_memory(folder, "train")
    else:
        loader = torchvision_batches(folder, 32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=memory)
    loss_function = nn.CrossEntropyLoss()
    seconds = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        model.train()
        total = 0
        for inputs, targets in (memory_batches(images, labels, 32) if memory else loader):
            loss = loss_function(model(inputs), targets)
            total += loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        total.item()
        seconds.append(time.perf_counter() - start)
    test_images, test_labels = in_memory(folder, "t10k")
    model.eval()
    with torch.inference_mode():
        accuracy = (torch.cat([model(part) for part in test_images.split(256)]).argmax(1) == test_labels).float().mean().item()
    print(f"{arguments.model},{arguments.loader},{seed},{statistics.median(seconds):.3f},{accuracy:.4f}", flush=True)
    return accuracy


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--model", default="tiny_vgg", choices=["linear", "linear_relu", "linear_relu_fixed", "tiny_vgg"])
parser.add_argument("--loader", default="memory", choices=["memory", "dataloader"])
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
parsed = parser.parse_args()
torch.set_num_threads(parsed.threads)
accuracies = [train(parsed, seed) for seed in range(1, parsed.seeds + 1)]
if parsed.seeds > 1:
    print(f"# mean {statistics.mean(accuracies):.4f} sd {statistics.stdev(accuracies):.4f} n {parsed.seeds}")
