// Statistics of many numbers as cells of tables: one order of columns and one way to write them.
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_
#define MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_

#include <string>
#include <vector>

#include "base/tensor_statistics.h"

namespace mica {

// For people: "mean", "std", "min", "max", "positive", "zeros", "not finite"; four digits, shares in
// percent.
std::vector<std::string> StatisticsTitles();
std::vector<std::string> StatisticsCells(const TensorStatistics& statistics);

// For programs: the same with "not_finite"; all digits, shares as fractions.
std::vector<std::string> StatisticsColumns();
std::vector<std::string> StatisticsFields(const TensorStatistics& statistics);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_
