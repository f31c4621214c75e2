"""Makes transform_goldens.gz: what torchvision gives for transforms that draw nothing, or nothing else.

  pip install torch torchvision numpy pillow
  python3 data/augment/testdata/make_transform_goldens.py data/augment/testdata/transform_goldens.gz

Made with torchvision 0.29.2 (torch 2.15.0) and Pillow 13.0.0. The file is a list of entries, each a
line of fields between tabs and as many bytes as the last field says:
  source      NAME  HEIGHT WIDTH CHANNELS       u8 HWC
  pixels      SOURCE  TRANSFORMS  TOLERANCE  HEIGHT WIDTH CHANNELS     u8 HWC
  floats      SOURCE  TRANSFORMS  HEIGHT WIDTH CHANNELS                f32 HWC
  policy      SOURCE  OPERATION  MAGNITUDE  FILTER                     u8 HWC, of the source's size
  magnitudes  SPACE  OPERATION  HEIGHT WIDTH  SIGNED                   f64, one a bin
"""
import gzip
import sys

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode as Mode
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

FILL = [200, 10, 77]
out = bytearray()


def entry(kind, *fields, data):
    global out
    out += "\t".join([kind, *map(str, fields), str(len(data))]).encode() + b"\n" + data


def shape(array):
    return "%d %d %d" % array.shape


def noise(height, width, channels, seed):
    rng = np.random.default_rng(seed)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    gradient = 40 + 150 * (x + y) / max(1, height + width - 2) + 15 * c
    return np.clip(gradient + rng.normal(0, 25, gradient.shape), 3, 251).astype(np.uint8)


SOURCES = {
    "photo": noise(15, 20, 3, 1),
    "tall": noise(23, 12, 3, 2),
    "grey": noise(14, 11, 1, 3),
    "pixel": noise(1, 1, 3, 4),
    "panorama": noise(6, 40, 3, 5),
}


def picture(name):
    array = SOURCES[name]
    return Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)


def tensor(name):
    return torch.from_numpy(SOURCES[name]).permute(2, 0, 1)


def hwc(result):
    if isinstance(result, torch.Tensor):
        return np.ascontiguousarray(result.permute(1, 2, 0).numpy())
    array = np.asarray(result)
    return array[:, :, None] if array.ndim == 2 else array


def pixels(source, transforms, result, tolerance=0):
    array = hwc(result)
    entry("pixels", source, transforms, tolerance, shape(array), data=array.tobytes())


def floats(source, transforms, result):
    array = hwc(result)
    assert array.dtype == np.float32
    entry("floats", source, transforms, shape(array), data=array.tobytes())


def t(*transforms):
    return " ".join("transforms { %s }" % transform for transform in transforms)


for name, array in SOURCES.items():
    entry("source", name, shape(array), data=array.tobytes())

# Resize: Pillow's pixels. The short side's size, stretching, letterbox.
FILTERS = {"NEAREST": Mode.NEAREST, "BOX": Mode.BOX, "BILINEAR": Mode.BILINEAR, "HAMMING": Mode.HAMMING,
           "BICUBIC": Mode.BICUBIC, "LANCZOS": Mode.LANCZOS}
for source in SOURCES:
    for side in (1, 7, 24):
        pixels(source, t("resize { short_side_px: %d }" % side), F.resize(picture(source), [side]))
    for name, mode in FILTERS.items():
        pixels(source, t("resize { height_px: 9 width_px: 13 filter: %s }" % name), F.resize(picture(source), [9, 13], mode))
for source in ("photo", "tall"):
    for name in ("BILINEAR", "BICUBIC"):
        pixels(source, t("resize { height_px: 7 width_px: 31 antialias: false filter: %s }" % name),
               F.resize(tensor(source), [7, 31], FILTERS[name], antialias=False), tolerance=1)
pixels("photo", t("resize { height_px: 16 width_px: 16 fit: LETTERBOX fill: [200, 10, 77] }"),
       F.pad(F.resize(picture("photo"), [12, 16]), [0, 2, 0, 2], fill=tuple(FILL)))
pixels("tall", t("resize { height_px: 8 width_px: 9 fit: LETTERBOX }"), F.pad(F.resize(picture("tall"), [8, 4]), [2, 0, 3, 0]))

# CenterCrop, also where it must pad.
for source in SOURCES:
    for h, w in ((7, 7), (6, 10), (15, 12), (30, 5), (3, 41), (24, 43)):
        pixels(source, t("center_crop { height_px: %d width_px: %d }" % (h, w)), F.center_crop(tensor(source), [h, w]))
for source in ("photo", "tall", "panorama"):
    pixels(source, t("resize { short_side_px: 9 filter: BICUBIC }", "center_crop { size_px: 8 }"),
           F.center_crop(F.resize(picture(source), [9], Mode.BICUBIC), [8, 8]))

# RandomResizedCrop where nothing fits: the middle. What follows it.
for source, box in (("panorama", (0, 16, 6, 8)), ("tall", (3, 0, 16, 12))):
    crop = "random_resized_crop { height_px: 5 width_px: 7 min_scale: 1 filter: %s }"
    pixels(source, t(crop % "BILINEAR"), F.resized_crop(picture(source), *box, [5, 7], Mode.BILINEAR))
    flipped = F.horizontal_flip(F.resized_crop(picture(source), *box, [5, 7], Mode.BICUBIC))
    pixels(source, t(crop % "BICUBIC", "horizontal_flip { probability: 1 }"), flipped)
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    normalised = F.normalize(F.to_dtype(F.pil_to_tensor(flipped), torch.float32, scale=True), mean, std)
    floats(source, t(crop % "BICUBIC", "horizontal_flip { probability: 1 }",
                     "normalize { mean: [0.485, 0.456, 0.406] std: [0.229, 0.224, 0.225] }"), normalised)
floats("grey", t("normalize { mean: 0.5 std: 0.25 }"), F.normalize(F.to_dtype(tensor("grey"), torch.float32, scale=True), [0.5], [0.25]))
floats("photo", "", F.to_dtype(tensor("photo"), torch.float32, scale=True))

# RandomCrop of all that padding gives.
for source in ("photo", "grey"):
    height, width, channels = SOURCES[source].shape
    for mode in ("constant", "edge", "reflect", "symmetric"):
        fill = " fill: 50" if mode == "constant" else ""
        pixels(source, t("random_crop { height_px: %d width_px: %d padding_px: 4 padding_mode: %s%s }"
                         % (height + 8, width + 8, mode.upper(), fill)),
               F.pad(tensor(source), [4, 4, 4, 4], fill=50, padding_mode=mode))

ONE = "{ probability: 1 }"
for source in ("photo", "grey"):
    p = tensor(source)
    pixels(source, t("horizontal_flip " + ONE), F.horizontal_flip(p))
    pixels(source, t("vertical_flip " + ONE), F.vertical_flip(p))
    pixels(source, t("vertical_flip " + ONE, "horizontal_flip " + ONE, "center_crop { height_px: 5 width_px: 6 }"),
           F.center_crop(F.horizontal_flip(F.vertical_flip(p)), [5, 6]))
    pixels(source, t("horizontal_flip " + ONE, "resize { height_px: 9 width_px: 9 }"),
           F.resize(F.horizontal_flip(picture(source)), [9, 9]))
    pixels(source, t("grayscale " + ONE), F.rgb_to_grayscale(p, num_output_channels=p.shape[0]))
    pixels(source, t("auto_contrast " + ONE), F.autocontrast(p))
    pixels(source, t("equalize " + ONE), F.equalize(p))
    pixels(source, t("invert " + ONE), F.invert(p))
    pixels(source, t("posterize { bits: 3 probability: 1 }"), F.posterize(p, 3))
    pixels(source, t("solarize { threshold: 100.5 probability: 1 }"), F.solarize(p, 100.5))
    pixels(source, t("adjust_sharpness { factor: 1.9 probability: 1 }"), F.adjust_sharpness(p, 1.9))
    pixels(source, t("gaussian_blur { kernel_px: 5 min_sigma_px: 1.3 max_sigma_px: 1.3 }"), F.gaussian_blur(p, [5, 5], [1.3, 1.3]), tolerance=1)
    pixels(source, t("random_affine { min_scale: 1.5 max_scale: 1.5 filter: BILINEAR }"),
           F.affine(p, 0.0, [0, 0], 1.5, [0.0, 0.0], Mode.BILINEAR, fill=None), tolerance=1)

# What the policies do at a given strength.
policy = v2.RandAugment()
for source in ("photo", "grey"):
    for operation, magnitudes in {"Identity": [0], "ShearX": [0.09, -0.3], "ShearY": [0.3, -0.99], "TranslateX": [4.53, -9.9],
                                  "TranslateY": [-3.99, 2], "Rotate": [9, -30, 135], "Brightness": [0.27, -0.9],
                                  "Color": [0.27, -0.99], "Contrast": [0.9, -0.27], "Sharpness": [0.27, -0.9], "Posterize": [7, 2, 0],
                                  "Solarize": [0.7, 0, 1], "AutoContrast": [0], "Equalize": [0], "Invert": [0]}.items():
        for magnitude in magnitudes:
            for name, mode in (("NEAREST", Mode.NEAREST), ("BILINEAR", Mode.BILINEAR)):
                moves = operation[:5] in ("Shear", "Trans", "Rotat")
                if not moves and name == "BILINEAR":
                    continue
                fill = FILL[: SOURCES[source].shape[2]] if name == "NEAREST" else None
                result = policy._apply_image_or_video_transform(tensor(source), operation, magnitude, mode, {"others": fill})
                entry("policy", source, operation, magnitude, name, data=hwc(result).tobytes())

# A quarter turn of another picture has places halfway between pixels, where rounding decides.
SOURCES["square"] = noise(12, 12, 3, 6)
entry("source", "square", shape(SOURCES["square"]), data=SOURCES["square"].tobytes())
for name, mode in (("NEAREST", Mode.NEAREST), ("BILINEAR", Mode.BILINEAR)):
    result = policy._apply_image_or_video_transform(tensor("square"), "Rotate", 90.0, mode, {"others": None})
    entry("policy", "square", "Rotate", 90, name, data=hwc(result).tobytes())

# How strong they are.
SPACES = {"auto_augment": (v2.AutoAugment._AUGMENTATION_SPACE, 10), "rand_augment": (v2.RandAugment._AUGMENTATION_SPACE, 31),
          "trivial_augment_wide": (v2.TrivialAugmentWide._AUGMENTATION_SPACE, 31), "aug_mix": (v2.AugMix._AUGMENTATION_SPACE, 10),
          "aug_mix_partial": (v2.AugMix._PARTIAL_AUGMENTATION_SPACE, 10), "rand_augment_4": (v2.RandAugment._AUGMENTATION_SPACE, 4)}
for space, (operations, bins) in SPACES.items():
    for operation, (function, signed) in operations.items():
        for height, width in ((32, 28), (224, 331)) if operation.startswith("Translate") else ((1, 1),):
            values = function(bins, height, width)
            data = b"" if values is None else np.array([float(v) for v in values], dtype=np.float64).tobytes()
            entry("magnitudes", space, operation, "%d %d" % (height, width), int(signed), data=data)

with gzip.GzipFile(sys.argv[1], "wb", compresslevel=9, mtime=0) as file:
    file.write(bytes(out))
