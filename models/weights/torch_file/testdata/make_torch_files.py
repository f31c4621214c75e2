"""Writes the torch.save files of this folder, and what PyTorch reads from them: expected.txt.

    python make_torch_files.py    # torch 2.11.0, numpy 2.4.6

A line of expected.txt is a tensor: file, name, dtype as safetensors spells it, shape, its bytes in
row-major order as hex digits.
"""

import argparse
import collections
import datetime
import io
import pickle
import struct
import tarfile
import warnings

import numpy
import torch

warnings.filterwarnings("ignore")

DTYPES = {
    torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32",
    torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL", torch.uint16: "U16", torch.float8_e4m3fn: "F8_E4M3",
}  # fmt: skip


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 2, 2, bias=False)
        self.bn = torch.nn.BatchNorm2d(2)
        self.fc = torch.nn.Linear(2, 3)

    def forward(self, x):
        return self.fc(self.bn(self.conv(x)).mean([2, 3]))


class Plain(torch.nn.Module):
    """Small, for the stream format saves the source of classes too."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(2))


class Kept(collections.OrderedDict):
    """A subclass that only this program knows."""


def hex_of(tensor):
    tensor = tensor.detach().contiguous()
    return bytes(tensor.view(-1).view(torch.uint8).tolist()).hex() if tensor.numel() else ""


def line(file, name, tensor):
    shape = ",".join(str(size) for size in tensor.shape)
    return f"{file} {name} {DTYPES[tensor.dtype]} [{shape}] {hex_of(tensor)}"


def save(expected, file, what, tensors, **options):
    """Saves `what`; `tensors` are the ones that a reader finds in it, None if it must refuse."""
    torch.save(what, file, **options)
    if tensors is None:
        return
    read = torch.load(file, weights_only=False)
    expected.extend(line(file, name, tensor) for name, tensor in tensors(read).items() if torch.is_tensor(tensor))


def strided():
    base = torch.arange(48, dtype=torch.float32).reshape(2, 3, 4, 2)
    whole = torch.arange(20, dtype=torch.float32)
    return collections.OrderedDict(
        transposed=base[0, 0].t(),
        channels_last=base.clone().contiguous(memory_format=torch.channels_last),
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
        every_other=whole[1:12:2],
        begin=whole[:5],
        middle=whole[5:11].reshape(2, 3),
        single=torch.tensor(2.5),
        none=torch.empty(0, 4),
        one_row=whole[3:4].as_strided((1, 4), (77, 1), 3),
    )


def numbers():
    return {
        "half": torch.tensor([1.5, -2.0, 65504.0]).half(),
        "bf16": torch.tensor([1.5, -2.0, 3e38]).bfloat16(),
        "double": torch.tensor([1 / 3], dtype=torch.float64),
        "long": torch.tensor([2**62, -1]),
        "int": torch.tensor([-(2**31)], dtype=torch.int32),
        "short": torch.tensor([-3, 300], dtype=torch.int16),
        "char": torch.tensor([-128, 127], dtype=torch.int8),
        "byte": torch.tensor([0, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False, True]),
        "uint16": torch.tensor([65535, 1], dtype=torch.uint16),
        "float8": torch.tensor([0.5, -448.0]).to(torch.float8_e4m3fn),
    }


def checkpoint(net):
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(2, 1, 3, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 7,
        "args": argparse.Namespace(lr=0.1, arch="net", sizes=[1, 2]),
        "best": numpy.float64(0.75),
        "means": numpy.arange(3.0),
        "when": datetime.datetime(2020, 1, 2),
        "history": Kept(loss=[0.5, 0.25]),
        "optimizer": optimizer.state_dict(),
        "rng": torch.arange(4, dtype=torch.uint8),
        "ema": {"module": {"fc.bias": torch.tensor([1.0, 2.0, 3.0])}},
        "state_dict": net.state_dict(),
    }


def save_tar(file, tensors):
    """The format of before PyTorch 0.1.10, which it still reads but no longer writes."""

    def pickled(value):
        return pickle.dumps(value, protocol=2)

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return str(100 + list(tensors).index(value.name)) if isinstance(value, Reference) else None

    storages = pickled(len(tensors))
    records = pickled(len(tensors))
    for index, tensor in enumerate(tensors.values()):
        values = tensor.untyped_storage()
        storages += pickled((1000 + index, "cpu", torch.FloatStorage)) + struct.pack("<q", len(values) // 4) + bytes(values.tolist())
        records += pickled((100 + index, 1000 + index, torch.FloatTensor)) + struct.pack("<ii", tensor.dim(), 0)
        records += struct.pack(f"<{2 * tensor.dim() + 1}q", *tensor.shape, *tensor.stride(), tensor.storage_offset())
    storages += pickled([])
    stream = io.BytesIO()
    Pickler(stream, protocol=2).dump(collections.OrderedDict((name, Reference(name)) for name in tensors))
    system = pickled({"protocol_version": 1000, "little_endian": True})
    with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in (("sys_info", system), ("pickle", stream.getvalue()), ("tensors", records), ("storages", storages)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mtime = 1.5  # gives a pax header, as for files of these days
            tar.addfile(info, io.BytesIO(content))


class Reference:
    def __init__(self, name):
        self.name = name


def main():
    torch.manual_seed(1)
    expected = []
    net = Net()
    same = lambda read: read  # noqa: E731
    legacy = {"_use_new_zipfile_serialization": False}
    save(expected, "state_dict_zip.pth", net.state_dict(), same)
    save(expected, "state_dict_stream.pth", net.state_dict(), same, **legacy)
    save(expected, "state_dict_protocol4.pth", net.state_dict(), same, pickle_protocol=4)
    save(expected, "state_dict_protocol5.pth", net.state_dict(), same, pickle_protocol=5)
    save(expected, "parameters.pth", dict(net.named_parameters()), same)
    save(expected, "strides_zip.pth", strided(), same)
    save(expected, "strides_stream.pth", strided(), same, **legacy)
    save(expected, "numbers.pth", numbers(), same)
    save(expected, "checkpoint_zip.pth", checkpoint(Net()), lambda read: read["state_dict"])
    save(expected, "checkpoint_stream.pth", checkpoint(Net()), lambda read: read["state_dict"], **legacy)
    save(expected, "module_zip.pth", net, None)
    save(expected, "module_stream.pth", Plain(), None, **legacy)
    save(expected, "sparse.pth", {"fc.weight": torch.eye(2).to_sparse()}, None)
    save(expected, "quantised.pth", {"fc.weight": torch.quantize_per_tensor(torch.ones(2), 0.5, 0, torch.qint8)}, None)
    save(expected, "nested.pth", {"fc.weight": torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])}, None)
    save(expected, "complex.pth", {"fc.weight": torch.tensor([1j])}, None)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), "script.pt")
    torch.serialization.set_crc32_options(False)
    save(expected, "without_checksums.pth", {"fc.bias": torch.ones(2)}, same)
    torch.serialization.set_crc32_options(True)
    in_tar = {name: tensor for name, tensor in strided().items() if name in ("transposed", "middle")}
    save_tar("strides_tar.pth", in_tar)
    read = torch.load("strides_tar.pth", weights_only=False)
    expected.extend(line("strides_tar.pth", name, tensor) for name, tensor in read.items())
    with open("expected.txt", "w", encoding="ascii") as file:
        file.write("\n".join(expected) + "\n")


if __name__ == "__main__":
    main()
