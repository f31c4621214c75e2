// t-SNE: rows of many numbers as points of the plane, where rows near each other stay together (van
// der Maaten and Hinton 2008; Barnes and Hut's method as in van der Maaten 2014).
//   TsneOptions options;
//   options.go_on = [&](int done) { … return StopSignal() == 0; };
//   MICA_ASSIGN_OR_RETURN(const Tsne tsne, ComputeTsne({values, /*columns=*/50}, options));
//   // tsne.points.x[i], tsne.points.y[i] for row i
// Distances within a cluster and who is next to whom mean something; sizes of clusters and the
// distances between them mean little. Reduce wide features to some 50 by ComputePca (pca.h) first:
// the time to find neighbours grows with the width.
//
// The descent is that of scikit-learn's TSNE with its defaults: momentum 0.5 while exaggerated and
// 0.8 afterwards, gains for each coordinate (Jacobs 1988). The coordinates are the same for any
// number of threads; they differ from scikit-learn's as those of two of its seeds do, because small
// differences grow.
// 10,000 rows of 50 columns take 5 to 6 s on 2 cores. Memory: 5 kB a row at perplexity 30, beside
// two copies of the features; up to `exact_rows` rows 40 bytes for each pair.
#ifndef MICA_EVAL_EMBEDDING_TSNE_H_
#define MICA_EVAL_EMBEDDING_TSNE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "eval/embedding/feature_rows.h"
#include "eval/embedding/plane_points.h"

namespace mica {

struct TsneOptions {
  enum class Start {
    kPca,     // the first two principal components: clusters lie to each other as in the features
    kRandom,  // a normal distribution by `seed`
  };

  double perplexity = 30;            // how many neighbours count, roughly; at least 1
  double theta = 0.5;                // how wide a cell of points may look to be taken as one; 0: exact
  int64_t exact_rows = 1000;         // up to so many rows all pairs are computed, whatever theta
  int iterations = 1000;             // at least 0
  int exaggerated_iterations = 250;  // the first ones, with p times `exaggeration`
  double exaggeration = 12;          // at least 1
  double learning_rate = 0;          // above 0, or 0: N / exaggeration / 4, at least 50
  Start start = Start::kPca;
  uint64_t seed = 1;   // of Start::kRandom, and of equal rows, which have no principal components
  size_t threads = 0;  // 0: one for each processor

  // Called before each iteration with the number of those done, if set. false ends the descent.
  std::function<bool(int done)> go_on = nullptr;
};

struct Tsne {
  PlanePoints points;     // [N]
  double divergence = 0;  // Kullback-Leibler, nats, at `points`
  int iterations = 0;     // done; fewer than asked for if go_on ended it
  double perplexity = 0;  // used: at most (N - 1) / 3, but at least 1
  std::string note;       // what was changed in the options, for people; "" if nothing
};

// A DataError names the first row that CheckFeatures refuses, a FlagError an option out of range.
// Any N: one row lies at 0. Equal rows end up at nearly the same place.
absl::StatusOr<Tsne> ComputeTsne(const FeatureRows& features, const TsneOptions& options);

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_TSNE_H_
