"""Exact alternating least squares in float32 on OpenBLAS, one thread: the reference of the benchmark.

usage: openblas.py FOLDER USERS ITEMS RANK ITERATIONS
FOLDER holds offsets and indices (int32) of the users' and the items' rows, as <side>.offsets and <side>.indices.
Prints one JSON line: the solver's name and the seconds of each iteration.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import sys
import time

import numpy as np

try:
    from scipy.linalg.blas import ssyrk
    from scipy.linalg.lapack import sposv

    def gram_of(f):
        # f.T is in Fortran order: no copy. The upper triangle is enough for sposv.
        return ssyrk(1.0, f.T, lower=0)

    def solve(a, b):
        return sposv(a, b, lower=0, overwrite_a=1, overwrite_b=1)[1]

    name = "ssyrk + sposv"
except ImportError:

    def gram_of(f):
        return f.T @ f

    solve = np.linalg.solve
    name = "matmul + sgesv"


def sweep(solved, fixed, offsets, indices, regularisation, unobserved):
    rank = fixed.shape[1]
    gram = np.asfortranarray(unobserved * (fixed.T @ fixed))
    ones = np.ones(int(np.diff(offsets).max()), np.float32)
    diagonal = np.arange(rank)
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        n = end - start
        if n == 0:
            continue
        f = fixed.take(indices[start:end], axis=0)
        a = gram_of(f)
        a += gram
        a[diagonal, diagonal] += np.float32(regularisation * (n + unobserved * len(fixed)))
        solved[row] = solve(a, ones[:n] @ f)


def main():
    folder, users, items, rank, iterations = sys.argv[1], *map(int, sys.argv[2:6])
    read = lambda file: np.fromfile(os.path.join(folder, file), np.int32)
    rows = [(read(f"{side}.offsets"), read(f"{side}.indices")) for side in ("users", "items")]
    random = np.random.default_rng(1)
    user = np.zeros((users, rank), np.float32)
    item = (0.1 / np.sqrt(rank) * random.standard_normal((items, rank))).astype(np.float32)
    seconds = []
    for _ in range(iterations):
        start = time.perf_counter()
        sweep(user, item, *rows[0], 0.007, 0.3)
        sweep(item, user, *rows[1], 0.007, 0.3)
        seconds.append(time.perf_counter() - start)
    assert np.isfinite(item).all()
    print(json.dumps({"solver": name, "seconds": seconds}))


main()
