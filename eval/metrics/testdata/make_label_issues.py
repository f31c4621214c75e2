"""Writes label_issues.txt: made-up probabilities, and what cleanlab finds in them.

  pip install cleanlab; python3 make_label_issues.py > label_issues.txt

A case is a line "NAME SAMPLES CLASSES", a line for each label with the calibrated confident joint,
and a line for each sample: label, 1 if it is an issue, probabilities as multiples of 2^-20.
"""

import warnings

import numpy as np
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues

warnings.filterwarnings("ignore")


def case(name, samples, classes, flipped, sharpness, seed, skew=0.0):
    rng = np.random.default_rng(seed)
    weights = np.exp(-skew * np.arange(classes))
    truth = rng.choice(classes, samples, p=weights / weights.sum())
    truth[:classes] = np.arange(classes)
    logits = rng.normal(size=(samples, classes))
    logits[np.arange(samples), truth] += sharpness
    scores = np.exp(logits)
    parts = np.round(scores / scores.sum(1, keepdims=True) * 2**20)
    probabilities = parts / 2**20
    labels = truth.copy()
    wrong = rng.random(samples) < flipped
    wrong[:classes] = False
    labels[wrong] = (labels[wrong] + rng.integers(1, classes, wrong.sum())) % classes
    issues = find_label_issues(labels, probabilities, n_jobs=1)
    print(name, samples, classes)
    for row in compute_confident_joint(labels, probabilities):
        print(*row)
    for label, issue, row in zip(labels, issues, parts.astype(int)):
        print(label, int(issue), *row)


case("two", 60, 2, 0.1, 2.0, 1)
case("four", 80, 4, 0.2, 2.5, 2)
case("guesses", 80, 5, 0.5, 0.3, 3)
case("rare", 90, 7, 0.15, 3.0, 4, skew=0.9)
case("clean", 50, 3, 0.0, 6.0, 5)
