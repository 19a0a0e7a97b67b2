"""XGBoost hist on the same rows: the reference of the benchmark.

usage: xgboost.py FOLDER COLUMNS TREES DEPTH LEARNING_RATE THREADS
FOLDER holds train.features, train.labels, test.features, test.labels: float32, row-major.
Prints one JSON line: version, seconds of making the matrix of bins and of the trees together, and the scores' AUC on the test rows.
"""
import sys

# The folder of this script comes first on the path, and holds a module of the name that is imported.
sys.path.pop(0)

import json
import time

import numpy as np
import xgboost

folder = sys.argv[1]
columns, trees, depth = (int(value) for value in sys.argv[2:5])
rate, threads = float(sys.argv[5]), int(sys.argv[6])


def read(part):
    labels = np.fromfile(f"{folder}/{part}.labels", np.float32)
    return np.fromfile(f"{folder}/{part}.features", np.float32).reshape(len(labels), columns), labels


def area_under_curve(scores, labels):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives = labels > 0
    n = positives.sum()
    return float((ranks[positives].sum() - n * (n + 1) / 2) / (n * (len(labels) - n)))


features, labels = read("train")
start = time.perf_counter()
matrix = xgboost.DMatrix(features, labels, nthread=threads)
settings = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_bin": 255,
    "max_depth": depth,
    "eta": rate,
    "min_child_weight": 1,
    "lambda": 1,
    "nthread": threads,
}
model = xgboost.train(settings, matrix, trees)
seconds = time.perf_counter() - start
features, labels = read("test")
scores = model.predict(xgboost.DMatrix(features), output_margin=True)
print(json.dumps({"version": xgboost.__version__, "seconds": seconds, "auc": area_under_curve(scores, labels)}))
