"""Writes reference_metrics.txt: metrics of made-up tables by scikit-learn, torchmetrics and scipy.

  python3 make_reference_metrics.py > reference_metrics.txt

The tables are those of reference_tables.h, whose numbers are Philox's. What no library has (aurc,
ece_equal_mass; top3_accuracy with the lower class first of equal logits) is computed here from its
definition. Made with scikit-learn 1.9.1, torchmetrics
1.9.0, scipy 1.17.1 and numpy 2.4.6.
"""

import warnings

import numpy as np
import scipy.optimize
import sklearn.metrics as sk
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

warnings.filterwarnings("ignore")

SEED, SHUFFLE = 17, 3
MASK = np.uint64(0xFFFFFFFF)

# name, samples, classes, classes that occur as labels, distinct rows, every how many is unlabelled
CASES = [
    ("ten_classes", 1000, 10, 10, 1000, 0),
    ("tied", 500, 5, 5, 17, 0),
    ("two_classes", 400, 2, 2, 400, 0),
    ("empty_classes", 300, 8, 5, 300, 0),
    ("unlabelled", 300, 6, 6, 300, 4),
    ("tied_two_classes", 200, 2, 2, 6, 0),
    ("thousand_classes", 10000, 1000, 1000, 10000, 0),
]


def philox(blocks, epoch, samples):
    """[samples, 4 blocks] words of Rng(SEED, SHUFFLE, epoch, sample)."""
    c0 = np.broadcast_to(np.arange(blocks, dtype=np.uint64), (len(samples), blocks)).copy()
    c1 = np.full_like(c0, SHUFFLE << 24 | epoch)
    c2 = np.broadcast_to(samples.astype(np.uint64)[:, None], c0.shape).copy()
    c3 = np.zeros_like(c0)
    k0, k1 = SEED, 0
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), p1 & MASK, (p0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1), p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([c0, c1, c2, c3], axis=2).reshape(len(samples), 4 * blocks)


def table(samples, classes, labels, rows, unlabelled_every):
    i = np.arange(samples)
    words = philox((classes + 3) // 4, 1, i % rows)[:, :classes]
    z = (words >> np.uint64(20)).astype(np.float64) / 256 - 8
    draws = philox(1, 2, i)
    y = np.where(draws[:, 0] % 10 < 6, z[:, :labels].argmax(1), (draws[:, 1] % labels).astype(np.int64))
    keep = np.ones(samples, bool) if unlabelled_every == 0 else i % unlabelled_every != 0
    return z[keep], y[keep]


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def nll(z, y):
    z = z - z.max(1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y])


def aurc(confidence, wrong):
    """The mean over the orders of ties is taken by spreading each group's errors evenly."""
    groups = confidence[:, None] == confidence[None, :]
    spread = (groups * wrong[None, :]).sum(1) / groups.sum(1)
    order = np.argsort(-confidence, kind="stable")
    return np.mean(np.cumsum(spread[order]) / np.arange(1, len(wrong) + 1))


def equal_mass(confidence, right, bins=15):
    n = len(confidence)
    first_rank = np.array([(confidence < c).sum() for c in confidence])
    bin_of = first_rank * bins // n
    return sum(abs((confidence - right)[bin_of == b].sum()) for b in range(bins)) / n


def rows_of(name, samples, classes, labels, rows, unlabelled_every):
    z, y = table(samples, classes, labels, rows, unlabelled_every)
    p, prediction = softmax(z), z.argmax(1)
    right = (prediction == y).astype(float)
    confidence = p.max(1)
    yield "accuracy", sk.accuracy_score(y, prediction)
    yield "loss", sk.log_loss(y, p, labels=range(classes))
    yield "brier", np.mean((p**2).sum(1) - 2 * p[np.arange(len(y)), y] + 1)
    yield "kappa", sk.cohen_kappa_score(y, prediction)
    yield "mcc", sk.matthews_corrcoef(y, prediction)
    for average in ("weighted", "macro"):
        scores = sk.precision_recall_fscore_support(y, prediction, average=average, labels=range(classes), zero_division=0)
        for metric, value in zip(("precision", "recall", "f1"), scores):
            if (average, metric) != ("weighted", "recall"):  # it is the accuracy
                yield f"{average}_{metric}", value
    classes_that_count = [c for c in range(classes) if 0 < (y == c).sum() < len(y)]
    weights = [(y == c).sum() for c in classes_that_count]
    auroc = [sk.roc_auc_score(y == c, p[:, c]) for c in classes_that_count]
    precision = [sk.average_precision_score(y == c, p[:, c]) for c in classes_that_count]
    yield "macro_auroc", np.mean(auroc)
    yield "weighted_auroc", np.average(auroc, weights=weights)
    yield "macro_average_precision", np.mean(precision)
    yield "weighted_average_precision", np.average(precision, weights=weights)
    for metric, norm in (("ece", "l1"), ("rmsce", "l2"), ("mce", "max")):
        yield metric, multiclass_calibration_error(torch.from_numpy(p), torch.from_numpy(y), classes, 15, norm).item()
    yield "ece_equal_mass", equal_mass(confidence, right)
    yield "aurc", aurc(confidence, 1 - right)
    if classes > 3:
        order = np.argsort(-z, axis=1, kind="stable")
        yield "top3_accuracy", np.mean((order[:, :3] == y[:, None]).any(1))
    best = scipy.optimize.minimize_scalar(lambda log_t: nll(z / np.exp(log_t), y), bracket=(-1, 1), tol=1e-12)
    yield "temperature", np.exp(best.x)


for case in CASES:
    for metric, value in rows_of(*case):
        print(case[0], metric, f"{value:.9g}")
