"""The four files of Fashion-MNIST as torchvision keeps them after its download: unpacked, in folders of its own naming.

    python bench/peers/torchvision_files.py /tmp/torchvision
"""
import argparse
import gzip
import pathlib


def unpack_for_torchvision(folder, root):
    raw = pathlib.Path(root) / "FashionMNIST" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for file in pathlib.Path(folder).glob("*.gz"):
        (raw / file.stem).write_bytes(gzip.decompress(file.read_bytes()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root")
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    arguments = parser.parse_args()
    unpack_for_torchvision(arguments.data, arguments.root)
