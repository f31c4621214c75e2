"""Runs the files of write_onnx_cases in ONNX Runtime and compares with PyTorch's logits.

    python compare_runtimes.py FOLDER [NAME...]

Needs numpy, onnx and onnxruntime. Checks each file against ONNX's own rules, shapes too, then prints the largest
difference as a share of the largest logit, for all images in one batch and for each by itself. Exits with 1 if one is
above 1e-4.
"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime

LIMIT = 1e-4


def difference(model: pathlib.Path) -> float:
    onnx.checker.check_model(str(model), full_check=True)
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    shape = session.get_inputs()[0].shape[1:]
    images = numpy.fromfile(model.with_suffix(".images"), numpy.float32).reshape(-1, *shape)
    expected = numpy.fromfile(model.with_suffix(".logits"), numpy.float32).reshape(len(images), -1)
    batch = session.run(["logits"], {"images": images})[0]
    single = numpy.concatenate([session.run(["logits"], {"images": image[None]})[0] for image in images])
    assert batch.shape == expected.shape, (batch.shape, expected.shape)
    return max(abs(logits - expected).max() for logits in (batch, single)) / abs(expected).max()


def main() -> None:
    folder, arms = pathlib.Path(sys.argv[1]), sys.argv[2:]
    models = [folder / f"{arm}.onnx" for arm in arms] or sorted(folder.glob("*.onnx"))
    differences = {model.stem: difference(model) for model in models}
    for arm, found in differences.items():
        print(f"{arm:24} {found:.2g}")
    if not differences or not max(differences.values()) <= LIMIT:
        sys.exit(f"above {LIMIT}, or no files in {folder}")


if __name__ == "__main__":
    main()
