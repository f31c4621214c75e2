#include "data/survey/channel_statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/number_format.h"

namespace mica {
namespace {

// Sums of whole numbers: exact, and the same in any order.
class Totals {
 public:
  void Add(const PictureFacts& facts) {
    pixels_ += static_cast<uint64_t>(facts.width_px) * facts.height_px;
    has_colour_ |= facts.channels == 3;
    for (int channel = 0; channel < 3; ++channel) {
      const int from = facts.channels == 1 ? 0 : channel;
      sum_[channel] += facts.sums.sum[from];
      sum_of_squares_[channel] += facts.sums.sum_of_squares[from];
    }
  }

  ChannelStatistics Statistics() const {
    ChannelStatistics result;
    if (pixels_ == 0) return result;
    result.channels = has_colour_ ? 3 : 1;
    const auto pixels = static_cast<double>(pixels_);
    for (int channel = 0; channel < 3; ++channel) {
      const double mean = static_cast<double>(sum_[channel]) / pixels;
      const double variance = static_cast<double>(sum_of_squares_[channel]) / pixels - mean * mean;
      result.mean[channel] = mean / 255;
      result.std[channel] = std::sqrt(std::max(variance, 0.0)) / 255;
    }
    return result;
  }

 private:
  uint64_t pixels_ = 0;
  bool has_colour_ = false;
  // Of a million pictures of 89 million pixels a 64-bit sum of squares would overflow.
  std::array<unsigned __int128, 3> sum_ = {};
  std::array<unsigned __int128, 3> sum_of_squares_ = {};
};

std::string List(const std::array<double, 3>& values, int count) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(FormatFixed(values[i], 5));
  return absl::StrCat("[", absl::StrJoin(texts, ", "), "]");
}

}  // namespace

ChannelStatistics StatisticsOf(const DatasetIndex& index, const PictureSurvey& survey, Split split) {
  Totals totals;
  for (const ImageRecord& record : index.records) {
    const PictureFacts& facts = survey.facts[record.id];
    if (record.split == split && facts.channels > 0) totals.Add(facts);
  }
  return totals.Statistics();
}

std::string NormalisationText(const ChannelStatistics& statistics) {
  if (statistics.channels == 0) return "";
  return absl::StrCat("normalize { mean: ", List(statistics.mean, statistics.channels), " std: ", List(statistics.std, statistics.channels),
                      " }");
}

}  // namespace mica
