#!/usr/bin/env python3
"""Writes the pictures beside this file and what Pillow makes of them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pillow==13.0.0 numpy
    /tmp/venv/bin/python data/decode/testdata/make_goldens.py

goldens.csv has a row for each expectation: the encoded file, the DecodeConfig, the channels, the
expected pixels (PPM or PGM) and by how much a value may differ.
"""
import csv
import io
import pathlib
import struct
import zlib

import numpy
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
rows = []


def pixels(width, height, channels=3, top=256):
    """Slopes with noise, of a fixed seed."""
    y, x = numpy.mgrid[0:height, 0:width]
    random = numpy.random.RandomState(width * 1000 + height * 10 + channels)
    planes = [(x * (3 + c) + y * (7 - c)) * top // 400 for c in range(channels)]
    return (numpy.stack(planes, -1) + random.randint(0, top // 6, (height, width, channels))) % top


def rgb(width, height):
    return Image.fromarray(pixels(width, height).astype(numpy.uint8), "RGB")


def encoded(image, **options):
    stream = io.BytesIO()
    image.save(stream, **options)
    return stream.getvalue()


def write(name, data):
    (HERE / name).write_bytes(data)
    return name


def write_netpbm(name, image):
    stream = io.BytesIO()
    image.save(stream, format="PPM")
    return write(name, stream.getvalue())


def expect(name, image, config="", bound=0):
    """`image`: RGB or L."""
    tag = "".join(c for c in config.replace("orientation: ", "").replace("alpha: OVER_", "") if c.isalnum()).lower()
    stem = ".".join(part for part in (name.split(".")[0], tag) if part)
    expected = write_netpbm(stem + (".pgm" if image.mode == "L" else ".ppm"), image)
    rows.append([name, config, 1 if image.mode == "L" else 3, expected, bound])


def opened(name):
    image = Image.open(HERE / name)
    image.load()
    return image


def plain(name, data, bound=0, grey=False):
    """What Pillow's convert("RGB") gives, and convert("L") of that."""
    image = opened(write(name, data)).convert("RGB")
    expect(name, image, bound=bound)
    if grey:
        expect(name, image.convert("L"), bound=bound)


def over(name):
    """Alpha on white and on black."""
    image = opened(name).convert("RGBA")
    for colour in ("white", "black"):
        ground = Image.new("RGB", image.size, colour)
        ground.paste(image, mask=image.getchannel("A"))
        expect(name, ground, "alpha: OVER_" + colour.upper())


def without_segment(data, marker):
    at = 2
    while data[at:at + 2] != marker:
        at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    return data[:at] + data[at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]:]


def png(width, height, bits, colour_type, values):
    """Of 16 bits, which Pillow does not write as RGB."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    raw = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def jpeg():
    photo = rgb(37, 35)
    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        short = sampling.replace(":", "")
        plain(f"jpeg_{short}.jpg", encoded(photo, format="JPEG", subsampling=sampling, quality=85), grey=sampling == "4:2:0")
    plain("jpeg_progressive.jpg", encoded(photo, format="JPEG", progressive=True))
    plain("jpeg_grey.jpg", encoded(photo.convert("L"), format="JPEG"), grey=True)


def inks():
    # Pillow rounds 255 - K - C (255 - K) / 255, and we (255 - C) (255 - K) / 255: the same, as no
    # multiple of 1/255 lies in the middle between two whole numbers.
    image = Image.fromarray(pixels(19, 17, 4).astype(numpy.uint8), "CMYK")
    adobe = encoded(image, format="JPEG", quality=90)
    plain("jpeg_adobe_cmyk.jpg", adobe)
    # Without Adobe's marker the values are not inverted. Pillow inverts them all the same; we and
    # torchvision do not: (255 - C) (255 - K) / 255 of the values that are stored.
    name = write("jpeg_cmyk.jpg", without_segment(adobe, b"\xff\xee"))
    values = numpy.asarray(opened(name)).astype(int)
    colours = numpy.rint(values[:, :, :3] * values[:, :, 3:] / 255)
    expect(name, Image.fromarray(colours.astype(numpy.uint8), "RGB"))
    transform = adobe.index(b"Adobe") + 11
    plain("jpeg_adobe_ycck.jpg", adobe[:transform] + b"\2" + adobe[transform + 1:])


def turned():
    photo = rgb(13, 9)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = write(f"exif_{orientation}.jpg", encoded(photo, format="JPEG", exif=exif, quality=70))
        expect(name, ImageOps.exif_transpose(opened(name)))
    expect(name, opened(name).convert("RGB"), "orientation: IGNORE")
    exif[0x0112] = 6
    for name, options in (("exif_png.png", {"format": "PNG"}), ("exif_webp.webp", {"format": "WEBP", "lossless": True})):
        write(name, encoded(photo, exif=exif, **options))
        expect(name, ImageOps.exif_transpose(opened(name)).convert("RGB"))


def png_kinds():
    rgba = Image.fromarray(pixels(13, 11, 4).astype(numpy.uint8), "RGBA")
    plain("png_rgba.png", encoded(rgba, format="PNG"))
    over("png_rgba.png")
    plain("png_grey_alpha.png", encoded(Image.fromarray(pixels(13, 11, 2).astype(numpy.uint8), "LA"), format="PNG"), grey=True)
    over("png_grey_alpha.png")
    palette = rgb(13, 11).quantize(16)
    plain("png_palette.png", encoded(palette, format="PNG"), grey=True)
    plain("png_palette_alpha.png", encoded(palette, format="PNG", transparency=bytes(range(0, 255, 17))))
    over("png_palette_alpha.png")
    plain("png_bits.png", encoded(rgb(13, 11).convert("1"), format="PNG"))


def png_16():
    grey = pixels(13, 11, 1, 65536)
    name = write("png_grey_16.png", png(13, 11, 16, 0, grey))
    # Pillow's convert clips such pictures to white, so this is the formula: v 255 / 65535, rounded.
    expect(name, Image.fromarray(numpy.rint(grey[:, :, 0] / 257).astype(numpy.uint8), "L"))
    name = write("png_rgb_16.png", png(13, 11, 16, 2, pixels(13, 11, 3, 65536)))
    # Pillow drops the low byte, which is up to 1 less than the nearest value.
    expect(name, opened(name).convert("RGB"), bound=1)
    expect(name, Image.fromarray(numpy.rint(pixels(13, 11, 3, 65536) / 257).astype(numpy.uint8), "RGB"), "colour: RGB")  # the formula again


def webp():
    plain("webp_lossy.webp", encoded(rgb(37, 35), format="WEBP", quality=80))
    plain("webp_lossless.webp", encoded(rgb(13, 11), format="WEBP", lossless=True))
    rgba = Image.fromarray(pixels(13, 11, 4).astype(numpy.uint8), "RGBA")
    plain("webp_rgba.webp", encoded(rgba, format="WEBP", lossless=True, exact=True))
    over("webp_rgba.webp")
    # An animation of which the first picture counts.
    frames = [rgb(13, 11), rgb(13, 11).rotate(180)]
    name = write("webp_animated.webp", encoded(frames[0], format="WEBP", save_all=True, append_images=frames[1:], lossless=True))
    expect(name, opened(name).convert("RGB"))


def bmp():
    plain("bmp_rgb.bmp", encoded(rgb(13, 11), format="BMP"), grey=True)
    plain("bmp_palette.bmp", encoded(rgb(13, 11).quantize(16), format="BMP"))
    rgba = Image.fromarray(pixels(13, 11, 4).astype(numpy.uint8), "RGBA")
    # As Pillow writes it, 32 bits have no place for alpha; a header of 108 bytes has.
    header = struct.pack("<IiiHHIIiiII", 108, 13, -11, 1, 32, 3, 13 * 11 * 4, 2835, 2835, 0, 0)
    masks = struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000) + b"BGRs" + bytes(48)
    bgra = numpy.asarray(rgba)[:, :, [2, 1, 0, 3]].tobytes()
    body = header + masks + bgra
    plain("bmp_rgba.bmp", b"BM" + struct.pack("<IHHI", 14 + len(body), 0, 0, 14 + 108) + body)
    over("bmp_rgba.bmp")


for old in HERE.iterdir():
    if old.suffix != ".py":
        old.unlink()
for make in (jpeg, inks, turned, png_kinds, png_16, webp, bmp):
    make()
with open(HERE / "goldens.csv", "w", newline="") as file:
    csv.writer(file, lineterminator="\n").writerows([["file", "config", "channels", "expected", "bound"]] + rows)
