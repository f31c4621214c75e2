// A comparison as CSV files, for notebooks and spreadsheets. docs/file_formats.md describes every column.
//   ComparisonPairsCsv(comparison) == "a,b,n,accuracy_a,…\n1,2,10000,0.8443,…"
// Numbers are the shortest text that reads back equal; what does not exist is an empty field.
#ifndef MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_
#define MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_

#include <string>

#include "experiments/compare/comparison.h"

namespace mica {

std::string ComparisonCsv(const Comparison& comparison);        // a row a run
std::string ComparisonPairsCsv(const Comparison& comparison);   // a row a pair
std::string ComparisonGroupsCsv(const Comparison& comparison);  // a row an experiment, its repeats taken together

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_COMPARISON_CSV_H_
