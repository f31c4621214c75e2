#include "eval/embedding/tsne.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "eval/embedding/affinities.h"
#include "eval/embedding/neighbours.h"
#include "eval/embedding/pca.h"
#include "eval/embedding/tsne_gradient.h"

namespace mica {
namespace {

constexpr double kStartSpread = 1e-4;
constexpr double kLeastRate = 50;
constexpr float kLeastGain = 0.01f;
constexpr double kTwoPi = 6.283185307179586;

absl::Status CheckOption(bool is_good, const char* name, double value, const char* rule) {
  if (is_good) return absl::OkStatus();
  return FlagError(absl::StrCat("t-SNE: ", name, " is ", FormatNumber(value), "; it must be ", rule));
}

absl::Status CheckOptions(const TsneOptions& options) {
  const double rate = options.learning_rate;
  MICA_RETURN_IF_ERROR(
      CheckOption(options.perplexity >= 1 && std::isfinite(options.perplexity), "perplexity", options.perplexity, "at least 1"));
  MICA_RETURN_IF_ERROR(CheckOption(options.theta >= 0 && options.theta <= 2, "theta", options.theta, "between 0 and 2"));
  MICA_RETURN_IF_ERROR(CheckOption(options.iterations >= 0, "iterations", options.iterations, "at least 0"));
  MICA_RETURN_IF_ERROR(
      CheckOption(options.exaggeration >= 1 && options.exaggeration <= 1000, "exaggeration", options.exaggeration, "between 1 and 1000"));
  return CheckOption(rate >= 0 && rate <= 1e6, "learning_rate", rate,
                     "above 0 and at most 1000000, or 0 for a choice by the number of rows");
}

void LimitPerplexity(int64_t count, double asked, Tsne* tsne) {
  const double most = std::max(1.0, static_cast<double>(count - 1) / 3);
  tsne->perplexity = std::min(asked, most);
  if (asked <= most) return;
  tsne->note = absl::StrCat("perplexity ", FormatDigits(most, 4), " instead of ", FormatDigits(asked, 4), ": there are only ", count,
                            " samples, and it can be at most a third of the others");
}

PlanePoints RandomStart(int64_t count, uint64_t seed) {
  PlanePoints points(count);
  for (int64_t i = 0; i < count; ++i) {
    Rng rng(seed, RngStream::kEmbedding, /*epoch=*/0, i);
    const double radius = kStartSpread * std::sqrt(-2 * std::log(1 - rng.Uniform())), angle = kTwoPi * rng.Uniform();
    points.x[i] = static_cast<float>(radius * std::cos(angle));
    points.y[i] = static_cast<float>(radius * std::sin(angle));
  }
  return points;
}

absl::StatusOr<PlanePoints> Start(const FeatureRows& features, const TsneOptions& options, size_t threads) {
  if (options.start == TsneOptions::Start::kRandom) return RandomStart(features.count(), options.seed);
  PcaOptions pca_options;
  pca_options.seed = options.seed;
  pca_options.threads = threads;
  MICA_ASSIGN_OR_RETURN(const Pca pca, ComputePca(features, /*components=*/2, pca_options));
  const double count = static_cast<double>(features.count()), spread = std::sqrt(pca.variances[0] * (count - 1) / count);
  if (!(spread > 0)) return RandomStart(features.count(), options.seed);
  PlanePoints points(features.count());
  const int64_t found = pca.count();
  for (int64_t i = 0; i < features.count(); ++i) {
    points.x[i] = static_cast<float>(pca.scores[i * found] / spread * kStartSpread);
    if (found > 1) points.y[i] = static_cast<float>(pca.scores[i * found + 1] / spread * kStartSpread);
  }
  return points;
}

// One coordinate of every point: its speed and its gain.
class Descent {
 public:
  explicit Descent(size_t count) : speed_(count), gain_(count, 1) {}

  void Step(const std::vector<float>& gradient, float rate, float momentum, std::vector<float>* values) {
    for (size_t i = 0; i < values->size(); ++i) {
      gain_[i] = speed_[i] * gradient[i] < 0 ? gain_[i] + 0.2f : std::max(gain_[i] * 0.8f, kLeastGain);
      speed_[i] = momentum * speed_[i] - rate * gain_[i] * gradient[i];
      (*values)[i] += speed_[i];
    }
  }

 private:
  std::vector<float> speed_, gain_;
};

double LearningRate(const TsneOptions& options, int64_t count) {
  if (options.learning_rate > 0) return options.learning_rate;
  return std::max(static_cast<double>(count) / options.exaggeration / 4, kLeastRate);
}

// In each iteration a thread has to start and, on a busy machine, to be waited for; for a tenth of
// a millisecond of work that does not pay. An affinity takes about 1 ns, and a point's walk through
// the tree 100 ns.
size_t ThreadsOfAnIteration(const Affinities& affinities, size_t threads) {
  constexpr size_t kNanosecondsOfAThread = 100000, kNanosecondsOfAPoint = 100;
  const size_t nanoseconds = affinities.rows.size() + affinities.count() * kNanosecondsOfAPoint;
  return std::clamp<size_t>(nanoseconds / kNanosecondsOfAThread, 1, threads);
}

void Descend(const TsneOptions& options, TsneGradient* divergence, Tsne* tsne) {
  PlanePoints* const points = &tsne->points;
  const float rate = static_cast<float>(LearningRate(options, static_cast<int64_t>(points->size())));
  PlanePoints gradient;
  Descent x(points->size()), y(points->size());
  for (int i = 0; i < options.iterations; ++i) {
    if (options.go_on && !options.go_on(i)) return;
    const bool is_exaggerated = i < options.exaggerated_iterations;
    if (i == options.exaggerated_iterations) x = y = Descent(points->size());
    divergence->Compute(*points, is_exaggerated ? static_cast<float>(options.exaggeration) : 1, &gradient);
    x.Step(gradient.x, rate, is_exaggerated ? 0.5f : 0.8f, &points->x);
    y.Step(gradient.y, rate, is_exaggerated ? 0.5f : 0.8f, &points->y);
    tsne->iterations = i + 1;
  }
}

}  // namespace

absl::StatusOr<Tsne> ComputeTsne(const FeatureRows& features, const TsneOptions& options) {
  MICA_RETURN_IF_ERROR(CheckOptions(options));
  MICA_RETURN_IF_ERROR(CheckFeatures(features));
  const int64_t count = features.count();
  const size_t threads = options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  Tsne tsne;
  LimitPerplexity(count, options.perplexity, &tsne);
  tsne.points = PlanePoints(count);
  if (count < 2) return tsne;
  MICA_ASSIGN_OR_RETURN(tsne.points, Start(features, options, threads));
  const bool is_exact = count <= options.exact_rows || options.theta == 0;
  const int64_t per_row = is_exact ? count - 1 : static_cast<int64_t>(3 * tsne.perplexity + 1);
  const Affinities affinities = JointAffinities(FindNeighbours(features, per_row, threads), tsne.perplexity, threads);
  TsneGradient divergence(&affinities, is_exact ? 0 : options.theta, ThreadsOfAnIteration(affinities, threads));
  Descend(options, &divergence, &tsne);
  tsne.divergence = divergence.Divergence(tsne.points);
  return tsne;
}

}  // namespace mica
