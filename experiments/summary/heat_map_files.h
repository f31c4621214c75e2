// The heat maps of `mica probe --grad_cam` as pictures, arrays and text.
//   MICA_RETURN_IF_ERROR(WriteHeatMaps(folder, HeatMapFiles(shown, maps)));
//   std::cout << HeatMapText(shown, maps);
// Torch-free.
#ifndef MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_FILES_H_
#define MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "base/files/report_folder.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "experiments/summary/heat_map.h"

namespace mica {

// What the maps are about; all borrowed.
struct ExplainedPictures {
  std::string model;  // "runs/x/a (checkpoint step-000001875)"
  const DatasetIndex& index;
  const std::vector<std::string>& class_names;
  const HeatMaps& maps;
  absl::Span<const Picture> pictures;  // one a map: as the network gets it, fitted into kHeatCellPx
};
inline constexpr int kHeatCellPx = 224;

struct HeatMapPictures {
  std::vector<ReportFile> files;
  int64_t missing_glyphs = 0;  // of captions, see DrawnGrid
};

// grad_cam.png shows each picture beside its overlay, with the class and its probability, and its
// true class if it has a label; grad_cam.csv lists the maps; each map has its overlay NAME.png and
// its numbers NAME.npy, [height, width] of the layer. NAME is that of the picture's file without
// its ending.
HeatMapPictures HeatMapFiles(const ExplainedPictures& explained);

// Into `folder`, in place of earlier heat maps, whole or not at all. Errors end with exit code 5.
absl::Status WriteHeatMaps(const std::string& folder, absl::Span<const ReportFile> files, FileCalls& calls = SystemFileCalls());

// For a terminal: the layer, and for each picture its class, the probability, where in it the
// largest value is, and its true class if any has a label. Lines have at most 100 columns, but for
// names.
std::string HeatMapText(const ExplainedPictures& explained);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_HEAT_MAP_FILES_H_
