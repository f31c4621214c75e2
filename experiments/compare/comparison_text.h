// A comparison as text for a terminal, in the order of a user's questions: what was changed, which
// run is better, is it luck?
//   std::cout << ComparisonText(comparison);
// For programs there are the files of comparison_csv.h.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_

#include <string>

#include "experiments/compare/comparison.h"

namespace mica {

// Lines have at most 100 columns, whatever the names and number of the runs; each ends with LF.
// Runs are numbered by rank. Runs on the same samples are compared with the best of them only,
// because 50 runs make 1225 pairs; comparison_pairs.csv has all of them.
std::string ComparisonText(const Comparison& comparison);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_TEXT_H_
