#include "eval/embedding/tsne_gradient.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/for_each_on_threads.h"
#include "base/processor_versions.h"

namespace mica {
namespace {

constexpr int64_t kRowsOfATask = 128;
constexpr int64_t kGroupsOfATask = 16;
constexpr double kLeastSum = 1e-9;  // where all points are so far apart that f32 has no sum of their kernels
constexpr int64_t kLanes = Affinities::kTogether;

int64_t Tasks(int64_t count, int64_t of_a_task) {
  return (count + of_a_task - 1) / of_a_task;
}

struct Pull {
  float x = 0, y = 0;
};

// sum_j p k (y_i - y_j) over entries of a row, a multiple of kLanes.
MICA_PROCESSOR_VERSIONS Pull PullOfRow(const int32_t* rows, const float* values, int64_t entries, const float* x, const float* y,
                                       int64_t i) {
  float sum_x[kLanes] = {}, sum_y[kLanes] = {};
  const float own_x = x[i], own_y = y[i];
  for (int64_t e = 0; e < entries; e += kLanes) {
    for (int64_t l = 0; l < kLanes; ++l) {
      const float dx = own_x - x[rows[e + l]], dy = own_y - y[rows[e + l]];
      const float weight = values[e + l] / (1 + (dx * dx + dy * dy));
      sum_x[l] += weight * dx;
      sum_y[l] += weight * dy;
    }
  }
  Pull pull;
  for (int64_t l = 0; l < kLanes; ++l) {
    pull.x += sum_x[l];
    pull.y += sum_y[l];
  }
  return pull;
}

}  // namespace

TsneGradient::TsneGradient(const Affinities* affinities, double theta, size_t threads)
    : affinities_(*affinities), threads_(threads), tree_(theta), pull_(affinities->count()), push_(affinities->count()) {}

void TsneGradient::PullRows(const PlanePoints& points, size_t task) {
  const int64_t first = static_cast<int64_t>(task) * kRowsOfATask;
  for (int64_t i = first; i < std::min(first + kRowsOfATask, affinities_.count()); ++i) {
    const int64_t begin = affinities_.row_begin[i];
    const Pull pull = PullOfRow(affinities_.rows.data() + begin, affinities_.values.data() + begin, affinities_.row_begin[i + 1] - begin,
                                points.x.data(), points.y.data(), i);
    pull_.x[i] = pull.x;
    pull_.y[i] = pull.y;
  }
}

double TsneGradient::FindForces(const PlanePoints& points) {
  tree_.Build(points);
  const size_t pulls = Tasks(affinities_.count(), kRowsOfATask), pushes = Tasks(tree_.groups(), kGroupsOfATask);
  kernel_sums_.assign(pushes, 0);
  ForEachOnThreads(pulls + pushes, threads_, [&](size_t task) {
    if (task >= pushes) return PullRows(points, task - pushes);
    const int64_t first = static_cast<int64_t>(task) * kGroupsOfATask;
    for (int64_t group = first; group < std::min(first + kGroupsOfATask, tree_.groups()); ++group) {
      kernel_sums_[task] += tree_.PushGroup(group, &push_);
    }
  });
  return std::max(kLeastSum, std::accumulate(kernel_sums_.begin(), kernel_sums_.end(), 0.0));
}

void TsneGradient::Compute(const PlanePoints& points, float exaggeration, PlanePoints* gradient) {
  const float push_factor = static_cast<float>(4 / FindForces(points)), pull_factor = 4 * exaggeration;
  gradient->x.resize(points.size());
  gradient->y.resize(points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    gradient->x[i] = pull_factor * pull_.x[i] - push_factor * push_.x[i];
    gradient->y[i] = pull_factor * pull_.y[i] - push_factor * push_.y[i];
  }
}

double TsneGradient::Divergence(const PlanePoints& points) {
  const double log_sum = std::log(FindForces(points));
  std::vector<double> parts(Tasks(affinities_.count(), kRowsOfATask));
  ForEachOnThreads(parts.size(), threads_, [&](size_t task) {
    const int64_t first = static_cast<int64_t>(task) * kRowsOfATask;
    for (int64_t i = first; i < std::min(first + kRowsOfATask, affinities_.count()); ++i) {
      for (int64_t e = affinities_.row_begin[i]; e < affinities_.row_begin[i + 1]; ++e) {
        const double p = affinities_.values[e];
        const int32_t j = affinities_.rows[e];
        const double dx = points.x[i] - points.x[j], dy = points.y[i] - points.y[j];
        if (p > 0) parts[task] += p * (std::log(p) + std::log1p(dx * dx + dy * dy) + log_sum);
      }
    }
  });
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace mica
