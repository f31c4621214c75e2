// What one layer of a model makes of many samples: what `mica embed` maps. Torch-free.
#ifndef MICA_EXPERIMENTS_SUMMARY_LAYER_FEATURES_H_
#define MICA_EXPERIMENTS_SUMMARY_LAYER_FEATURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "data/loader/failed_sample.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

struct LayerFeatures {
  std::string layer, kind;   // "classifier.0", "flatten"
  std::string why;           // this layer; for people
  std::string shape;         // of its output: "64x7x7"
  bool is_averaged = false;  // over the places of a picture or over tokens

  int64_t columns = 0;             // numbers of a sample
  std::vector<float> values;       // [N, columns], row by row; may be not finite
  PredictionTable predictions{0};  // of the same N samples in the same order
  std::vector<FailedSample> failed;
};

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_LAYER_FEATURES_H_
