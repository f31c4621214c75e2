"""What the field does where mica embeds features in the plane: the peer of bench/embedding.cc.

    python bench/peers/embedding.py FILE COLUMNS     t-SNE of f32 rows; prints seconds=S divergence=D

scikit-learn's TSNE with its defaults (Barnes-Hut, perplexity 30, 1,000 iterations), 2 threads.
"""
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "2"


def main(file, columns):
    import numpy
    from sklearn.manifold import TSNE

    features = numpy.fromfile(file, numpy.float32).reshape(-1, int(columns))
    tsne = TSNE(random_state=1, n_jobs=2)
    start = time.perf_counter()
    tsne.fit_transform(features)
    print(f"seconds={time.perf_counter() - start} divergence={tsne.kl_divergence_}")


if __name__ == "__main__":
    main(*sys.argv[1:])
