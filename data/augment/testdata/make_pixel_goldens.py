"""Makes pixel_goldens.gz, what torchvision's functions on u8 tensors give for small pictures.

  pip install torch torchvision numpy
  python3 data/augment/testdata/make_pixel_goldens.py data/augment/testdata/pixel_goldens.gz

Made with torchvision 0.29.2 (torch 2.15.0); 0.26.0 has the same formulas. The file is a list of
entries: a line "NAME HEIGHT WIDTH CHANNELS", then as many bytes, u8 HWC. A source is named PICTURE,
a result PICTURE.FUNCTION_ARGUMENTS.
"""
import gzip
import math
import sys

import numpy as np
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import _get_perspective_coeffs
from torchvision.transforms.v2 import functional as F

NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR
FILL = [200, 10, 77]


def noise(height, width, channels, seed):
    """A gradient with noise, so that values are neither flat nor spread evenly."""
    rng = np.random.default_rng(seed)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    gradient = 40 + 150 * (x + y) / max(1, height + width - 2) + 15 * c
    return torch.from_numpy(np.clip(gradient + rng.normal(0, 25, gradient.shape), 3, 251).astype(np.uint8)).permute(2, 0, 1)


def many_colours():
    """Every combination of 6 levels: greys, pure colours, black and white among them."""
    levels = torch.arange(0, 256, 51, dtype=torch.uint8)
    return torch.cartesian_prod(levels, levels, levels).reshape(12, 18, 3).permute(2, 0, 1)


SOURCES = {
    "colour": noise(17, 22, 3, 1),
    "grey": noise(17, 22, 1, 2),
    "pixel": noise(1, 1, 3, 3),
    "row": noise(1, 9, 3, 4),
    "flat": torch.full((3, 4, 5), 90, dtype=torch.uint8),
    "levels": many_colours(),
}

COLOURS = {
    "brightness_0.4": lambda p: F.adjust_brightness(p, 0.4),
    "brightness_1.9": lambda p: F.adjust_brightness(p, 1.9),
    "contrast_0": lambda p: F.adjust_contrast(p, 0),
    "contrast_0.37": lambda p: F.adjust_contrast(p, 0.37),
    "contrast_1.7": lambda p: F.adjust_contrast(p, 1.7),
    "saturation_0": lambda p: F.adjust_saturation(p, 0),
    "saturation_0.6": lambda p: F.adjust_saturation(p, 0.6),
    "saturation_1.9": lambda p: F.adjust_saturation(p, 1.9),
    "hue_0": lambda p: F.adjust_hue(p, 0),
    "hue_-0.5": lambda p: F.adjust_hue(p, -0.5),
    "hue_-0.13": lambda p: F.adjust_hue(p, -0.13),
    "hue_0.31": lambda p: F.adjust_hue(p, 0.31),
    "to_grey": lambda p: F.rgb_to_grayscale(p, num_output_channels=p.shape[0]),
    "invert": F.invert,
    "posterize_0": lambda p: F.posterize(p, 0),
    "posterize_3": lambda p: F.posterize(p, 3),
    "posterize_8": lambda p: F.posterize(p, 8),
    "solarize_0": lambda p: F.solarize(p, 0),
    "solarize_110.5": lambda p: F.solarize(p, 110.5),
    "solarize_255": lambda p: F.solarize(p, 255),
}
HISTOGRAMS = {"auto_contrast": F.autocontrast, "equalize": F.equalize}
SHARPNESS = {
    "sharpness_0": lambda p: F.adjust_sharpness(p, 0),
    "sharpness_0.3": lambda p: F.adjust_sharpness(p, 0.3),
    "sharpness_1.9": lambda p: F.adjust_sharpness(p, 1.9),
}
BLURS = {
    "blur_3_0.5": lambda p: F.gaussian_blur(p, 3, 0.5),
    "blur_5_0.15": lambda p: F.gaussian_blur(p, 5, 0.15),
    "blur_23_1.7": lambda p: F.gaussian_blur(p, 23, 1.7),
    "blur_9_40": lambda p: F.gaussian_blur(p, 9, 40.0),
}


def fill_of(picture):
    return FILL[: picture.shape[0]]


def filled(picture, warp):
    """What lies outside is FILL. torchvision's own fill weighs bilinear pixels at the rim twice."""
    fill = torch.tensor(fill_of(picture), dtype=torch.float32).view(-1, 1, 1)
    return (warp(picture.to(torch.float32) - fill) + fill).round().to(torch.uint8)


def affine(picture, interpolation, fill=None, **changes):
    arguments = {"angle": 0.0, "translate": [0, 0], "scale": 1.0, "shear": [0.0, 0.0], **changes}
    return F.affine(picture, interpolation=interpolation, fill=fill, **arguments)


MOTIONS = {
    "rotate_33": lambda p, i: F.rotate(p, 33.0, interpolation=i),
    "shear_x": lambda p, i: affine(p, i, shear=[math.degrees(math.atan(0.27183)), 0.0], center=[0, 0]),
    "shear_y": lambda p, i: affine(p, i, shear=[0.0, math.degrees(math.atan(-0.19137))], center=[0, 0]),
    "translate": lambda p, i: affine(p, i, translate=[5, -3]),
    "all": lambda p, i: affine(p, i, angle=-20.0, translate=[2, 4], scale=1.3, shear=[8.0, -5.0]),
    "shrunk": lambda p, i: affine(p, i, angle=70.0, scale=0.37),
    "perspective": lambda p, i: F.perspective(p, START, END, interpolation=i),
}
START = [[0, 0], [21, 0], [21, 16], [0, 16]]
END = [[3, 2], [18, 4], [21, 13], [1, 15]]


def warps(picture):
    for name, motion in MOTIONS.items():
        yield name + "_nearest", motion(picture, NEAREST)
        yield name + "_bilinear", motion(picture, BILINEAR)
        yield name + "_bilinear_filled", filled(picture, lambda p: motion(p, BILINEAR))
    yield "rotate_33_nearest_filled", F.rotate(picture, 33.0, interpolation=NEAREST, fill=fill_of(picture))


def pads(picture):
    yield "pad_constant", F.pad(picture, [3, 1, 2, 4], fill=fill_of(picture))
    for mode in ["edge", "reflect", "symmetric"]:
        yield "pad_" + mode, F.pad(picture, [7, 2, 3, 5], padding_mode=mode)


def main(path):
    with gzip.GzipFile(path, "wb", mtime=0) as file:

        def put(name, picture):
            channels, height, width = picture.shape
            file.write(f"{name} {height} {width} {channels}\n".encode())
            file.write(picture.permute(1, 2, 0).contiguous().numpy().tobytes())

        for name, picture in SOURCES.items():
            put(name, picture)
            functions = {**COLOURS, **HISTOGRAMS, **SHARPNESS}
            if name in ("colour", "grey"):
                functions = {**functions, **BLURS}
            for function, operate in functions.items():
                put(f"{name}.{function}", operate(picture))
            if name in ("colour", "grey"):
                for function, result in [*warps(picture), *pads(picture)]:
                    put(f"{name}.{function}", result)
    print("perspective coefficients", _get_perspective_coeffs(START, END))


if __name__ == "__main__":
    main(sys.argv[1])
