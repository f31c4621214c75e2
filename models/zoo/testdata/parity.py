"""Writes parity/CASE.textproto: what PyTorch makes of the zoo's networks (parity_case.proto).

  python parity.py            all cases
  python parity.py resnet18   one

Needs torch, torchvision 0.26 and timm 1.0; made with torch 2.11. Networks that both lack are in
parity_networks.py. Says how far PyTorch's own 32-bit results are from its 64-bit ones, which are
written: those distances must stay far below the tolerances of parity_test.
"""

import math
import pathlib
import sys

import numpy as np
import timm
import torch
import torchvision.models as tv
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from parity_networks import FoodCnn, ResNet9, SimpleConv3, SmallResNet, WideResNet

FOLDER = pathlib.Path(__file__).parent / "parity"


def formula(name, shape):
    """Numbers in [-1, 1) that follow from a name: as FormulaValues in formula_tensor.h."""
    with np.errstate(over="ignore"):
        state = np.uint64(14695981039346656037)
        for letter in name.encode():
            state = (state ^ np.uint64(letter)) * np.uint64(1099511628211)
        x = state + np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return torch.from_numpy((x >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1).reshape(tuple(shape))


def formula_tensor(name, shape, gain, norm_scale):
    """The value of a parameter or buffer, rounded to 32 bits: as FormulaTensor in formula_tensor.h."""
    values = formula(name, shape)
    if name.endswith("running_var"):
        values = 1 + 0.5 * values
    elif len(shape) == 3 and shape[0] == 1:
        values = 0.5 * values  # an embedding
    elif len(shape) == 3 or (len(shape) == 1 and name.endswith(".weight")):
        values = norm_scale * (1 + 0.5 * values)  # of a norm or a layer scale
    elif len(shape) >= 2:
        values = math.sqrt(3 * gain / int(np.prod(shape[1:]))) * values
    else:
        values = 0.1 * values
    return values.float().double()


class Case:
    def __init__(self, make, side=64, published_side=224, published_classes=1000, options="", gain=2.0, norm_scale=0.7,
                 images=3, ops=None, rename=lambda name: name, takes_side=False, arm="", variant=""):
        # (num_classes, side of images) -> module; given without the side, unless takes_side
        self.make = make if takes_side else lambda classes, side: make(classes)
        self.side = side
        self.published_side = published_side
        self.published_classes = published_classes
        self.options = options
        self.gain = gain
        self.norm_scale = norm_scale
        self.images = images
        self.ops = ops  # published multiply-adds in 1e9, with three decimals
        self.rename = rename  # the module's name of a tensor -> ours
        self.arm = arm  # where it is not the case's name
        self.variant = variant


def torchvision_case(arm, weights, **options):
    return Case(lambda classes: getattr(tv, arm)(num_classes=classes), ops=weights.meta["_ops"], **options)


NO_CHANCE = "dropout: 0 stochastic_depth: 0"
CASES = {
    "simpleconv3": Case(SimpleConv3, side=48, published_side=48, published_classes=40),
    "food_cnn": Case(FoodCnn, side=128, published_side=128, published_classes=11, images=2),
    "alexnet": torchvision_case("alexnet", tv.AlexNet_Weights.DEFAULT, options="dropout: 0"),
    "vgg11": torchvision_case("vgg11", tv.VGG11_Weights.DEFAULT, options="dropout: 0", side=32),
    "vgg11_bn": torchvision_case("vgg11_bn", tv.VGG11_BN_Weights.DEFAULT, options="dropout: 0", side=32, norm_scale=0.95),
    "vgg13": torchvision_case("vgg13", tv.VGG13_Weights.DEFAULT, options="dropout: 0", side=32),
    "vgg13_bn": torchvision_case("vgg13_bn", tv.VGG13_BN_Weights.DEFAULT, options="dropout: 0", side=32, norm_scale=0.95),
    "vgg16": torchvision_case("vgg16", tv.VGG16_Weights.DEFAULT, options="dropout: 0", side=32),
    "vgg16_bn": torchvision_case("vgg16_bn", tv.VGG16_BN_Weights.DEFAULT, options="dropout: 0", side=32, norm_scale=0.95),
    "vgg19": torchvision_case("vgg19", tv.VGG19_Weights.DEFAULT, options="dropout: 0", side=32),
    "vgg19_bn": torchvision_case("vgg19_bn", tv.VGG19_BN_Weights.DEFAULT, options="dropout: 0", side=32, norm_scale=0.95),
    "resnet18": torchvision_case("resnet18", tv.ResNet18_Weights.IMAGENET1K_V1),
    "resnet34": torchvision_case("resnet34", tv.ResNet34_Weights.IMAGENET1K_V1),
    "resnet50": torchvision_case("resnet50", tv.ResNet50_Weights.IMAGENET1K_V1),
    "resnet101": torchvision_case("resnet101", tv.ResNet101_Weights.IMAGENET1K_V1),
    "resnet152": torchvision_case("resnet152", tv.ResNet152_Weights.IMAGENET1K_V1),
    "wide_resnet50_2": torchvision_case("wide_resnet50_2", tv.Wide_ResNet50_2_Weights.IMAGENET1K_V1),
    "resnext50_32x4d": torchvision_case("resnext50_32x4d", tv.ResNeXt50_32X4D_Weights.IMAGENET1K_V1),
    "densenet121": torchvision_case("densenet121", tv.DenseNet121_Weights.DEFAULT, norm_scale=1.0),
    "squeezenet1_1": torchvision_case("squeezenet1_1", tv.SqueezeNet1_1_Weights.DEFAULT, options="dropout: 0"),
    "mobilenet_v2": torchvision_case("mobilenet_v2", tv.MobileNet_V2_Weights.DEFAULT, options="dropout: 0", norm_scale=1),
    "mobilenet_v3_small": torchvision_case("mobilenet_v3_small", tv.MobileNet_V3_Small_Weights.DEFAULT, options="dropout: 0", norm_scale=1),
    "mobilenet_v3_large": torchvision_case("mobilenet_v3_large", tv.MobileNet_V3_Large_Weights.DEFAULT, options="dropout: 0",
                                           norm_scale=0.93),
    "shufflenet_v2_x1_0": torchvision_case("shufflenet_v2_x1_0", tv.ShuffleNet_V2_X1_0_Weights.DEFAULT, norm_scale=0.85),
    "efficientnet_b0": torchvision_case("efficientnet_b0", tv.EfficientNet_B0_Weights.DEFAULT, options=NO_CHANCE, gain=2.35, norm_scale=1),
    "efficientnet_b1": torchvision_case("efficientnet_b1", tv.EfficientNet_B1_Weights.DEFAULT, published_side=240, options=NO_CHANCE,
                                        gain=2.2, norm_scale=1),
    "efficientnet_b2": torchvision_case("efficientnet_b2", tv.EfficientNet_B2_Weights.DEFAULT, published_side=288, options=NO_CHANCE,
                                        gain=2.15, norm_scale=1),
    "efficientnet_lite0": Case(lambda classes: timm.create_model("efficientnet_lite0", num_classes=classes), options=NO_CHANCE,
                               norm_scale=1),
    # Of sides that are even and odd where strides are 2: 66, 33, 17, 9, 5.
    "efficientnet_lite0_tensorflow": Case(lambda classes: timm.create_model("tf_efficientnet_lite0", num_classes=classes), side=66,
                                          options=NO_CHANCE + " tensorflow: true", norm_scale=1, arm="efficientnet_lite0",
                                          variant="tensorflow"),
    "efficientnet_v2_s": torchvision_case("efficientnet_v2_s", tv.EfficientNet_V2_S_Weights.DEFAULT, published_side=384, options=NO_CHANCE,
                                          norm_scale=0.78),
    "regnet_y_400mf": torchvision_case("regnet_y_400mf", tv.RegNet_Y_400MF_Weights.DEFAULT, norm_scale=0.85),
    "convnext_tiny": torchvision_case("convnext_tiny", tv.ConvNeXt_Tiny_Weights.DEFAULT, options="stochastic_depth: 0"),
    "vit_b_16": Case(lambda classes, side: tv.vit_b_16(num_classes=classes, image_size=side), takes_side=True, side=48,
                     ops=tv.ViT_B_16_Weights.IMAGENET1K_V1.meta["_ops"]),
    "vit_tiny_16": Case(lambda classes, side: timm.create_model("vit_tiny_patch16_224", num_classes=classes, img_size=side),
                        takes_side=True, side=48),
    # Of 18, 9, 5 and 3 pixels: padded windows, moved ones and single ones, odd sides.
    "swin_t": torchvision_case("swin_t", tv.Swin_T_Weights.DEFAULT, side=72, options="stochastic_depth: 0"),
    "resnet20": Case(lambda classes: SmallResNet(3, classes), side=32, published_side=32, published_classes=10),
    "resnet56": Case(lambda classes: SmallResNet(9, classes), side=32, published_side=32, published_classes=10),
    "wide_resnet_28_2": Case(lambda classes: WideResNet(2, classes), side=32, published_side=32, published_classes=10),
    "wide_resnet_28_10": Case(lambda classes: WideResNet(10, classes), side=16, published_side=32, published_classes=10),
    "resnet9": Case(lambda classes: ResNet9(64, classes), side=32, published_side=32, published_classes=10),
}
CLASSES = 5


def without_chance(module):
    for part in module.modules():
        if isinstance(part, (nn.Dropout, nn.Dropout2d)):
            part.p = 0.0
        if type(part).__name__ in ("StochasticDepth", "DropPath"):
            part.p = part.drop_prob = 0.0
        if isinstance(part, nn.MultiheadAttention):
            part.dropout = 0.0
    return module


def published_counts(case):
    module = case.make(case.published_classes, case.published_side).to("meta").train()
    counter = FlopCounterMode(display=False)
    with counter:
        module(torch.empty(1, 3, case.published_side, case.published_side, device="meta"))
    multiply_adds = counter.get_total_flops() // 2
    if case.ops and abs(multiply_adds / 1e9 - case.ops) > 0.001 + 0.001 * case.ops:
        print(f"  counted {multiply_adds / 1e9:.3f}e9 multiply-adds, published {case.ops}")
    return sum(p.numel() for p in module.parameters()), multiply_adds


def set_weights(module, case):
    tensors = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    with torch.no_grad():
        for name, tensor in tensors.items():
            if tensor.dtype.is_floating_point:
                tensor.copy_(formula_tensor(case.rename(name), tensor.shape, case.gain, case.norm_scale))


def results(case, dtype):
    """Logits in evaluation, and what a training pass leaves in each tensor, by the module's names."""
    module = without_chance(case.make(CLASSES, case.side)).to(dtype)
    set_weights(module, case)
    images = formula("images", (case.images, 3, case.side, case.side)).float().to(dtype)
    with torch.no_grad():
        logits = module.eval()(images)
    module.train()
    output = module(images)
    (output * formula("loss", output.shape).to(dtype)).mean().backward()
    gradients = {name: p.grad.double() for name, p in module.named_parameters()}
    return logits.double(), {name: gradients.get(name, tensor).double() for name, tensor in module.state_dict().items()}


def largest_difference(exact, rounded):
    floor = 1e-6 * max(g.norm() for g in exact.values())
    distances = {n: ((rounded[n] - g).norm() / max(g.norm(), floor)).item() for n, g in exact.items()}
    worst = max(distances, key=distances.get)
    return distances[worst], worst


def number(value):
    return f"{float(value):.7g}"


def text_of(name, case):
    arm = case.arm or name
    parameters, multiply_adds = published_counts(case)
    logits, tensors = results(case, torch.float64)
    logits32, tensors32 = results(case, torch.float32)
    spread = (logits - logits.mean(0)).abs().max() / logits.abs().max()
    worst, worst_name = largest_difference(tensors, tensors32)
    print(f"{name:20} {parameters:10} {multiply_adds:12} logits up to {logits.abs().max():.2e} that differ by {spread:.0%}; 32 bits: "
          f"logits {(logits32 - logits).abs().max() / logits.abs().max():.1e}, training {worst:.1e} ({worst_name})", flush=True)
    lines = [
        "# proto-file: models/zoo/parity_case.proto", "# proto-message: mica.ParityCase",
        "# Written by models/zoo/testdata/parity.py.",
        f"model {{ {arm} {{ {case.options} }} }}" if case.options else f"model {{ {arm} {{}} }}",
        *([f'variant: "{case.variant}"'] if case.variant else []),
        f"published_side_px: {case.published_side}", f"published_classes: {case.published_classes}",
        f"published_parameters: {parameters}", f"published_multiply_adds: {multiply_adds}",
        f"images: {case.images}", f"side_px: {case.side}", f"classes: {CLASSES}",
        f"weight_gain: {case.gain}", f"norm_scale: {case.norm_scale}",
        f"logits: [{', '.join(number(v) for v in logits.flatten())}]",
    ]
    for own_name, tensor in tensors.items():
        ours = case.rename(own_name)
        shape = ", ".join(str(n) for n in tensor.shape)
        dot = (tensor * formula("digest of " + ours, tensor.shape)).sum()
        lines.append(f'tensor {{ name: "{ours}" shape: [{shape}] length: {number(tensor.norm())} dot: {number(dot)} }}')
    return "\n".join(lines) + "\n"


def main():
    torch.manual_seed(1)
    for name in sys.argv[1:] or CASES:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.textproto").write_text(text_of(name, CASES[name]))


if __name__ == "__main__":
    main()
