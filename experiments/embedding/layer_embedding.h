// The outputs of a layer as points in the plane, and how far these can be trusted.
//   MICA_ASSIGN_OR_RETURN(const LayerEmbedding embedding,
//                         EmbedFeatures({values, columns}, labels, options));
// Features of more than 50 columns become their first 50 principal components before t-SNE, as is
// usual; all that is measured compares the plane with these. Torch-free.
#ifndef MICA_EXPERIMENTS_EMBEDDING_LAYER_EMBEDDING_H_
#define MICA_EXPERIMENTS_EMBEDDING_LAYER_EMBEDDING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "eval/embedding/feature_rows.h"
#include "eval/embedding/plane_points.h"

namespace mica {

enum class EmbeddingMethod { kTsne, kPca };

struct EmbeddingOptions {
  EmbeddingMethod method = EmbeddingMethod::kTsne;
  double perplexity = 30;  // of t-SNE; at least 1
  uint64_t seed = 1;
  std::function<void(int done)> progress = nullptr;  // called before each of kTsneIterations, if set
};
inline constexpr int kTsneIterations = 1000;

// Nearest rows that measures look at, or a third of the samples if that is less.
inline constexpr int64_t kMeasuredNeighbours = 12;

struct LayerEmbedding {
  PlanePoints points;  // [N]

  // What the plane was made from: [N, columns].
  std::vector<float> reduced;
  int64_t columns = 0;
  std::optional<double> reduced_share;  // of the features' variance; not set: they are the features
  std::optional<double> plane_share;    // the same of the plane, for PCA

  // embedding_quality.h; not set where they are not defined, as for few samples or none with
  // labels.
  int64_t neighbours = 0;
  std::optional<double> trustworthiness, continuity;
  std::optional<double> purity;        // in the plane
  std::optional<double> layer_purity;  // among `reduced`

  std::optional<double> divergence;  // of t-SNE, nats
  double perplexity = 0;             // used
  double seconds = 0;
  std::vector<std::string> warnings;
};

// One label a row, -1 for none. A DataError names a row that CheckFeatures refuses, a FlagError a
// perplexity below 1. At least one row.
absl::StatusOr<LayerEmbedding> EmbedFeatures(const FeatureRows& features, absl::Span<const int64_t> labels,
                                             const EmbeddingOptions& options);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_EMBEDDING_LAYER_EMBEDDING_H_
