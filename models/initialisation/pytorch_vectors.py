"""Prints the table of initialise_test.cc: what PyTorch's nn.init draws for a weight [6,4,3,3] after
torch.manual_seed(3).

    python3 pytorch_vectors.py    # PyTorch 2.11.0 gave the numbers of the test
"""

import torch
from torch.nn import init

RULES = {
    "kaiming_normal {}": lambda w: init.kaiming_normal_(w, mode="fan_in", nonlinearity="relu"),
    "kaiming_normal { fan: FAN_OUT negative_slope: 0.5 }": lambda w: init.kaiming_normal_(w, a=0.5, mode="fan_out", nonlinearity="leaky_relu"),
    "kaiming_uniform { negative_slope: 2.23606797749979 }": lambda w: init.kaiming_uniform_(w, a=5**0.5),
    "kaiming_uniform { fan: FAN_OUT }": lambda w: init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu"),
    "xavier_normal { gain: 0.5 }": lambda w: init.xavier_normal_(w, gain=0.5),
    "xavier_uniform {}": lambda w: init.xavier_uniform_(w),
    "normal { mean: 1 std: 0.5 }": lambda w: init.normal_(w, 1, 0.5),
    "uniform { low: -3 high: 5 }": lambda w: init.uniform_(w, -3, 5),
    "truncated_normal { std: 0.02 }": lambda w: init.trunc_normal_(w, std=0.02),
    "truncated_normal { std: 1.5 mean: 1 low: -0.5 high: 2 }": lambda w: init.trunc_normal_(w, mean=1, std=1.5, a=-0.5, b=2),
    "orthogonal { gain: 2 }": lambda w: init.orthogonal_(w, gain=2),
    "constant { value: 0.25 }": lambda w: init.constant_(w, 0.25),
}

for rule, draw in RULES.items():
    torch.manual_seed(3)
    weight = draw(torch.empty(6, 4, 3, 3)).double().flatten()
    ramp = torch.arange(weight.numel(), dtype=torch.double) / weight.numel()
    print(f'      {{"{rule}", {weight[0]:.7g}, {weight[-1]:.7g}, {weight.norm():.7g}, {weight @ ramp:.7g}}},')
