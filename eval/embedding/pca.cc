#include "eval/embedding/pca.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/for_each_on_threads.h"
#include "base/processor_versions.h"
#include "base/rng.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr int64_t kFewColumns = 512;  // up to which all directions are computed
constexpr int64_t kFewRows = 128;     // the same
constexpr int64_t kSpare = 10;        // directions beside those wanted, which turn faster for it
constexpr int kMaxRounds = 12;
constexpr double kSettled = 1e-5;  // relative change of a variance
constexpr int64_t kParts = 16;     // of the rows, summed by themselves; not of the threads, for equal sums
constexpr int64_t kLanes = 8;      // a multiple of which makes loops quick

// Rows are added to a block four at a time, so that it is loaded and stored less often.
constexpr int64_t kRowsAtOnce = 4;

using Direction = std::vector<double>;  // [D]

// Vectors side by side: the i-th numbers of all of them together.
struct Block {
  int64_t lanes = 0;           // vectors, or more: then the last hold zeros
  std::vector<double> values;  // [rows, lanes]

  Block(int64_t rows, int64_t all_lanes) : lanes(all_lanes), values(rows * all_lanes) {}
  double* row(int64_t i) { return values.data() + i * lanes; }
  const double* row(int64_t i) const { return values.data() + i * lanes; }

  // Rows begin … end - 1 and zeros: [kRowsAtOnce, lanes].
  std::vector<double> Rows(int64_t begin, int64_t end) const {
    std::vector<double> rows(row(begin), row(end));
    rows.resize(kRowsAtOnce * lanes);
    return rows;
  }
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

// block[d][l] += the sum of row[d] values[l] over four rows [4, count] and their values [4, lanes].
MICA_PROCESSOR_VERSIONS void AddOuterProducts(const double* __restrict rows, int64_t count, const double* __restrict values, int64_t lanes,
                                              double* __restrict block) {
  for (int64_t d = 0; d < count; ++d) {
    const double r0 = rows[d], r1 = rows[count + d], r2 = rows[2 * count + d], r3 = rows[3 * count + d];
    double* const b = block + d * lanes;
    for (int64_t l = 0; l < lanes; ++l) {
      b[l] += (r0 * values[l] + r1 * values[lanes + l]) + (r2 * values[2 * lanes + l] + r3 * values[3 * lanes + l]);
    }
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
  const auto count = static_cast<int64_t>(directions.size());
  Block block(static_cast<int64_t>(directions[0].size()), (count + kLanes - 1) / kLanes * kLanes);
  for (size_t l = 0; l < directions.size(); ++l) {
    for (size_t d = 0; d < directions[l].size(); ++d) block.row(d)[l] = directions[l][d];
  }
  return block;
}

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

  // Rows begin … end - 1 and zeros: [kRowsAtOnce, columns].
  std::vector<double> Rows(int64_t begin, int64_t end) const {
    std::vector<double> rows(features_.row(begin), features_.row(end));
    for (size_t e = 0; e < rows.size(); ++e) rows[e] -= means_[e % columns()];
    rows.resize(kRowsAtOnce * columns());
    return rows;
  }

  // The variances of all columns added up.
  double TotalVariance() const {
    std::vector<double> squares(kParts);
    ForEachPart([&](int64_t part, int64_t begin, int64_t end) {
      const std::vector<double> rows = Rows(begin, end);
      squares[part] += Dot(rows, rows);
    });
    return std::accumulate(squares.begin(), squares.end(), 0.0) / degrees();
  }

  // Where the rows lie along each direction: [N, lanes].
  Block Along(const Block& directions) const {
    Block scores(count(), directions.lanes);
    ForEachPart([&](int64_t, int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        AddProducts(Row(i).data(), columns(), directions.values.data(), directions.lanes, scores.row(i));
      }
    });
    return scores;
  }

  // The sum of all rows, each times its scores / (N - 1): a direction for each of the first `wanted`
  // lanes.
  std::vector<Direction> Mixtures(const Block& scores, int64_t wanted) const {
    const Block sum = SumOfProducts(columns(), scores.lanes, [&](int64_t begin, int64_t end, Block* block) {
      AddOuterProducts(Rows(begin, end).data(), columns(), scores.Rows(begin, end).data(), scores.lanes, block->values.data());
    });
    std::vector<Direction> mixtures(wanted, Direction(columns()));
    for (int64_t d = 0; d < columns(); ++d) {
      for (int64_t l = 0; l < wanted; ++l) mixtures[l][d] = sum.row(d)[l];
    }
    return mixtures;
  }

  // scores^T scores / (N - 1): [lanes, lanes].
  Block Covariances(const Block& scores) const {
    return SumOfProducts(scores.lanes, scores.lanes, [&](int64_t begin, int64_t end, Block* block) {
      const std::vector<double> rows = scores.Rows(begin, end);
      AddOuterProducts(rows.data(), scores.lanes, rows.data(), scores.lanes, block->values.data());
    });
  }

  // The same of the columns: [D, D].
  Block Covariances() const {
    return SumOfProducts(columns(), columns(), [&](int64_t begin, int64_t end, Block* block) {
      const std::vector<double> rows = Rows(begin, end);
      AddOuterProducts(rows.data(), columns(), rows.data(), columns(), block->values.data());
    });
  }

 private:
  // The sum of what add(begin, end, &block) adds for all rows, divided by N - 1: [count, lanes].
  template <typename Add>
  Block SumOfProducts(int64_t count, int64_t lanes, const Add& add) const {
    std::vector<Block> sums(kParts, Block(count, lanes));
    ForEachPart([&](int64_t part, int64_t begin, int64_t end) { add(begin, end, &sums[part]); });
    Block all(count, lanes);
    for (const Block& sum : sums) {
      for (size_t e = 0; e < sum.values.size(); ++e) all.values[e] += sum.values[e] / degrees();
    }
    return all;
  }

  // Calls work(part, begin, end) for the rows of each part in order, up to kRowsAtOnce of them; the
  // parts on several threads.
  template <typename Work>
  void ForEachPart(const Work& work) const {
    ForEachOnThreads(kParts, threads_, [&](size_t part) {
      const int64_t first = count() * static_cast<int64_t>(part) / kParts, last = count() * static_cast<int64_t>(part + 1) / kParts;
      for (int64_t i = first; i < last; i += kRowsAtOnce) work(static_cast<int64_t>(part), i, std::min(i + kRowsAtOnce, last));
    });
  }

  const FeatureRows features_;
  const size_t threads_;
  std::vector<double> means_;
};

// How a basis has to be turned to give components.
struct Turn {
  std::vector<double> variances;   // of each component; descending
  std::vector<Direction> weights;  // of each component: [directions of the basis]
};

// From the covariances of the scores along the basis.
Turn FindTurn(const Block& covariances, int64_t directions) {
  Eigen::MatrixXd matrix(directions, directions);
  for (int64_t row = 0; row < directions; ++row) {
    for (int64_t column = 0; column < directions; ++column) matrix(row, column) = covariances.row(row)[column];
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solved(matrix);  // by ascending variance
  Turn turn;
  for (int64_t c = directions - 1; c >= 0; --c) {
    turn.variances.push_back(std::max(0.0, solved.eigenvalues()(c)));
    const auto weights = solved.eigenvectors().col(c);
    turn.weights.emplace_back(weights.begin(), weights.end());
  }
  return turn;
}

Direction Turned(const std::vector<Direction>& basis, const Direction& weights) {
  Direction turned(basis[0].size());
  for (size_t l = 0; l < basis.size(); ++l) {
    for (size_t d = 0; d < turned.size(); ++d) turned[d] += weights[l] * basis[l][d];
  }
  return turned;
}

// What the search for components ends with.
struct Found {
  std::vector<double> variances;
  std::vector<Direction> components;
};

Found Collect(const std::vector<Direction>& basis, const Turn& turn, int64_t wanted) {
  Found found;
  found.variances.assign(turn.variances.begin(), turn.variances.begin() + wanted);
  for (int64_t c = 0; c < wanted; ++c) found.components.push_back(Turned(basis, turn.weights[c]));
  return found;
}

Found AmongAllDirections(const CentredRows& rows, int64_t wanted) {
  const Turn turn = FindTurn(rows.Covariances(), rows.columns());
  Found found;
  found.variances.assign(turn.variances.begin(), turn.variances.begin() + wanted);
  found.components.assign(turn.weights.begin(), turn.weights.begin() + wanted);
  return found;
}

Found AmongAllRows(const CentredRows& rows, int64_t wanted) {
  std::vector<Direction> basis;
  for (int64_t i = 0; i < rows.count(); ++i) basis.push_back(rows.Row(i));
  Orthonormalise(&basis);
  return Collect(basis, FindTurn(rows.Covariances(rows.Along(SideBySide(basis))), rows.count()), wanted);
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

Found FromRandomDirections(const CentredRows& rows, int64_t wanted, uint64_t seed) {
  const int64_t size = std::min({wanted + kSpare, rows.count(), rows.columns()});
  std::vector<Direction> basis = RandomDirections(size, rows.columns(), seed);
  std::vector<double> before;
  for (int round = 1;; ++round) {
    const Block scores = rows.Along(SideBySide(basis));
    const Turn turn = FindTurn(rows.Covariances(scores), size);
    if (round == kMaxRounds || AreSettled(before, turn.variances, wanted)) return Collect(basis, turn, wanted);
    before = turn.variances;
    basis = rows.Mixtures(scores, size);
    Orthonormalise(&basis);
  }
}

Found FindComponents(const CentredRows& rows, int64_t wanted, uint64_t seed) {
  if (rows.columns() <= kFewColumns) return AmongAllDirections(rows, wanted);
  if (rows.count() <= kFewRows) return AmongAllRows(rows, wanted);
  return FromRandomDirections(rows, wanted, seed);
}

// The other direction if the number farthest from 0 is negative.
void ChooseSign(Direction* component) {
  const auto is_nearer = [](double a, double b) { return std::abs(a) < std::abs(b); };
  if (*std::max_element(component->begin(), component->end(), is_nearer) >= 0) return;
  for (double& value : *component) value = -value;
}

}  // namespace

absl::StatusOr<Pca> ComputePca(const FeatureRows& features, int64_t components, const PcaOptions& options) {
  MICA_RETURN_IF_ERROR(CheckFeatures(features));
  const CentredRows rows(features, options.threads);
  const int64_t wanted = std::min({components, rows.count(), rows.columns()});
  Pca pca;
  pca.means = rows.means();
  if (wanted <= 0) return pca;
  Found found = FindComponents(rows, wanted, options.seed);
  for (Direction& component : found.components) {
    ChooseSign(&component);
    pca.components.insert(pca.components.end(), component.begin(), component.end());
  }
  const Block scores = rows.Along(SideBySide(found.components));
  for (int64_t i = 0; i < rows.count(); ++i) pca.scores.insert(pca.scores.end(), scores.row(i), scores.row(i) + wanted);
  const double total = rows.TotalVariance();
  pca.variances = found.variances;
  for (const double variance : pca.variances) pca.variance_ratios.push_back(total > 0 ? variance / total : 0);
  return pca;
}

}  // namespace mica
