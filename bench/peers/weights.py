"""What the field does where mica loads weights and names pictures: the peers of bench/weights.cc.

    python bench/peers/weights.py make FOLDER              resnet50.safetensors, resnet50.pth, resnet18.pth: random weights, one seed
    python bench/peers/weights.py load FILE                seconds until a ResNet-50 has the file's weights
    python bench/peers/weights.py predict FILE PICTURE…    one after the other, as a script does: prints the best class of each
    python bench/peers/weights.py batches FILE FOLDER      all below a folder: DataLoader, 2 workers, batches of 64
    python bench/peers/weights.py onnx FILE FOLDER         the same in ONNX Runtime

2 threads. `load` prints seconds=S count=N in its last line; of the others the whole process is timed.
"""
import pathlib
import sys
import time

THREADS = 2
BATCH = 64
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def make(folder):
    import safetensors.torch
    import torch
    import torchvision

    folder = pathlib.Path(folder)
    torch.manual_seed(1)
    weights = torchvision.models.resnet50().state_dict()
    safetensors.torch.save_file(weights, folder / "resnet50.safetensors")
    torch.save(weights, folder / "resnet50.pth")
    torch.save(torchvision.models.resnet18().state_dict(), folder / "resnet18.pth")


def load(file):
    import safetensors.torch
    import torch
    import torchvision

    torch.set_num_threads(THREADS)
    model = torchvision.models.resnet50()
    start = time.perf_counter()
    weights = safetensors.torch.load_file(file) if file.endswith(".safetensors") else torch.load(file, weights_only=True)
    model.load_state_dict(weights)
    print(f"seconds={time.perf_counter() - start} count={len(weights)}")


def transform_of_pictures():
    import torch
    from torchvision.transforms import v2

    return v2.Compose([v2.Resize(256), v2.CenterCrop(224), v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])


def model_and_transform(file):
    import torch
    import torchvision

    torch.set_num_threads(THREADS)
    model = torchvision.models.resnet18()
    model.load_state_dict(torch.load(file, weights_only=True))
    return model.eval(), transform_of_pictures()


def predict(file, *pictures):
    import torch
    from PIL import Image

    model, transform = model_and_transform(file)
    with torch.inference_mode():
        for picture in pictures:
            probabilities = model(transform(Image.open(picture).convert("RGB"))[None]).softmax(1)[0]
            print(picture, int(probabilities.argmax()), float(probabilities.max()))


def batches_of(folder, transform):
    import torch
    import torchvision

    dataset = torchvision.datasets.ImageFolder(folder, transform)
    return torch.utils.data.DataLoader(dataset, BATCH, num_workers=2)


def batches(file, folder):
    import torch

    model, transform = model_and_transform(file)
    best = []
    with torch.inference_mode():
        for images, _ in batches_of(folder, transform):
            best += model(images).softmax(1).max(1).values.tolist()
    print(len(best), "pictures")


def onnx(file, folder):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    transform = transform_of_pictures()
    session = onnxruntime.InferenceSession(file, options)
    count = 0
    for images, _ in batches_of(folder, transform):
        count += len(session.run(None, {"images": images.numpy()})[0].argmax(1))
    print(count, "pictures")


if __name__ == "__main__":
    {"make": make, "load": load, "predict": predict, "batches": batches, "onnx": onnx}[sys.argv[1]](*sys.argv[2:])
