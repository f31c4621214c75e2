// A comparison for people at a terminal, in the order of their questions: what was changed, which run is better, is it luck?
//   std::cout << ComparisonText(comparison);
// Files for programs: comparison_csv.h.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_

#include <string>

#include "experiments/compare/comparison.h"

namespace mica {

// Lines of at most 100 columns, whatever the runs are called and however many there are; each ends with LF. Runs are numbered by rank.
// Runs on the same samples are held against the best of them: a table of all pairs is in comparison_pairs.csv, and 50 runs make 1225.
std::string ComparisonText(const Comparison& comparison);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_
