# The same search by FAISS, one thread, one query at a time: recall@k and queries per second of its flat and inverted-list indexes.
# usage: reference.py ROWS.npy QUERIES.npy K LISTS  ->  one JSON line
import json
import sys
import time

import faiss
import numpy as np

faiss.omp_set_num_threads(1)
rows, queries = np.load(sys.argv[1]), np.load(sys.argv[2])
k, lists = int(sys.argv[3]), int(sys.argv[4])
n, dim = rows.shape


def measure(index):
    rate = 0
    for _ in range(3):
        start = time.perf_counter()
        for query in queries:
            index.search(query[None], k)
        rate = max(rate, len(queries) / (time.perf_counter() - start))
    return rate


flat = faiss.IndexFlatIP(dim)
flat.add(rows)
truth = flat.search(queries, k)[1]
some = queries
queries = some[:100]
points = [{"index": "flat", "recall": 1.0, "queriesPerSecond": measure(flat)}]
queries = some
for count in sorted({max(1, lists // 2), lists}):
    for name in ("IVF-Flat", "IVF-SQ8"):
        coarse = faiss.IndexFlatIP(dim)
        if name == "IVF-Flat":
            index = faiss.IndexIVFFlat(coarse, dim, count, faiss.METRIC_INNER_PRODUCT)
        else:
            index = faiss.IndexIVFScalarQuantizer(
                coarse, dim, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
            )
        start = time.perf_counter()
        index.train(rows)
        index.add(rows)
        built = time.perf_counter() - start
        probes = 1
        while probes <= count:
            index.nprobe = probes
            found = index.search(queries, k)[1]
            recall = float(np.mean([len(set(a) & set(b)) / k for a, b in zip(found, truth)]))
            points.append(
                {"index": name, "lists": count, "probes": probes, "recall": recall, "queriesPerSecond": measure(index), "buildSeconds": built}
            )
            if recall >= 0.995:
                break
            probes = max(probes + 1, int(probes * 1.5))
print(json.dumps({"version": faiss.__version__, "points": points}))
