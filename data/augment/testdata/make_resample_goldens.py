#!/usr/bin/env python3
"""Writes what Pillow makes of small generated pictures: resample_pillow.txt and resample_torch.txt beside this file.

    pip install pillow==13.0.0 numpy torch==2.11.0
    data/augment/testdata/make_resample_goldens.py

A line is a case:
    FILTER HEIGHT WIDTH CHANNELS LEFT TOP RIGHT BOTTOM SCALED_HEIGHT SCALED_WIDTH PIXELS
with the box in hexadecimal floats. PIXELS are hexadecimal bytes, or "#" and the CRC-32 of them in
resample_pillow.txt where there are more than 120. Sources are those of GeneratedPixels in resample_samples.cc.
"""

import pathlib
import random
import struct
import zlib

import numpy
from PIL import Image

HERE = pathlib.Path(__file__).parent
FILTERS = {
    "nearest": Image.Resampling.NEAREST,
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


def source(height, width, channels):
    i = numpy.arange(height * width * channels, dtype=numpy.uint64)
    mixed = (i * 2654435761 + 12345) % 2**32
    mixed = ((mixed ^ (mixed >> 15)) * 2246822519) % 2**32
    return (mixed >> 24).astype(numpy.uint8).reshape(height, width, channels)


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def line(name, pixels, box, result, most_bytes=120):
    data = result.tobytes()
    text = data.hex() if len(data) <= most_bytes else "#%08x" % zlib.crc32(data)
    left, top, right, bottom = (float(edge).hex() for edge in box)
    return f"{name} {'%d %d %d' % pixels.shape} {left} {top} {right} {bottom} {result.shape[0]} {result.shape[1]} {text}\n"


def pillow(name, height, width, channels, box, scaled_height, scaled_width):
    pixels = source(height, width, channels)
    image = Image.fromarray(pixels if channels == 3 else pixels[:, :, 0])
    result = numpy.asarray(image.resize((scaled_width, scaled_height), FILTERS[name], box=box))
    return line(name, pixels, box, result)


def interpolated(name, height, width, channels, scaled_height, scaled_width):
    import torch

    pixels = source(height, width, channels)
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    result = torch.nn.functional.interpolate(tensor, size=(scaled_height, scaled_width), mode=name, align_corners=False, antialias=False)
    return line(name, pixels, (0, 0, width, height), result[0].permute(1, 2, 0).contiguous().numpy(), 400)


def sizes(chance):
    whole = [
        ((7, 9), (5, 4)), ((5, 4), (7, 9)), ((1, 1), (1, 1)), ((1, 1), (6, 5)), ((1, 50), (4, 7)), ((50, 1), (7, 3)), ((6, 5), (1, 1)),
        ((9, 9), (9, 4)), ((9, 9), (4, 9)), ((9, 9), (9, 9)), ((375, 500), (224, 224)), ((268, 270), (224, 224)), ((520, 520), (224, 224)),
        ((28, 28), (64, 64)), ((1, 3000), (2, 11)), ((3000, 2), (9, 1)), ((2, 2), (3, 700)), ((33, 1000), (8, 9)),
    ]
    whole += [((chance.randint(1, 90), chance.randint(1, 90)), (chance.randint(1, 90), chance.randint(1, 90))) for _ in range(12)]
    return whole


def boxes(chance):
    for _ in range(12):
        height, width = chance.randint(2, 60), chance.randint(2, 60)
        left, top = single(chance.uniform(0, width - 1)), single(chance.uniform(0, height - 1))
        right, bottom = single(chance.uniform(left + 0.3, width)), single(chance.uniform(top + 0.3, height))
        yield height, width, (left, top, min(right, width), min(bottom, height)), (chance.randint(1, 40), chance.randint(1, 40))
    yield 20, 30, (3, 2, 17, 13), (11, 14)  # whole pixels that stay as they are
    yield 20, 30, (3, 2, 17, 13), (11, 7)  # in one direction
    yield 20, 30, (3, 2, 17, 13), (22, 14)
    yield 20, 30, (2.5, 2, 16.5, 13), (11, 14)  # between pixels, not scaled


def main():
    chance = random.Random(14)
    with open(HERE / "resample_pillow.txt", "w") as file:
        for name in FILTERS:
            for channels in 1, 3:
                for (height, width), scaled in sizes(chance):
                    file.write(pillow(name, height, width, channels, (0, 0, width, height), *scaled))
                for height, width, box, scaled in boxes(chance):
                    file.write(pillow(name, height, width, channels, box, *scaled))
    with open(HERE / "resample_torch.txt", "w") as file:
        for name in "bilinear", "bicubic":
            for (height, width), scaled in sizes(chance):
                if max(height, width, *scaled) <= 100:  # only those with all of their pixels
                    file.write(interpolated(name, height, width, 3, min(scaled[0], 12), min(scaled[1], 11)))


main()
