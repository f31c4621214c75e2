"""The Fashion-MNIST tutorial's training in PyTorch, to measure mica against.

    bazel run //bench:fashion_mnist        measures it in turn with mica
    python bench/peers/fashion_mnist.py --model tiny_vgg --loader dataloader --epochs 1

Prints a CSV line for each seed: model, loader, seed, seconds of the median training epoch, exact test accuracy.
With --measure it trains one epoch, or --steps of it, tests nothing, and prints the seconds of that and those from the start of the process
to the end of the first training step.
With --evaluate it trains nothing and prints the seconds of a pass over the test pictures with loss and accuracy, after one that warms up.
"dataloader" is what the tutorial shows: torchvision's data set, ToTensor, DataLoader, torch.optim.SGD. "memory" is what an expert does
on a CPU: tensors in memory, channels_last, fused SGD. The arithmetic is the same.
"""
import argparse
import contextlib
import gzip
import itertools
import os
import pathlib
import statistics
import tempfile
import time

import numpy
import torch
from torch import nn

from torchvision_files import unpack_for_torchvision


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


class MemoryBatches:
    def __init__(self, folder, batch_size):
        self.images, self.labels = in_memory(folder, "train")
        self.batch_size = batch_size

    def __iter__(self):
        for ids in torch.randperm(len(self.labels)).split(self.batch_size):
            yield self.images[ids], self.labels[ids]


def test_batches(arguments):
    folder = pathlib.Path(arguments.data)
    if arguments.loader == "memory":
        images, labels = in_memory(folder, "t10k")
        return list(zip(images.split(arguments.eval_batch_size), labels.split(arguments.eval_batch_size)))
    return torchvision_batches(folder, arguments.torchvision_root, 32, train=False)


def torchvision_batches(folder, torchvision_root, batch_size, train=True):
    from torchvision import datasets, transforms
    with contextlib.ExitStack() as stack:  # torchvision keeps the pictures in memory
        if torchvision_root is None:
            torchvision_root = stack.enter_context(tempfile.TemporaryDirectory())
            unpack_for_torchvision(folder, torchvision_root)
        data = datasets.FashionMNIST(torchvision_root, train=train, transform=transforms.ToTensor())
    return torch.utils.data.DataLoader(data, batch_size, shuffle=train)


def seconds_since_process_start():
    """Exactly as mica does it, so that the two compare: now on the clock since boot, less field 22 of /proc/self/stat."""
    fields = pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[22 - 3]) / os.sysconf("SC_CLK_TCK")


class Training:
    def __init__(self, arguments, seed):
        torch.manual_seed(seed)
        folder = pathlib.Path(arguments.data)
        self.model = models(arguments.model)
        memory = arguments.loader == "memory"
        if memory:
            self.model = self.model.to(memory_format=torch.channels_last)
            self.batches = MemoryBatches(folder, 32)
        else:
            self.batches = torchvision_batches(folder, arguments.torchvision_root, 32)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, fused=memory)
        self.loss_function = nn.CrossEntropyLoss()
        self.seconds_to_first_step = None

    def epoch(self, steps=None):
        """Returns its seconds."""
        start = time.perf_counter()
        self.model.train()
        total = 0
        for inputs, targets in itertools.islice(self.batches, steps):
            loss = self.loss_function(self.model(inputs), targets)
            total += loss.detach()  # the tutorial keeps the graph of every step by this line: 1.7 GB more in an epoch of tiny_vgg
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            if self.seconds_to_first_step is None:
                self.seconds_to_first_step = seconds_since_process_start()
        total.item()
        return time.perf_counter() - start

    def test_accuracy(self, folder):
        images, labels = in_memory(folder, "t10k")
        self.model.eval()
        with torch.inference_mode():
            predictions = torch.cat([self.model(part) for part in images.split(256)]).argmax(1)
        return (predictions == labels).float().mean().item()


def measure(arguments):
    training = Training(arguments, seed=42)
    seconds = training.epoch(arguments.steps)
    print(f"train_seconds={seconds} start_to_first_step_seconds={training.seconds_to_first_step}")


def evaluate(arguments):
    torch.manual_seed(42)
    model = models(arguments.model).to(memory_format=torch.channels_last).eval()
    batches = test_batches(arguments)
    for _ in range(2):
        start = time.perf_counter()
        loss = correct = samples = 0
        with torch.inference_mode():
            for images, labels in batches:
                logits = model(images)
                loss += nn.functional.cross_entropy(logits, labels, reduction="sum")
                correct += (logits.argmax(1) == labels).sum()
                samples += len(labels)
        loss, accuracy = (loss / samples).item(), (correct / samples).item()
        seconds = time.perf_counter() - start
    print(f"eval_seconds={seconds} loss={loss} accuracy={accuracy}")


def train(arguments, seed):
    training = Training(arguments, seed)
    seconds = [training.epoch() for _ in range(arguments.epochs)]
    accuracy = training.test_accuracy(pathlib.Path(arguments.data))
    print(f"{arguments.model},{arguments.loader},{seed},{statistics.median(seconds):.3f},{accuracy:.4f}", flush=True)
    return accuracy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="tiny_vgg", choices=["linear", "linear_relu", "linear_relu_fixed", "tiny_vgg"])
    parser.add_argument("--loader", default="memory", choices=["memory", "dataloader"])
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", help="folder with the four files, packed")
    parser.add_argument("--torchvision_root", help="folder that torchvision_files.py has filled; without it, unpacked at each start")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--steps", type=int, help="with --measure: so many instead of an epoch")
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--eval_batch_size", type=int, default=256, help="of --loader=memory: 256 was the fastest of 32, 128, 256, 1000")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.measure:
        measure(arguments)
        return
    if arguments.evaluate:
        evaluate(arguments)
        return
    accuracies = [train(arguments, seed) for seed in range(1, arguments.seeds + 1)]
    if arguments.seeds > 1:
        print(f"# mean {statistics.mean(accuracies):.4f} sd {statistics.stdev(accuracies):.4f} n {arguments.seeds}")


if __name__ == "__main__":
    main()
