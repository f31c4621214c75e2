"""Loads state_dict.pt, the golden file of torch_file_writer_test, into PyTorch and compares.

  python check_torch_file.py            the file beside this script
  python check_torch_file.py NEW.pt     one that the test has written

Needs torch, no test calls it; seen to pass with torch 2.11. models/torchscript/testdata/check_files.py
loads whole networks' weights.
"""

import pathlib
import sys
import zipfile

import torch

ONES = bytes(range(1, 9))


def ones(dtype, *shape):
    return torch.frombuffer(bytearray(ONES), dtype=dtype).reshape(shape)


EXPECTED = {
    "z.weight": torch.tensor([[1, -2, 0], [-0.0, float("inf"), 2.0**-149]]),
    "f64": torch.tensor([0.5], dtype=torch.float64),
    "f16": ones(torch.float16, 2, 2),
    "bf16": ones(torch.bfloat16, 4, 1),
    "count": ones(torch.int64),
    "i32": ones(torch.int32, 2),
    "i16": ones(torch.int16, 1, 4),
    "i8": ones(torch.int8, 8),
    "u8": ones(torch.uint8, 2, 1, 4),
    "bool": torch.tensor([True, False]),
    "none": torch.zeros(0, 3),
    "größe.0": torch.tensor([ord("x")], dtype=torch.uint8),
}


def check(state):
    assert type(state).__name__ == "OrderedDict" and list(state) == list(EXPECTED), list(state)
    for name, expected in EXPECTED.items():
        tensor = state[name]
        assert tensor.dtype == expected.dtype and tensor.shape == expected.shape and tensor.is_contiguous(), name
        assert torch.equal(torch.signbit(tensor), torch.signbit(expected)) and torch.equal(tensor, expected), name


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "state_dict.pt"
    check(torch.load(path, weights_only=True))
    check(torch.load(path, weights_only=True, mmap=True))
    check(torch.load(path, weights_only=False))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("archive/extra/note.json") == b'{"epoch": 3}'
    print("as expected")


if __name__ == "__main__":
    main()
