"""Makes the trees of pictures on which bench/new_trials.sh tries `mica new`, each laid out in another way.

    python bench/peers/new_trees.py OUTPUT

Needs Pillow and scikit-learn, and Debian's packages dataset-fashion-mnist, openclipart-png,
oxygen-icon-theme and fonts-*, unpacked under / or, with ROOT=FOLDER, elsewhere.
"""
import csv
import glob
import gzip
import io
import os
import shutil
import struct
import sys
import tarfile

import numpy as np
import sklearn.datasets
from PIL import Image, ImageDraw, ImageFont

ROOT = os.environ.get("ROOT", "/")
FASHION = "/usr/share/datasets/fashion-mnist"
CLOTHES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]


def idx(name):
    with gzip.open(f"{FASHION}/{name}-ubyte.gz") as file:
        magic = file.read(4)
        shape = struct.unpack(f">{magic[3]}I", file.read(4 * magic[3]))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def fashion_jpeg(output):
    """JPEG files in train/CLASS and test/CLASS: 5,000 and 1,000."""
    for split, name, count in [("train", "train", 5000), ("test", "t10k", 1000)]:
        images, labels = idx(f"{name}-images-idx3"), idx(f"{name}-labels-idx1")
        for i in range(count):
            folder = f"{output}/{split}/{CLOTHES[labels[i]]}"
            os.makedirs(folder, exist_ok=True)
            Image.fromarray(images[i]).save(f"{folder}/{i:05}.jpg", quality=92)


def fashion_idx(output):
    """The four IDX files, shortened to 10,000 and 2,000."""
    os.makedirs(output)
    for name, count in [("train", 10000), ("t10k", 2000)]:
        for kind in ["images-idx3", "labels-idx1"]:
            values = idx(f"{name}-{kind}")[:count]
            header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
            with gzip.open(f"{output}/{name}-{kind}-ubyte.gz", "wb") as file:
                file.write(header + values.tobytes())


def openclipart(output):
    """Drawings of any size in a folder for each class: noisy, few, unequal classes."""
    for name in ["animals", "buildings", "food", "people", "plants", "recreation", "transportation"]:
        os.makedirs(f"{output}/{name}")
        for i, path in enumerate(sorted(glob.glob(f"{ROOT}/usr/share/openclipart/png/{name}/**/*.png", recursive=True))):
            shutil.copy(path, f"{output}/{name}/{i:04}_{os.path.basename(path)}")


def digits_table(output):
    """Handwritten digits of 8x8 pixels and a table that labels them."""
    digits = sklearn.datasets.load_digits()
    os.makedirs(f"{output}/pictures")
    with open(f"{output}/labels.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "digit"])
        for i, (image, label) in enumerate(zip(digits.images, digits.target)):
            Image.fromarray((image * 15.9375).astype(np.uint8)).save(f"{output}/pictures/{i:04}.png")
            table.writerow([f"pictures/{i:04}.png", f"digit {label}"])


def letters(output):
    """Letters A to J of 16x16 pixels in 300 fonts; the names of the files tell the letter."""
    os.makedirs(output)
    fonts = 0
    for path in sorted(glob.glob(f"{ROOT}/usr/share/fonts/**/*.[ot]tf", recursive=True)):
        try:
            font = ImageFont.truetype(path, 12)
            pictures = []
            for letter in "ABCDEFGHIJ":
                picture = Image.new("L", (16, 16), 255)
                ImageDraw.Draw(picture).text((8, 8), letter, font=font, anchor="mm")
                pictures.append(np.asarray(picture))
        except (OSError, ValueError):
            continue
        if len({picture.tobytes() for picture in pictures}) < 10:  # a font without these letters
            continue
        for letter, picture in zip("ABCDEFGHIJ", pictures):
            Image.fromarray(picture).save(f"{output}/{letter}_{fonts:03}.png")
        fonts += 1
        if fonts == 300:
            return


def icons(output):
    """A tar file as WebDataset makes them: pictures of 64x64 pixels with alpha, a .cls beside each."""
    os.makedirs(output)
    with tarfile.open(f"{output}/icons.tar", "w") as tar:
        for kind in ["actions", "apps", "devices", "mimetypes", "places", "status"]:
            for i, path in enumerate(sorted(glob.glob(f"{ROOT}/usr/share/icons/oxygen/base/64x64/{kind}/*.png"))):
                picture = io.BytesIO()
                Image.open(path).convert("RGBA").save(picture, "PNG")
                for extension, content in [("png", picture.getvalue()), ("cls", kind.encode())]:
                    member = tarfile.TarInfo(f"{kind}-{i:03}.{extension}")
                    member.size = len(content)
                    tar.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for make in [fashion_jpeg, fashion_idx, openclipart, digits_table, letters, icons]:
        make(f"{sys.argv[1]}/{make.__name__}")
        print(f"{sys.argv[1]}/{make.__name__}")
