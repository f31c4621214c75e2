#include "experiments/embedding/layer_embedding.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>
#include <utility>

#include "base/status_macros.h"
#include "eval/embedding/embedding_quality.h"
#include "eval/embedding/pca.h"
#include "eval/embedding/tsne.h"

namespace mica {
namespace {

constexpr int64_t kMostColumns = 50;

FeatureRows RowsOf(const LayerEmbedding& embedding) {
  return {embedding.reduced, embedding.columns};
}

// The plane as rows of two numbers.
std::vector<float> PlaneValues(const PlanePoints& points) {
  std::vector<float> values;
  for (size_t i = 0; i < points.size(); ++i) values.insert(values.end(), {points.x[i], points.y[i]});
  return values;
}

void UsePca(const Pca& pca, LayerEmbedding* embedding) {
  embedding->columns = pca.count();
  embedding->reduced.assign(pca.scores.begin(), pca.scores.end());
  embedding->reduced_share = std::accumulate(pca.variance_ratios.begin(), pca.variance_ratios.end(), 0.0);
}

// x and y are the first two components; those that do not exist are 0.
void PlaneOfPca(const Pca& pca, LayerEmbedding* embedding) {
  const int64_t count = pca.count(), rows = static_cast<int64_t>(pca.scores.size()) / count;
  embedding->points = PlanePoints(rows);
  for (int64_t i = 0; i < rows; ++i) {
    embedding->points.x[i] = static_cast<float>(pca.scores[i * count]);
    if (count > 1) embedding->points.y[i] = static_cast<float>(pca.scores[i * count + 1]);
  }
  embedding->plane_share = pca.variance_ratios[0] + (count > 1 ? pca.variance_ratios[1] : 0);
}

absl::Status PlaneOfTsne(const EmbeddingOptions& options, size_t threads, LayerEmbedding* embedding) {
  TsneOptions tsne_options;
  tsne_options.perplexity = options.perplexity;
  tsne_options.iterations = kTsneIterations;
  tsne_options.seed = options.seed;
  tsne_options.threads = threads;
  tsne_options.go_on = [&](int done) {
    if (options.progress) options.progress(done);
    return true;
  };
  MICA_ASSIGN_OR_RETURN(Tsne tsne, ComputeTsne(RowsOf(*embedding), tsne_options));
  embedding->points = std::move(tsne.points);
  embedding->divergence = tsne.divergence;
  embedding->perplexity = tsne.perplexity;
  if (!tsne.note.empty()) embedding->warnings.push_back(tsne.note);
  return absl::OkStatus();
}

void Measure(absl::Span<const int64_t> labels, size_t threads, LayerEmbedding* embedding) {
  const FeatureRows high = RowsOf(*embedding);
  const std::vector<float> values = PlaneValues(embedding->points);
  const FeatureRows plane = {values, /*columns=*/2};
  embedding->neighbours = std::min(kMeasuredNeighbours, high.count() / 3);
  embedding->trustworthiness = Trustworthiness(high, plane, embedding->neighbours, threads);
  embedding->continuity = Continuity(high, plane, embedding->neighbours, threads);
  if (embedding->neighbours == 0) return;
  embedding->purity = NeighbourPurity(plane, labels, embedding->neighbours, threads);
  embedding->layer_purity = NeighbourPurity(high, labels, embedding->neighbours, threads);
}

bool AreEqual(const FeatureRows& rows) {
  for (int64_t i = 1; i < rows.count(); ++i) {
    if (!std::equal(rows.row(i), rows.row(i) + rows.columns, rows.row(0))) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<LayerEmbedding> EmbedFeatures(const FeatureRows& features, absl::Span<const int64_t> labels,
                                             const EmbeddingOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const size_t threads = std::max(1u, std::thread::hardware_concurrency());
  MICA_RETURN_IF_ERROR(CheckFeatures(features));
  LayerEmbedding embedding;
  if (features.count() == 1) {
    embedding.warnings.emplace_back("one sample makes no map");
  } else if (AreEqual(features)) {
    embedding.warnings.emplace_back("all samples have the same outputs in this layer, so the map means nothing");
  }
  embedding.columns = features.columns;
  const bool is_pca = options.method == EmbeddingMethod::kPca, is_wide = features.columns > kMostColumns;
  if (!is_wide) embedding.reduced.assign(features.values.begin(), features.values.end());
  if (is_pca || is_wide) {
    MICA_ASSIGN_OR_RETURN(const Pca pca, ComputePca(features, kMostColumns, {options.seed, threads}));
    if (is_wide) UsePca(pca, &embedding);
    if (is_pca) PlaneOfPca(pca, &embedding);
  }
  if (!is_pca) MICA_RETURN_IF_ERROR(PlaneOfTsne(options, threads, &embedding));
  Measure(labels, threads, &embedding);
  embedding.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return embedding;
}

}  // namespace mica
