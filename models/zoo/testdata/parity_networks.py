"""Networks that torchvision lacks, written after their papers for parity.py."""

from collections import OrderedDict

import torch.nn.functional as F
from torch import nn


class SimpleConv3(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 12, 3, 2), nn.BatchNorm2d(12)
        self.conv2, self.bn2 = nn.Conv2d(12, 24, 3, 2), nn.BatchNorm2d(24)
        self.conv3, self.bn3 = nn.Conv2d(24, 48, 3, 2), nn.BatchNorm2d(48)
        self.fc1, self.fc2, self.fc3 = nn.Linear(48 * 5 * 5, 1200), nn.Linear(1200, 128), nn.Linear(128, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = F.relu(self.bn3(self.conv3(x)))
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


class FoodCnn(nn.Module):
    def __init__(self, classes):
        super().__init__()
        layers, before = [], 3
        for channels in (64, 128, 256, 512, 512):
            layers += [nn.Conv2d(before, channels, 3, 1, 1), nn.BatchNorm2d(channels), nn.ReLU(), nn.MaxPool2d(2, 2, 0)]
            before = channels
        self.cnn = nn.Sequential(*layers)
        self.fc = nn.Sequential(nn.Flatten(), nn.Linear(512 * 4 * 4, 1024), nn.ReLU(), nn.Linear(1024, 512), nn.ReLU(),
                                nn.Linear(512, classes))

    def forward(self, x):
        return self.fc(self.cnn(x))


class BasicBlock(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = nn.Identity()
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(self.downsample(x) + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class SmallResNet(nn.Module):
    def __init__(self, blocks, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[BasicBlock(16, 16, 1) for _ in range(blocks)])
        self.layer2 = nn.Sequential(BasicBlock(16, 32, 2), *[BasicBlock(32, 32, 1) for _ in range(blocks - 1)])
        self.layer3 = nn.Sequential(BasicBlock(32, 64, 2), *[BasicBlock(64, 64, 1) for _ in range(blocks - 1)])
        self.fc = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(before)
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.convShortcut = nn.Conv2d(before, channels, 1, stride, bias=False) if before != channels else None

    def forward(self, x):
        normed = F.relu(self.bn1(x))
        out = self.conv2(F.relu(self.bn2(self.conv1(normed))))
        return out + (x if self.convShortcut is None else self.convShortcut(normed))


class WideStage(nn.Module):
    def __init__(self, before, channels, stride):
        super().__init__()
        self.layer = nn.Sequential(WideBlock(before, channels, stride), *[WideBlock(channels, channels, 1) for _ in range(3)])

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    """28 layers."""

    def __init__(self, width, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.block1 = WideStage(16, 16 * width, 1)
        self.block2 = WideStage(16 * width, 32 * width, 2)
        self.block3 = WideStage(32 * width, 64 * width, 2)
        self.bn1 = nn.BatchNorm2d(64 * width)
        self.fc = nn.Linear(64 * width, classes)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


def conv_bn(before, channels, number=""):
    return OrderedDict([(f"conv{number}", nn.Conv2d(before, channels, 3, 1, 1, bias=False)), (f"bn{number}", nn.BatchNorm2d(channels)),
                        (f"relu{number}", nn.ReLU())])


class Added(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class ResNet9(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        c = channels
        self.prep = nn.Sequential(conv_bn(3, c))
        self.layer1, self.layer2, self.layer3 = self.stage(c, 2 * c, True), self.stage(2 * c, 4 * c, False), self.stage(4 * c, 8 * c, True)
        self.fc = nn.Linear(8 * c, classes)

    @staticmethod
    def stage(before, channels, has_residual):
        layers = conv_bn(before, channels)
        layers["pool"] = nn.MaxPool2d(2)
        if has_residual:
            layers["residual"] = Added(OrderedDict(**conv_bn(channels, channels, 1), **conv_bn(channels, channels, 2)))
        return nn.Sequential(layers)

    def forward(self, x):
        return self.fc(self.layer3(self.layer2(self.layer1(self.prep(x)))).mean((2, 3)))
