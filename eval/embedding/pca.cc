#include "eval/embedding/pca.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>

#include "base/for_each_on_threads.h"
#include "base/processor_versions.h"
#include "base/rng.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr int64_t kExactSize = 128;  // columns, or rows, up to which all directions are computed
constexpr int64_t kSpare = 10;       // directions beside those wanted, which turn faster for it
constexpr int kMaxRounds = 30;
constexpr double kSettled = 1e-7;  // relative change of a variance
constexpr int64_t kParts = 16;     // of the rows, summed by themselves; not of the threads, for equal sums
constexpr int64_t kLanes = 8;

using Direction = std::vector<double>;  // [D]

// Vectors side by side, the i-th numbers of all together, filled up with zeros for vectorised loops.
struct Block {
  int64_t lanes = 0;
  std::vector<double> values;  // [rows, lanes]

  Block(int64_t rows, int64_t vectors) : lanes((vectors + kLanes - 1) / kLanes * kLanes), values(rows * lanes) {}
  double* row(int64_t i) { return values.data() + i * lanes; }
  const double* row(int64_t i) const { return values.data() + i * lanes; }
};

// sums[l] += sum_d row[d] block[d][l]
MICA_PROCESSOR_VERSIONS void AddProducts(const double* __restrict row, int64_t count, const double* __restrict block, int64_t lanes,
                                         double* __restrict sums) {
  int64_t d = 0;
  for (; d + 4 <= count; d += 4) {
    const double r0 = row[d], r1 = row[d + 1], r2 = row[d + 2], r3 = row[d + 3];
    const double* const b = block + d * lanes;
    for (int64_t l = 0; l < lanes; ++l) sums[l] += (r0 * b[l] + r1 * b[lanes + l]) + (r2 * b[2 * lanes + l] + r3 * b[3 * lanes + l]);
  }
  for (; d < count; ++d) {
    for (int64_t l = 0; l < lanes; ++l) sums[l] += row[d] * block[d * lanes + l];
  }
}

// block[d][l] += row[d] values[l]
MICA_PROCESSOR_VERSIONS void AddOuterProduct(const double* __restrict row, int64_t count, const double* __restrict values, int64_t lanes,
                                             double* __restrict block) {
  for (int64_t d = 0; d < count; ++d) {
    for (int64_t l = 0; l < lanes; ++l) block[d * lanes + l] += row[d] * values[l];
  }
}

double Dot(const Direction& a, const Direction& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Takes what lies along the others out of a direction and returns the length of what is left.
double MakeOrthogonal(absl::Span<const Direction> others, Direction* direction) {
  for (int pass = 0; pass < 2; ++pass) {  // the second takes out what rounding left
    for (const Direction& other : others) {
      const double along = Dot(other, *direction);
      for (size_t d = 0; d < direction->size(); ++d) (*direction)[d] -= along * other[d];
    }
  }
  return std::sqrt(Dot(*direction, *direction));
}

// An axis that is not near the span of the others; there is one, as they are fewer than the axes.
double ReplaceByAxis(absl::Span<const Direction> others, Direction* direction) {
  const double enough = std::sqrt(0.5 / static_cast<double>(direction->size()));
  for (size_t axis = 0; axis < direction->size(); ++axis) {
    direction->assign(direction->size(), 0);
    (*direction)[axis] = 1;
    const double length = MakeOrthogonal(others, direction);
    if (length > enough) return length;
  }
  return 1;
}

// Of at most D directions (Gram and Schmidt).
void Orthonormalise(std::vector<Direction>* directions) {
  for (size_t i = 0; i < directions->size(); ++i) {
    Direction& direction = (*directions)[i];
    const absl::Span<const Direction> others(directions->data(), i);
    const double before = std::sqrt(Dot(direction, direction));
    double length = MakeOrthogonal(others, &direction);
    if (!(length > 1e-10 * before)) length = ReplaceByAxis(others, &direction);
    for (double& value : direction) value /= length;
  }
}

Block SideBySide(const std::vector<Direction>& directions) {
  Block block(static_cast<int64_t>(directions[0].size()), static_cast<int64_t>(directions.size()));
  for (size_t l = 0; l < directions.size(); ++l) {
    for (size_t d = 0; d < directions[l].size(); ++d) block.row(d)[l] = directions[l][d];
  }
  return block;
}

struct Part {
  int64_t begin, end;
};

// The rows, less their means.
class CentredRows {
 public:
  CentredRows(const FeatureRows& features, size_t threads) : features_(features), threads_(threads), means_(features.columns) {
    for (int64_t i = 0; i < count(); ++i) {
      for (int64_t d = 0; d < columns(); ++d) means_[d] += features.row(i)[d];
    }
    for (double& mean : means_) mean /= static_cast<double>(std::max<int64_t>(1, count()));
  }

  int64_t count() const { return features_.count(); }
  int64_t columns() const { return features_.columns; }
  const std::vector<double>& means() const { return means_; }
  double degrees() const { return static_cast<double>(std::max<int64_t>(1, count() - 1)); }

  Direction Row(int64_t i) const {
    Direction row(features_.row(i), features_.row(i) + columns());
    for (int64_t d = 0; d < columns(); ++d) row[d] -= means_[d];
    return row;
  }

  // The variances of all columns added up.
  double TotalVariance() const {
    std::vector<double> squares(kParts);
    ForEachPart([&](int64_t part, int64_t i) {
      const Direction row = Row(i);
      squares[part] += Dot(row, row);
    });
    return std::accumulate(squares.begin(), squares.end(), 0.0) / degrees();
  }

  // Where the rows lie along each direction: [N, lanes].
  Block Along(const Block& directions) const {
    Block scores(count(), directions.lanes);
    ForEachPart(
        [&](int64_t, int64_t i) { AddProducts(Row(i).data(), columns(), directions.values.data(), directions.lanes, scores.row(i)); });
    return scores;
  }

  // The sum of all rows, each times its scores, one direction for each of the first `wanted` lanes.
  std::vector<Direction> Mixtures(const Block& scores, int64_t wanted) const {
    std::vector<Block> sums(kParts, Block(columns(), scores.lanes));
    ForEachPart(
        [&](int64_t part, int64_t i) { AddOuterProduct(Row(i).data(), columns(), scores.row(i), scores.lanes, sums[part].values.data()); });
    std::vector<Direction> mixtures(wanted, Direction(columns()));
    for (const Block& sum : sums) {
      for (int64_t d = 0; d < columns(); ++d) {
        for (int64_t l = 0; l < wanted; ++l) mixtures[l][d] += sum.row(d)[l];
      }
    }
    return mixtures;
  }

  // scores^T scores / (N - 1): [lanes, lanes].
  Block Covariances(const Block& scores) const {
    std::vector<Block> sums(kParts, Block(scores.lanes, scores.lanes));
    ForEachPart([&](int64_t part, int64_t i) {
      AddOuterProduct(scores.row(i), scores.lanes, scores.row(i), scores.lanes, sums[part].values.data());
    });
    Block covariances(scores.lanes, scores.lanes);
    for (const Block& sum : sums) {
      for (size_t e = 0; e < sum.values.size(); ++e) covariances.values[e] += sum.values[e] / degrees();
    }
    return covariances;
  }

 private:
  // Calls work(part, row) for all rows of each part in order, the parts on several threads.
  template <typename Work>
  void ForEachPart(const Work& work) const {
    ForEachOnThreads(kParts, threads_, [&](size_t part) {
      const int64_t begin = count() * static_cast<int64_t>(part) / kParts, end = count() * static_cast<int64_t>(part + 1) / kParts;
      for (int64_t i = begin; i < end; ++i) work(static_cast<int64_t>(part), i);
    });
  }

  const FeatureRows features_;
  const size_t threads_;
  std::vector<double> means_;
};

// The rows along a basis, and how the basis has to be turned to give components.
struct Turned {
  Block scores;                   // [N, lanes], along the basis
  std::vector<double> variances;  // of each component; descending
  cv::Mat turn;                   // f64 [components, directions of the basis]
};

Turned Turn(const CentredRows& rows, const std::vector<Direction>& basis) {
  Turned turned = {rows.Along(SideBySide(basis)), {}, {}};
  Block covariances = rows.Covariances(turned.scores);
  const int size = static_cast<int>(basis.size());
  const cv::Mat all(static_cast<int>(covariances.lanes), static_cast<int>(covariances.lanes), CV_64F, covariances.values.data());
  cv::Mat variances;
  cv::eigen(all(cv::Rect(0, 0, size, size)).clone(), variances, turned.turn);
  for (int c = 0; c < size; ++c) turned.variances.push_back(std::max(0.0, variances.at<double>(c)));
  return turned;
}

std::vector<Direction> Axes(int64_t columns) {
  std::vector<Direction> axes(columns, Direction(columns));
  for (int64_t d = 0; d < columns; ++d) axes[d][d] = 1;
  return axes;
}

std::vector<Direction> AllRows(const CentredRows& rows) {
  std::vector<Direction> all;
  for (int64_t i = 0; i < rows.count(); ++i) all.push_back(rows.Row(i));
  Orthonormalise(&all);
  return all;
}

std::vector<Direction> RandomDirections(int64_t count, int64_t columns, uint64_t seed) {
  std::vector<Direction> directions(count, Direction(columns));
  for (int64_t i = 0; i < count; ++i) {
    Rng rng(seed, RngStream::kEmbedding, /*epoch=*/1, i);
    for (double& value : directions[i]) value = rng.Uniform() - 0.5;
  }
  Orthonormalise(&directions);
  return directions;
}

bool AreSettled(const std::vector<double>& before, const std::vector<double>& now, int64_t wanted) {
  if (before.empty()) return false;
  for (int64_t c = 0; c < wanted; ++c) {
    if (!(std::abs(now[c] - before[c]) <= kSettled * now[c])) return false;
  }
  return true;
}

// Turns `basis` as far as it takes, and is left with the last one.
Turned TurnTowardsComponents(const CentredRows& rows, int64_t wanted, std::vector<Direction>* basis) {
  std::vector<double> before;
  for (int round = 1;; ++round) {
    Turned turned = Turn(rows, *basis);
    if (round == kMaxRounds || AreSettled(before, turned.variances, wanted)) return turned;
    before = turned.variances;
    *basis = rows.Mixtures(turned.scores, static_cast<int64_t>(basis->size()));
    Orthonormalise(basis);
  }
}

// sum_l turn[l] values[l]
double Mix(const double* turn, int64_t count, const double* values) {
  return std::inner_product(turn, turn + count, values, 0.0);
}

// 1 or -1: what makes the number farthest from 0 positive.
double SignOf(const double* begin, const double* end) {
  const auto is_nearer = [](double a, double b) { return std::abs(a) < std::abs(b); };
  return *std::max_element(begin, end, is_nearer) < 0 ? -1 : 1;
}

void AppendComponent(const CentredRows& rows, const Block& basis, const Turned& turned, int64_t c, Pca* pca) {
  const double* const turn = turned.turn.ptr<double>(static_cast<int>(c));
  const int64_t size = turned.turn.cols, count = static_cast<int64_t>(pca->variances.size());
  double* const component = &pca->components[c * rows.columns()];
  for (int64_t d = 0; d < rows.columns(); ++d) component[d] = Mix(turn, size, basis.row(d));
  const double sign = SignOf(component, component + rows.columns());
  for (int64_t d = 0; d < rows.columns(); ++d) component[d] *= sign;
  for (int64_t i = 0; i < rows.count(); ++i) pca->scores[i * count + c] = sign * Mix(turn, size, turned.scores.row(i));
}

Pca Collect(const CentredRows& rows, const std::vector<Direction>& basis, const Turned& turned, int64_t wanted) {
  Pca pca;
  pca.means = rows.means();
  pca.variances.assign(turned.variances.begin(), turned.variances.begin() + wanted);
  pca.components.resize(wanted * rows.columns());
  pca.scores.resize(rows.count() * wanted);
  const Block block = SideBySide(basis);
  for (int64_t c = 0; c < wanted; ++c) AppendComponent(rows, block, turned, c, &pca);
  const double total = rows.TotalVariance();
  for (const double variance : pca.variances) pca.variance_ratios.push_back(total > 0 ? variance / total : 0);
  return pca;
}

}  // namespace

absl::StatusOr<Pca> ComputePca(const FeatureRows& features, int64_t components, const PcaOptions& options) {
  MICA_RETURN_IF_ERROR(CheckFeatures(features));
  const CentredRows rows(features, options.threads);
  const int64_t most = std::min(rows.count(), rows.columns()), wanted = std::min(components, most);
  if (wanted <= 0) {
    Pca none;
    none.means = rows.means();
    return none;
  }
  const bool has_few_columns = rows.columns() <= kExactSize;
  if (has_few_columns || rows.count() <= kExactSize) {
    const std::vector<Direction> basis = has_few_columns ? Axes(rows.columns()) : AllRows(rows);
    return Collect(rows, basis, Turn(rows, basis), wanted);
  }
  std::vector<Direction> basis = RandomDirections(std::min(wanted + kSpare, most), rows.columns(), options.seed);
  const Turned turned = TurnTowardsComponents(rows, wanted, &basis);
  return Collect(rows, basis, turned, wanted);
}

}  // namespace mica
