// A comparison as CSV files, for notebooks and spreadsheets. docs/file_formats.md describes every
// column.
//   ComparisonPairsCsv(comparison) == "a,b,n,accuracy_a,…\n1,2,10000,0.8443,…"
// Numbers have the fewest digits that read back equal; missing values are empty fields.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_

#include <string>

#include "experiments/compare/comparison.h"

namespace mica {

std::string ComparisonCsv(const Comparison& comparison);        // a row for each run
std::string ComparisonPairsCsv(const Comparison& comparison);   // a row for each pair
std::string ComparisonGroupsCsv(const Comparison& comparison);  // a row for each set of repeats

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_
