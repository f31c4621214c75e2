"""Seconds of a training step or a forward pass of torchvision's networks: the peers of bench/models.cc.

    python bench/peers/models.py train resnet18 16             a step as tutorials write it: AdamW as it comes, loss.item()
    python bench/peers/models.py train resnet18 16 --expert    channels_last, fused AdamW, the loss read once an epoch
    python bench/peers/models.py frozen resnet18 16 [--expert]    all but fc frozen, batch norms in evaluation mode
    python bench/peers/models.py infer resnet18 16             eval() and no_grad()
    python bench/peers/models.py infer resnet18 16 --expert    inference_mode, channels_last, batch norms folded into convolutions

Images of 224x224 in memory, 1000 classes, 2 threads. Prints seconds=S, the median of the repeats after a warm-up.
"""
import argparse
import statistics
import time

import torch
import torchvision

THREADS = 2
WARM_UPS = 2
REPEATS = 7


def in_layout(tensor_or_model, expert):
    return tensor_or_model.to(memory_format=torch.channels_last) if expert else tensor_or_model


def freeze_all_but_fc(model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()


def train_step(model, images, frozen, expert):
    model.train()
    if frozen:
        freeze_all_but_fc(model)
    labels = torch.randint(0, 1000, (len(images),))
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, fused=True if expert else None)
    running_loss = torch.zeros(()) if expert else 0.0

    def step():
        nonlocal running_loss
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.detach() if expert else loss.item()

    return step


def forward_pass(model, images, expert):
    model.eval()
    if not expert:

        def idiomatic():
            with torch.no_grad():
                model(images)

        return idiomatic
    from torch.fx.experimental import optimization

    folded = in_layout(optimization.fuse(model), expert)

    def expert_pass():
        with torch.inference_mode():
            folded(images)

    return expert_pass


def median_seconds(work):
    seconds = []
    for _ in range(WARM_UPS + REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[WARM_UPS:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["train", "frozen", "infer"])
    parser.add_argument("model")
    parser.add_argument("batch", type=int)
    parser.add_argument("--expert", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(42)
    model = in_layout(getattr(torchvision.models, arguments.model)(), arguments.expert)
    images = in_layout(torch.randn(arguments.batch, 3, 224, 224), arguments.expert)
    if arguments.work == "infer":
        work = forward_pass(model, images, arguments.expert)
    else:
        work = train_step(model, images, arguments.work == "frozen", arguments.expert)
    print(f"seconds={median_seconds(work)}")


if __name__ == "__main__":
    main()
