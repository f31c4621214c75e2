"""A well-known Fashion-MNIST tutorial from start to end, in PyTorch as it is shown there, to measure mica against.

    python bench/peers/torchvision_files.py /tmp/torchvision
    python bench/peers/fashion_mnist_tutorial.py --torchvision_root /tmp/torchvision --output_dir /tmp/tutorial

Three models (linear, linear with ReLU, TinyVGG) are trained for 3 epochs each with batches of 32 and SGD at 0.1, and tested after each epoch;
a table compares them; the last one's predictions become a confusion matrix and its plot; its weights are saved, loaded into a new model and
tested again, which must give the same.
"""
import argparse
import pathlib
import time

import matplotlib
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets
from torchvision.transforms import ToTensor

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  (after the choice of a backend without a screen)

EPOCHS = 3
BATCH_SIZE = 32


class FashionMNISTModelV0(nn.Module):
    def __init__(self, input_shape, hidden_units, output_shape):
        super().__init__()
        self.layer_stack = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features=input_shape, out_features=hidden_units),
            nn.Linear(in_features=hidden_units, out_features=output_shape),
        )

    def forward(self, x):
        return self.layer_stack(x)


class FashionMNISTModelV1(nn.Module):
    def __init__(self, input_shape, hidden_units, output_shape):
        super().__init__()
        self.layer_stack = nn.Sequential(
            nn.Flatten(),
            nn.Linear(in_features=input_shape, out_features=hidden_units),
            nn.ReLU(),
            nn.Linear(in_features=hidden_units, out_features=output_shape),
            nn.ReLU(),
        )

    def forward(self, x):
        return self.layer_stack(x)


class FashionMNISTModelV2(nn.Module):
    def __init__(self, input_shape, hidden_units, output_shape):
        super().__init__()
        self.block_1 = self.block(input_shape, hidden_units)
        self.block_2 = self.block(hidden_units, hidden_units)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(in_features=hidden_units * 7 * 7, out_features=output_shape))

    @staticmethod
    def block(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, kernel_size=3, stride=1, padding=1),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, kernel_size=3, stride=1, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2),
        )

    def forward(self, x):
        return self.classifier(self.block_2(self.block_1(x)))


def accuracy_fn(y_true, y_pred):
    return torch.eq(y_true, y_pred).sum().item() / len(y_pred) * 100


def train_step(model, data_loader, loss_fn, optimizer):
    train_loss, train_acc = 0, 0
    model.train()
    for batch, (X, y) in enumerate(data_loader):
        y_pred = model(X)
        loss = loss_fn(y_pred, y)
        train_loss += loss
        train_acc += accuracy_fn(y_true=y, y_pred=y_pred.argmax(dim=1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if batch % 400 == 0:
            print(f"Looked at {batch * len(X)}/{len(data_loader.dataset)} samples")
    print(f"Train loss: {train_loss / len(data_loader):.5f} | Train accuracy: {train_acc / len(data_loader):.2f}%")


def eval_model(model, data_loader, loss_fn):
    loss, acc = 0, 0
    model.eval()
    with torch.inference_mode():
        for X, y in data_loader:
            y_pred = model(X)
            loss += loss_fn(y_pred, y)
            acc += accuracy_fn(y_true=y, y_pred=y_pred.argmax(dim=1))
    return {"model_name": type(model).__name__, "model_loss": (loss / len(data_loader)).item(), "model_acc": acc / len(data_loader)}


def train_model(model, train_loader, test_loader):
    torch.manual_seed(42)
    start = time.perf_counter()
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(params=model.parameters(), lr=0.1)
    for epoch in range(EPOCHS):
        print(f"Epoch: {epoch}\n---------")
        train_step(model, train_loader, loss_fn, optimizer)
        result = eval_model(model, test_loader, loss_fn)
        print(f"Test loss: {result['model_loss']:.5f} | Test accuracy: {result['model_acc']:.2f}%")
    seconds = time.perf_counter() - start
    return {**eval_model(model, test_loader, loss_fn), "training_time": seconds}


def print_table(results):
    print(f"{'model_name':<22}{'model_loss':>12}{'model_acc':>12}{'training_time':>15}")
    for row in results:
        print(f"{row['model_name']:<22}{row['model_loss']:>12.5f}{row['model_acc']:>12.2f}{row['training_time']:>15.2f}")


def predict(model, data_loader):
    predictions = []
    model.eval()
    with torch.inference_mode():
        for X, _ in data_loader:
            predictions.append(torch.softmax(model(X), dim=1).argmax(dim=1))
    return torch.cat(predictions)


def plot_confusion_matrix(truth, predictions, class_names, path):
    classes = len(class_names)
    matrix = torch.bincount(truth * classes + predictions, minlength=classes * classes).reshape(classes, classes)
    figure, axes = plt.subplots(figsize=(10, 7))
    axes.imshow(matrix, cmap="Blues")
    axes.set_xticks(range(classes), class_names, rotation=45, ha="right")
    axes.set_yticks(range(classes), class_names)
    axes.set_xlabel("predicted label")
    axes.set_ylabel("true label")
    for row in range(classes):
        for column in range(classes):
            count = matrix[row, column].item()
            axes.text(column, row, count, ha="center", va="center", color="white" if count > 500 else "black")
    figure.tight_layout()
    figure.savefig(path)


def save_and_reload(model, test_loader, output_dir):
    path = output_dir / "models" / "model_2.pth"
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(obj=model.state_dict(), f=path)
    loaded = FashionMNISTModelV2(input_shape=1, hidden_units=10, output_shape=10)
    loaded.load_state_dict(torch.load(f=path))
    before = eval_model(model, test_loader, nn.CrossEntropyLoss())
    after = eval_model(loaded, test_loader, nn.CrossEntropyLoss())
    assert torch.isclose(torch.tensor(before["model_loss"]), torch.tensor(after["model_loss"]), atol=1e-8), (before, after)
    print(f"Reloaded model: {after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torchvision_root", required=True)
    parser.add_argument("--output_dir", required=True, type=pathlib.Path)
    arguments = parser.parse_args()

    train_data = datasets.FashionMNIST(arguments.torchvision_root, train=True, transform=ToTensor())
    test_data = datasets.FashionMNIST(arguments.torchvision_root, train=False, transform=ToTensor())
    train_loader = DataLoader(train_data, batch_size=BATCH_SIZE, shuffle=True)
    test_loader = DataLoader(test_data, batch_size=BATCH_SIZE, shuffle=False)

    torch.manual_seed(42)
    trained = [
        FashionMNISTModelV0(input_shape=784, hidden_units=10, output_shape=10),
        FashionMNISTModelV1(input_shape=784, hidden_units=10, output_shape=10),
        FashionMNISTModelV2(input_shape=1, hidden_units=10, output_shape=10),
    ]
    print_table([train_model(model, train_loader, test_loader) for model in trained])

    arguments.output_dir.mkdir(parents=True, exist_ok=True)
    predictions = predict(trained[-1], test_loader)
    plot_confusion_matrix(test_data.targets, predictions, train_data.classes, arguments.output_dir / "confusion_matrix.png")
    save_and_reload(trained[-1], test_loader, arguments.output_dir)


if __name__ == "__main__":
    main()
