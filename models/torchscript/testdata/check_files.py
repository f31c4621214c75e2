"""Loads what write_parity_files wrote into PyTorch and compares, as users would.

  bazel run //models/torchscript:write_parity_files -- /tmp/files
  python models/torchscript/testdata/check_files.py /tmp/files

Needs torch, torchvision and timm; no test calls it. Of each ARM.torchscript.pt: logits against those of
testdata/parity of the zoo for one image and for all, before and after freezing and optimising; names and
order of state_dict() against torchvision's or timm's; extra files. Of each ARM.pt: weights_only, a strict
load into that network, the same logits.
"""

import pathlib
import re
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2] / "zoo" / "testdata"
sys.path.insert(0, str(ROOT))
from parity import CASES, formula  # noqa: E402


def expected_logits(arm):
    text = (ROOT / "parity" / f"{arm}.textproto").read_text()
    value = lambda name: int(re.search(rf"^{name}: (\d+)", text, re.M).group(1))
    logits = [float(number) for number in re.search(r"^logits: \[(.*)\]", text, re.M).group(1).split(",")]
    images = formula("images", (value("images"), 3, value("side_px"), value("side_px"))).float()
    return images, torch.tensor(logits, dtype=torch.float64).reshape(value("images"), value("classes"))


def distance(logits, expected):
    return float((logits.double() - expected).abs().max() / expected.abs().max())


def optimised_logits(script, network, images):
    """None where PyTorch cannot run its own network after this either: pools of uneven windows, for one."""
    try:
        return torch.jit.optimize_for_inference(script)(images)
    except RuntimeError as error:
        message = str(error).strip().splitlines()[-1]
    try:
        torch.jit.optimize_for_inference(torch.jit.script(network))(images)
    except RuntimeError as error:
        if str(error).strip().endswith(message):
            return None
    raise AssertionError(message)


def check_script(path, network, images, expected):
    extra = {"classes.txt": ""}
    script = torch.jit.load(path, _extra_files=extra)
    assert extra["classes.txt"] == b"a\nb\n", extra
    assert not script.training
    script.train()
    script.eval()
    script.to("cpu")
    differences = [distance(script(images), expected), distance(script(images[:1]), expected[:1])]
    twice = torch.cat([images, images])[:4]
    differences.append(distance(script(twice), torch.cat([expected, expected])[:4]))
    frozen = torch.jit.freeze(script)
    differences.append(distance(frozen(images), expected))
    optimised = optimised_logits(script, network, images)
    if optimised is not None:
        differences.append(distance(optimised, expected))
    script.double()
    differences.append(distance(script(images.double()), expected))
    state = dict(script.float().state_dict())
    for module in script.modules():
        for name, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            module._c.setattr(name, tensor.to("meta"))
    assert script(images.to("meta")).shape == expected.shape  # fails if a tensor were made on the CPU
    return state, differences


def network_of(arm, classes, side):
    case = CASES[arm]
    return case, case.make(classes, side).eval()


def check_names(arm, state, network, case):
    ours = [name for name in state if not name.endswith("relative_position_index")]
    theirs = [case.rename(name) for name in network.state_dict() if not name.endswith("relative_position_index")]
    assert sorted(ours) == sorted(theirs), set(ours) ^ set(theirs)
    return ours == theirs


def check_weights(path, network, images, expected):
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state, strict=True)
    return distance(network(images), expected)


def main():
    worst = 0
    folder = pathlib.Path(sys.argv[1])
    torch.set_grad_enabled(False)
    for path in sorted(folder.glob("*.torchscript.pt")):
        arm = path.name.split(".")[0]
        images, expected = expected_logits(arm)
        case, network = network_of(arm, expected.shape[1], images.shape[2])
        state, differences = check_script(path, network, images, expected)
        line = f"{arm}: torchscript {max(differences):.1e}"
        line += ", names in order" if check_names(arm, state, network, case) else ", names in another order"
        weights = folder / f"{arm}.pt"
        if weights.exists():
            differences.append(check_weights(weights, network, images, expected))
            line += f", weights {differences[-1]:.1e}"
        worst = max(worst, *differences)
        print(line, flush=True)
    print(f"largest difference / largest logit: {worst:.1e}")
    assert worst < 1e-4


if __name__ == "__main__":
    main()
