#include "experiments/preview/crop_loss.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/number_format.h"

namespace mica {
namespace {

std::string Percent(double share) {
  return absl::StrCat(FormatFixed(100 * share, 1), " %");
}

}  // namespace

void CropLoss::Add(double lost) {
  ++pictures_;
  sum_ += lost;
  least_ = std::min(least_, lost);
  most_ = std::max(most_, lost);
}

std::string CropLossText(const NamedCropLosses& losses) {
  std::vector<std::vector<std::string>> rows = {{"area lost by crops", "mean", "least", "most", "pictures"}};
  for (const auto& [name, loss] : losses) {
    rows.push_back({name, Percent(loss.mean()), Percent(loss.least()), Percent(loss.most()), absl::StrCat(loss.pictures())});
  }
  return ConsoleTable(rows);
}

std::string CropLossCsv(const NamedCropLosses& losses) {
  std::string csv = CsvRow({"transforms", "pictures", "mean_area_lost", "least_area_lost", "most_area_lost"});
  for (const auto& [name, loss] : losses) {
    csv += CsvRow({name, absl::StrCat(loss.pictures()), FormatNumber(loss.mean()), FormatNumber(loss.least()), FormatNumber(loss.most())});
  }
  return csv;
}

}  // namespace mica
