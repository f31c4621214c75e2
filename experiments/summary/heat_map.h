// Where a network looks, picture by picture: what `mica probe --grad_cam` shows and writes.
// Torch-free.
#ifndef MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_H_
#define MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "data/loader/failed_sample.h"

namespace mica {

struct HeatMap {
  int64_t id = 0;                 // ImageRecord::id
  int prediction = 0;             // the class that the map is about
  double probability = 0;         // of that class
  int64_t height = 0, width = 0;  // of the layer's output
  std::vector<float> values;      // [height, width], 0 to 1 (models/grad_cam.h)
};

struct HeatMaps {
  std::string layer, kind;  // "block_2", "block"
  std::string why;          // this layer; for people
  std::vector<HeatMap> maps;
  std::vector<FailedSample> failed;
};

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_H_
