"""Seconds to prepare training pictures: the peers of bench/image_pipeline.cc.

    python bench/peers/image_pipeline.py --peer image_folder --cores 2 FOLDER   what tutorials show: ImageFolder, PIL
    python bench/peers/image_pipeline.py --peer v2 --cores 2 FOLDER     torchvision's JPEG decoder, transforms v2 on bytes
    python bench/peers/image_pipeline.py --peer dali --cores 2 FOLDER   NVIDIA DALI on the CPU, which decodes only the crop
    python bench/peers/image_pipeline.py --rand_augment pil FOLDER      RandAugment alone, on PIL's pictures, one core
    python bench/peers/image_pipeline.py --rand_augment tensor FOLDER   … on tensors of bytes
    python bench/peers/image_pipeline.py --compare FILE                 pixels of mica's crops with those of PIL

Read, random crop, 224x224, flip, normalise; batches of 64. Prints seconds=S count=N: the second of two epochs, or one pass
of RandAugment over pictures in memory. The comparison prints max_difference=D and the share of values that differ; FILE is
that of `image_pipeline_work crops`.
"""
import argparse
import os
import time

BATCH = 64
SIDE = 224
MEAN = [0.485, 0.456, 0.406]
STD = [0.229, 0.224, 0.225]


def decode(path):
    from torchvision import io

    return io.decode_jpeg(io.read_file(path), mode=io.ImageReadMode.RGB)


def unchanged(images):
    return images


def image_folder(folder):
    """The data set, and what is done with its batches."""
    from torchvision import datasets, transforms

    steps = [transforms.RandomResizedCrop(SIDE), transforms.RandomHorizontalFlip(), transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    return datasets.ImageFolder(folder, transforms.Compose(steps)), unchanged


def v2(folder):
    """Bytes until the end: workers hand over a quarter of the memory, and whole batches are normalised."""
    import torch
    from torchvision import datasets
    from torchvision.transforms import v2

    crop = v2.Compose([v2.RandomResizedCrop(SIDE, antialias=True), v2.RandomHorizontalFlip()])
    normalise = v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD, inplace=True)])
    return datasets.ImageFolder(folder, crop, loader=decode), normalise


def run_loader(data, finish, cores):
    """One core has no room for a worker beside the main process."""
    import torch

    torch.set_num_threads(cores)
    workers = {"num_workers": cores, "persistent_workers": True} if cores > 1 else {}
    batches = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True, **workers)
    for _ in range(2):
        start = time.perf_counter()
        count = sum(len(finish(images)) for images, _ in batches)
        seconds = time.perf_counter() - start
    return seconds, count


def run_dali(folder, cores):
    from nvidia.dali import fn, pipeline_def, types

    @pipeline_def(batch_size=BATCH, num_threads=cores, device_id=None)
    def pipeline():
        files, labels = fn.readers.file(file_root=folder, random_shuffle=True, name="files")
        images = fn.decoders.image_random_crop(
            files, device="cpu", output_type=types.RGB, random_area=[0.08, 1.0], random_aspect_ratio=[3 / 4, 4 / 3], num_attempts=10)
        images = fn.resize(images, device="cpu", resize_x=SIDE, resize_y=SIDE, interp_type=types.INTERP_LINEAR, antialias=True)
        images = fn.crop_mirror_normalize(
            images, device="cpu", mirror=fn.random.coin_flip(), dtype=types.FLOAT, output_layout="CHW",
            mean=[255 * value for value in MEAN], std=[255 * value for value in STD])
        return images, labels

    batches = pipeline()
    batches.build()
    files = batches.epoch_size("files")
    for _ in range(2):
        count = 0
        start = time.perf_counter()
        while count < files:
            batches.run()
            count += BATCH
        seconds = time.perf_counter() - start
    return seconds * files / count, files  # its last batch is filled up with pictures of the next epoch


def run_rand_augment(folder, kind):
    import torch
    from torchvision import datasets
    from torchvision.transforms import v2
    from torchvision.transforms.v2 import functional

    torch.set_num_threads(1)
    data = datasets.ImageFolder(folder, v2.Resize([SIDE, SIDE], antialias=True), loader=decode)
    pictures = [functional.to_pil_image(data[i][0]) if kind == "pil" else data[i][0].contiguous() for i in range(len(data))]
    augment = v2.RandAugment()
    for picture in pictures[:32]:
        augment(picture)
    start = time.perf_counter()
    for picture in pictures:
        augment(picture)
    return time.perf_counter() - start, len(pictures)


def compare_crops(file):
    """Prints the largest difference and how many of the values differ; fails if the crops are not the same work."""
    import numpy
    from PIL import Image

    differences = []
    with open(file, "rb") as crops:
        for line in crops:
            path, *numbers = line.decode().rsplit(" ", 5)
            left, top, width, height, flipped = map(int, numbers)
            picture = Image.open(path).convert("RGB").crop((left, top, left + width, top + height)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
            if flipped:
                picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            pixels = numpy.frombuffer(crops.read(SIDE * SIDE * 3), numpy.uint8).reshape(SIDE, SIDE, 3)
            differences.append(abs(pixels.astype(int) - numpy.asarray(picture).astype(int)))
    values = numpy.stack(differences)
    if values.max() > 1:
        raise SystemExit(f"mica's pixels differ by up to {values.max()} levels from PIL's")
    print(f"crops={len(differences)} max_difference={values.max()} differing_share={(values > 0).mean():.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--peer", choices=["image_folder", "v2", "dali"])
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--rand_augment", choices=["pil", "tensor"])
    parser.add_argument("--compare", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.compare:
        return compare_crops(arguments.compare)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-arguments.cores:])
    if arguments.rand_augment:
        seconds, count = run_rand_augment(arguments.folder, arguments.rand_augment)
    elif arguments.peer == "dali":
        seconds, count = run_dali(arguments.folder, arguments.cores)
    else:
        data, finish = {"image_folder": image_folder, "v2": v2}[arguments.peer](arguments.folder)
        seconds, count = run_loader(data, finish, arguments.cores)
    print(f"seconds={seconds} count={count}")


if __name__ == "__main__":
    main()
