"""Writes layer_cases.textproto: what PyTorch makes of lists with layers that the zoo's networks lack, or use in one way
only (onnx_case.proto).

    python layer_cases.py

Needs what models/zoo/testdata/parity.py needs; weights and images are its formula's.
"""

import pathlib
import sys

import torch
from timm.layers import pad_same
from timm.models.vision_transformer import Attention
from torch import nn
from torch.nn import functional
from torchvision.models.swin_transformer import ShiftedWindowAttention

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent / "zoo" / "testdata"))
from parity import formula, formula_tensor, number, without_chance  # pylint: disable=wrong-import-position

IMAGES, CLASSES, NORM_SCALE = 3, 5, 0.7


class Apply(nn.Module):
    """A layer without tensors."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


class WithTensor(nn.Module):
    """A layer whose one tensor has the layer's own name."""

    def __init__(self, shape, function):
        super().__init__()
        self.own = nn.Parameter(torch.zeros(shape))
        self.function = function

    def forward(self, x):
        return self.function(x, self.own)


class SelfAttention(nn.MultiheadAttention):
    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)
        self.activation, self.gate = activation, gate

    def forward(self, x):
        return x * self.gate(self.fc2(self.activation(self.fc1(x.mean((2, 3), keepdim=True)))))


class ChannelsLast(nn.Module):
    """Takes and gives channels first; `inner` sees them last, under its own names."""

    def __init__(self, inner):
        super().__init__()
        self.own = inner

    def forward(self, x):
        return self.own(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Branches(nn.Module):
    def __init__(self, dimension, split, *branches):
        super().__init__()
        self.dimension, self.split = dimension, split
        self.own = nn.ModuleDict(dict(layer for branch in branches for layer in branch))
        self.branches = [[name for name, _ in branch] for branch in branches]

    def forward(self, x):
        parts = x.chunk(len(self.branches), self.dimension) if self.split else [x] * len(self.branches)
        results = []
        for names, part in zip(self.branches, parts):
            for name in names:
                part = self.own[name](part)
            results.append(part)
        return torch.cat(results, self.dimension)


class Sum(nn.Module):
    def __init__(self, branch, shortcut):
        super().__init__()
        self.own = nn.ModuleDict({"a": branch, "b": shortcut})

    def forward(self, x):
        return self.own["a"](x) + self.own["b"](x)


def merge_patches(x):
    x = functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))
    return torch.cat([x[:, :, 0::2, 0::2], x[:, :, 1::2, 0::2], x[:, :, 0::2, 1::2], x[:, :, 1::2, 1::2]], 1)


def class_token(x, token):
    return torch.cat([token.expand(len(x), 1, -1), x], 1)


def mean_of_positions(x):
    return x.mean((2, 3)) if x.dim() == 4 else x.mean(1)


CONV6 = ("conv2d { out_channels: 6 }", lambda: nn.Conv2d(3, 6, 3))
TOKENS = ("tokens {}", lambda: Apply(lambda x: x.flatten(2).transpose(1, 2)))
FLATTEN = ("flatten {}", nn.Flatten)
MEAN = ("global_average_pool {}", lambda: Apply(mean_of_positions))
ACTIVATIONS = {
    "relu {}": nn.ReLU, "relu6 {}": nn.ReLU6, "leaky_relu { negative_slope: 0.2 }": lambda: nn.LeakyReLU(0.2), "gelu {}": nn.GELU,
    "silu {}": nn.SiLU, "tanh {}": nn.Tanh, "sigmoid {}": nn.Sigmoid, "hard_swish {}": nn.Hardswish, "hard_sigmoid {}": nn.Hardsigmoid,
}


def activations():
    text = " ".join(f"branch {{ layer {{ name: 'n{i}' {kind} }} }}" for i, kind in enumerate(ACTIVATIONS))
    return (f"concat {{ {text} }}",
            lambda: Branches(1, False, *[[(f"n{i}", make())] for i, make in enumerate(ACTIVATIONS.values())]))


# Name -> side of images, size of weights, the layers before the linear one: config, module.
CASES = {
    "convolution": (12, 2, [
        ("conv2d { out_channels: 6 kernel_size_px: 3 stride: 2 padding_px: 2 dilation: 2 groups: 3 }",
         lambda: nn.Conv2d(3, 6, 3, stride=2, padding=2, dilation=2, groups=3)),
        ("batch_norm { epsilon: 0.5 }", lambda: nn.BatchNorm2d(6, eps=0.5)),
        ("linear { out_features: 4 per_pixel: true }", lambda: ChannelsLast(nn.Linear(6, 4))),
        ("conv2d { out_channels: 2 kernel_size_px: 1 bias: false }", lambda: nn.Conv2d(4, 2, 1, bias=False)), FLATTEN]),
    "activations": (6, 60, [CONV6, activations(), FLATTEN]),
    "pools": (12, 2, [
        CONV6, ("max_pool { kernel_size_px: 3 stride: 2 padding_px: 1 ceil_mode: true }",
                lambda: nn.MaxPool2d(3, 2, padding=1, ceil_mode=True)),
        ("average_pool { kernel_size_px: 3 stride: 1 padding_px: 1 }", lambda: nn.AvgPool2d(3, 1, padding=1)),
        ("adaptive_average_pool { size_px: 4 }", lambda: nn.AdaptiveAvgPool2d(4)),
        ("max_pool { ceil_mode: true stride: 3 }", lambda: nn.MaxPool2d(2, 3, ceil_mode=True)),
        ("adaptive_average_pool { size_px: 3 }", lambda: nn.AdaptiveAvgPool2d(3)), FLATTEN]),
    "equal_windows": (11, 2, [
        CONV6, ("average_pool {}", lambda: nn.AvgPool2d(2)), ("adaptive_average_pool { size_px: 2 }", lambda: nn.AdaptiveAvgPool2d(2)),
        ("adaptive_average_pool { size_px: 2 }", lambda: nn.AdaptiveAvgPool2d(2)), FLATTEN]),
    "picture_norms": (8, 2, [
        CONV6, ("layer_norm { epsilon: 0.1 }", lambda: ChannelsLast(nn.LayerNorm(6, eps=0.1))),
        ("group_norm { groups: 3 epsilon: 0.1 }", lambda: nn.GroupNorm(3, 6, eps=0.1)),
        ("local_response_norm { size: 3 alpha: 0.9 beta: 0.6 k: 1.5 }", lambda: nn.LocalResponseNorm(3, 0.9, 0.6, 1.5)),
        ("local_response_norm { size: 4 alpha: 0.9 beta: 0.6 k: 1.5 }", lambda: nn.LocalResponseNorm(4, 0.9, 0.6, 1.5)),
        ("hard_sigmoid {}", nn.Hardsigmoid),
        ("local_response_norm { size: 2 alpha: 2 }", lambda: nn.LocalResponseNorm(2, 2)), ("layer_scale {}", lambda: WithTensor((6, 1, 1), torch.mul)),
        FLATTEN]),
    "flat_values": (6, 2, [
        CONV6, FLATTEN, ("linear { out_features: 8 bias: false }", lambda: nn.Linear(96, 8, bias=False)),
        ("batch_norm {}", lambda: nn.BatchNorm1d(8)), ("layer_norm {}", lambda: nn.LayerNorm(8)), ("flatten {}", nn.Flatten),
        ("residual { layer { name: 'a' linear { out_features: 8 } } layer { name: 'c' stochastic_depth { probability: 0.5 } } shortcut { name: 'b' relu {} } }",
         lambda: Sum(nn.Linear(8, 8), nn.ReLU())),
        ("concat { split_input: true branch {} branch { layer { name: 'c' linear { out_features: 3 } } } }",
         lambda: Branches(1, True, [], [("c", nn.Linear(4, 3))])), ("dropout {}", nn.Dropout)]),
    "channels": (8, 2, [
        CONV6, ("channel_shuffle { groups: 3 }", lambda: nn.ChannelShuffle(3)),
        ("squeeze_excite { squeeze_channels: 2 }", lambda: SqueezeExcite(6, 2, nn.ReLU(), nn.Sigmoid())),
        ("squeeze_excite { squeeze_channels: 2 activation: SILU gate: HARD_SIGMOID }",
         lambda: SqueezeExcite(6, 2, nn.SiLU(), nn.Hardsigmoid())), FLATTEN]),
    "tokens": (6, 2, [
        CONV6, TOKENS, ("linear { out_features: 8 bias: false }", lambda: nn.Linear(6, 8, bias=False)),
        ("class_token {}", lambda: WithTensor((1, 1, 8), class_token)), ("position_embedding {}", lambda: WithTensor((1, 17, 8), torch.add)),
        ("layer_norm { epsilon: 0.1 }", lambda: nn.LayerNorm(8, eps=0.1)),
        ("self_attention { heads: 2 }", lambda: SelfAttention(8, 2, batch_first=True)),
        ("layer_scale {}", lambda: WithTensor((8,), torch.mul)),
        ("self_attention { heads: 4 tensor_names: QKV }", lambda: Attention(8, 4, qkv_bias=True)),
        ("first_token {}", lambda: Apply(lambda x: x[:, 0]))]),
    "mean_token": (6, 2, [
        CONV6, TOKENS,
        ("concat { split_input: true branch { layer { name: 'a' gelu {} } } branch { layer { name: 'b' linear { out_features: 5 } } } }",
         lambda: Branches(2, True, [("a", nn.GELU())], [("b", nn.Linear(3, 5))])), MEAN]),
    "same_pads": (11, 2, [
        CONV6, ("same_pad { kernel_size_px: 3 stride: 2 }", lambda: Apply(lambda x: pad_same(x, [3, 3], [2, 2]))),
        ("conv2d { out_channels: 6 stride: 2 }", lambda: nn.Conv2d(6, 6, 3, stride=2)),
        ("same_pad { kernel_size_px: 4 stride: 1 }", lambda: Apply(lambda x: pad_same(x, [4, 4], [1, 1]))), FLATTEN]),
    "single_values": (6, 2, [
        CONV6, ("group_norm { groups: 3 }", lambda: nn.GroupNorm(3, 6)), ("linear { out_features: 1 per_pixel: true }", lambda: ChannelsLast(nn.Linear(6, 1))),
        ("residual { layer { name: 'a' layer_norm {} } shortcut { name: 'b' tanh {} } }", lambda: Sum(ChannelsLast(nn.LayerNorm(1)), nn.Tanh())),
        FLATTEN]),
    "flat_norms": (6, 2, [
        CONV6, FLATTEN, ("silu {}", nn.SiLU), ("batch_norm {}", lambda: nn.BatchNorm1d(96)),
        ("residual { layer { name: 'a' relu6 {} } shortcut { name: 'b' sigmoid {} } }", lambda: Sum(nn.ReLU6(), nn.Sigmoid())),
        ("batch_norm {}", lambda: nn.BatchNorm1d(96)), ("batch_norm {}", lambda: nn.BatchNorm1d(96)), ("silu {}", nn.SiLU)]),
    "flat_tokens": (6, 2, [CONV6, TOKENS, FLATTEN]),
    "windows": (13, 2, [
        CONV6, ("window_attention { heads: 2 window_px: 4 shift_px: 3 }",
                lambda: ChannelsLast(ShiftedWindowAttention(6, [4, 4], [3, 3], 2))),
        ("merge_patches {}", lambda: Apply(merge_patches)),
        ("window_attention { heads: 3 window_px: 6 shift_px: 3 }",
         lambda: ChannelsLast(ShiftedWindowAttention(24, [6, 6], [3, 3], 3))),
        ("window_attention { heads: 3 window_px: 3 }", lambda: ChannelsLast(ShiftedWindowAttention(24, [3, 3], [0, 0], 3))), MEAN]),
}


def with_linear_end(layers, side):
    module = nn.Sequential(*[make() for _, make in layers]).eval()
    with torch.no_grad():
        values = module(torch.zeros(2, 3, side, side)).shape[1]
    return module.append(nn.Linear(values, CLASSES))


def case_text(name, side, gain, layers):
    module = without_chance(with_linear_end(layers, side)).double().eval()
    tensors = {tensor.replace(".own", ""): value for tensor, value in {**dict(module.named_parameters()), **dict(module.named_buffers())}.items()
               if value.is_floating_point()}
    images = formula("images", (IMAGES, 3, side, side)).float().double()
    with torch.no_grad():
        for tensor, value in tensors.items():
            value.copy_(formula_tensor(tensor, value.shape, gain, NORM_SCALE))
        logits = module(images)
    print(f"{name}: logits up to {logits.abs().max():.2g} that differ by {(logits - logits.mean(0)).abs().max():.2g}")
    lines = [f'name: "{name}"', "parity {", "  model {", "    sequential {"]
    lines += [f"      layer {{ {text} }}".replace("'", '"') for text, _ in layers + [("linear {}", None)]]
    lines += ["    }", "  }", f"  images: {IMAGES}", f"  side_px: {side}", f"  classes: {CLASSES}", f"  weight_gain: {gain}",
              f"  norm_scale: {NORM_SCALE}", f"  logits: [{', '.join(number(v) for v in logits.flatten())}]"]
    lines += [f'  tensor {{ name: "{tensor}" shape: [{", ".join(map(str, value.shape))}] }}' for tensor, value in tensors.items()]
    return "\n".join(["case {"] + ["  " + line for line in lines + ["}"]] + ["}"])


def main():
    header = ["# proto-file: models/onnx/onnx_case.proto", "# proto-message: mica.OnnxCases", "# Written by models/onnx/testdata/layer_cases.py."]
    cases = [case_text(name, *case) for name, case in CASES.items()]
    (HERE / "layer_cases.textproto").write_text("\n".join(header + cases) + "\n")


if __name__ == "__main__":
    main()
