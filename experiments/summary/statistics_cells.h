// Statistics of many numbers as cells of tables: one order of columns and one way to write them.
// Torch-free, thread-safe.
#ifndef MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_
#define MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_

#include <string>
#include <vector>

#include "base/tensor_statistics.h"

namespace mica {

// "mean", "std", "min", "max", "positive", "zeros", "not_finite".
std::vector<std::string> StatisticsColumns();

// For people: four digits, shares in percent.
std::vector<std::string> StatisticsCells(const TensorStatistics& statistics);

// For programs: all digits, shares as fractions.
std::vector<std::string> StatisticsFields(const TensorStatistics& statistics);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_STATISTICS_CELLS_H_
