"""Seconds to list or to check a folder of pictures, one folder a class: the peers of bench/index.cc.

    python bench/peers/image_folders.py --list FOLDER               torchvision's ImageFolder
    python bench/peers/image_folders.py --list FOLDER --split random      … and random_split into 80, 10 and 10 %
    python bench/peers/image_folders.py --list FOLDER --split stratified  … and the same shares of every class
    python bench/peers/image_folders.py --verify FOLDER             fast.ai's get_image_files and verify_images, a process a core

Prints seconds=S count=N, without the imports.
"""
import argparse
import random
import time


def stratified_split(targets, fractions, seed):
    """Positions of the training, validation and test samples."""
    by_class = {}
    for position, target in enumerate(targets):
        by_class.setdefault(target, []).append(position)
    generator = random.Random(seed)
    train, validation, test = [], [], []
    for positions in by_class.values():
        generator.shuffle(positions)
        validation_end = round(fractions[1] * len(positions))
        test_end = validation_end + round(fractions[2] * len(positions))
        validation += positions[:validation_end]
        test += positions[validation_end:test_end]
        train += positions[test_end:]
    return train, validation, test


def list_folder(folder, split):
    import torch
    from torchvision.datasets import ImageFolder

    fractions = [0.8, 0.1, 0.1]
    start = time.perf_counter()
    data = ImageFolder(folder)
    if split == "random":
        parts = torch.utils.data.random_split(data, fractions, generator=torch.Generator().manual_seed(0))
    elif split == "stratified":
        parts = [torch.utils.data.Subset(data, part) for part in stratified_split(data.targets, fractions, seed=0)]
    else:
        parts = [data]
    return time.perf_counter() - start, sum(len(part) for part in parts)


def verify_folder(folder):
    from fastai.data.transforms import get_image_files
    from fastai.vision.utils import verify_images

    start = time.perf_counter()
    files = get_image_files(folder)
    failed = verify_images(files)
    seconds = time.perf_counter() - start
    assert len(failed) == 0, failed
    return seconds, len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", metavar="FOLDER")
    parser.add_argument("--split", choices=["random", "stratified"])
    parser.add_argument("--verify", metavar="FOLDER")
    arguments = parser.parse_args()
    seconds, count = list_folder(arguments.list, arguments.split) if arguments.list else verify_folder(arguments.verify)
    print(f"seconds={seconds} count={count}")


if __name__ == "__main__":
    main()
