// Mean and standard deviation of each colour channel, for normalisation.
//   const ChannelStatistics train = StatisticsOf(index, survey, Split::kTrain);
//   NormalisationText(train) == "normalize { mean: [0.28604] std: [0.35302] }"
#ifndef MICA_DATA_SURVEY_CHANNEL_STATISTICS_H_
#define MICA_DATA_SURVEY_CHANNEL_STATISTICS_H_

#include <array>
#include <cstdint>
#include <string>

#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"

namespace mica {

// On [0, 1], over all pixels of the split's pictures, each pixel counting once: so a large picture
// counts more than a small one, as in the definition for pictures of one size. The standard
// deviation is that of the population. Grey pictures among others count as R, G and B alike.
struct ChannelStatistics {
  int channels = 0;  // 1 if all pictures are grey, else 3; 0 if none was decoded
  std::array<double, 3> mean = {};
  std::array<double, 3> std = {};
};

// The survey must be of depth kPixels. Thread-safe.
ChannelStatistics StatisticsOf(const DatasetIndex& index, const PictureSurvey& survey, Split split);

// Five digits; "" for no channels.
std::string NormalisationText(const ChannelStatistics& statistics);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_CHANNEL_STATISTICS_H_
