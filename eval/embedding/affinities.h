// How close rows are for t-SNE: a probability for each pair (van der Maaten and Hinton 2008,
// "Visualizing Data using t-SNE", equations 1 and 2 and section 3.1).
//   const Affinities affinities = JointAffinities(neighbours, /*perplexity=*/30, /*threads=*/2);
//   for (int64_t e = affinities.row_begin[i]; e < affinities.row_begin[i + 1]; ++e) …
//   // p(i, affinities.rows[e]) = affinities.values[e]
// Row i sees its neighbours by a Gaussian around it: p(j | i) is proportional to
// exp(-beta_i d^2(i, j)), with the beta_i that gives the entropy ln(perplexity). Then p(i, j) =
// (p(j | i) + p(i | j)) / 2N. Rows that are not neighbours have 0.
#ifndef MICA_EVAL_EMBEDDING_AFFINITIES_H_
#define MICA_EVAL_EMBEDDING_AFFINITIES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "eval/embedding/neighbours.h"

namespace mica {

// A symmetric sparse matrix whose values sum to 1, up to rounding.
struct Affinities {
  // Rows have a multiple of so many entries, for vectorised loops. What is filled up has value 0.
  static constexpr int64_t kTogether = 16;

  // What is less is left out: it pulls nothing, and products with it would be denormal and slow.
  static constexpr double kLeast = 1e-20;

  std::vector<int64_t> row_begin;  // [N + 1]
  std::vector<int32_t> rows;       // ascending within a row but for what is filled up
  std::vector<float> values;

  int64_t count() const { return static_cast<int64_t>(row_begin.size()) - 1; }
};

// p(j | i) of one row's neighbours, from their squared distances in ascending order; sums to 1. The
// entropy is met to 1e-5 nats where it can be: with all distances equal it is ln of their number,
// and it is not below ln of the number of nearest ones.
std::vector<double> ConditionalAffinities(absl::Span<const float> squared_distances, double perplexity);

// perplexity is at least 1; about a third of neighbours.per_row or less makes sense. The result is
// the same for any number of threads.
Affinities JointAffinities(const Neighbours& neighbours, double perplexity, size_t threads);

}  // namespace mica

#endif  // MICA_EVAL_EMBEDDING_AFFINITIES_H_
