"""Prints the numbers that network_layer_test.cc expects, from PyTorch 2.11.0 and torchvision 0.26.0.

Every tensor holds sin(first + i) / divisor for i = 0, 1, 2 ...
"""
import torch
from torchvision.models.swin_transformer import ShiftedWindowAttention, PatchMerging


def formula(shape, first, divisor):
    count = torch.Size(shape).numel()
    return (torch.sin(torch.arange(count, dtype=torch.float64) + first) / divisor).float().reshape(shape)


def fill(module):
    with torch.no_grad():
        for i, (_, parameter) in enumerate(sorted(module.named_parameters())):
            parameter.copy_(formula(parameter.shape, i, 2))


def show(name, output):
    print(name, ", ".join("%.6ff" % value for value in output.flatten().tolist()))


attention = torch.nn.MultiheadAttention(4, 2, batch_first=True)
fill(attention)
tokens = formula((1, 3, 4), 5, 1)
show("self_attention", attention(tokens, tokens, tokens)[0])

for height, width, shift in ((3, 4, 0), (6, 4, 1), (6, 6, 2)):
    window = ShiftedWindowAttention(2, [3, 3], [shift, shift], 2)
    fill(window)
    # Channels first, as the picture lies in mica.
    picture = formula((1, 2, height, width), 5, 1).permute(0, 2, 3, 1)
    show("window_attention %dx%d shift %d" % (height, width, shift), window(picture).permute(0, 3, 1, 2))

merging = PatchMerging(1)
merged = formula((1, 1, 3, 4), 5, 1).permute(0, 2, 3, 1)
from torchvision.models.swin_transformer import _patch_merging_pad
show("merge_patches 3x4", _patch_merging_pad(merged).permute(0, 3, 1, 2))
lrn = torch.nn.LocalResponseNorm(3, alpha=0.5, beta=0.75, k=2)
show("local_response_norm", lrn(formula((1, 4, 1, 2), 5, 1)))
