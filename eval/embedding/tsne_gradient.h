// What a t-SNE minimises and how it falls: the Kullback-Leibler divergence of q from p (van der
// Maaten and Hinton 2008, equations 4 and 5).
//   TsneGradient divergence(&affinities, /*theta=*/0.5, /*threads=*/2);
//   divergence.Compute(points, /*exaggeration=*/1, &gradient);
//   divergence.Divergence(points)
// q(i, j) = k(i, j) / sum of all k, k(i, j) = 1 / (1 + |y_i - y_j|^2);
// gradient of point i = 4 sum_j (exaggeration p(i, j) - q(i, j)) k(i, j) (y_i - y_j). The part of p
// is exact, the part of q by a RepulsionTree. The results are the same for any number of threads.
#ifndef MICA_EVAL_EMBEDDING_TSNE_GRADIENT_H_
#define MICA_EVAL_EMBEDDING_TSNE_GRADIENT_H_

#include <cstddef>
#include <vector>

#include "eval/embedding/affinities.h"
#include "eval/embedding/plane_points.h"
#include "eval/embedding/repulsion_tree.h"

namespace mica {

// Single-thread, itself using several.
class TsneGradient {
 public:
  // `affinities` is borrowed. theta as for the RepulsionTree: 0 is exact.
  TsneGradient(const Affinities* affinities, double theta, size_t threads);

  // `points` are as many as `affinities`, and finite. Sets `gradient` to their size.
  void Compute(const PlanePoints& points, float exaggeration, PlanePoints* gradient);

  // sum p ln(p / q) in nats, over the pairs with p > 0.
  double Divergence(const PlanePoints& points);

 private:
  // Writes pull_, push_ and returns the sum of all k.
  double FindForces(const PlanePoints& points);
  void PullRows(const PlanePoints& points, size_t task);

  const Affinities& affinities_;
  const size_t threads_;
  RepulsionTree tree_;
  PlanePoints pull_, push_;  // sum_j p k (y_i - y_j), sum_j k^2 (y_i - y_j)
  std::vector<double> kernel_sums_;
};

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_TSNE_GRADIENT_H_
