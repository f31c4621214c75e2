// Where the time of a picture goes on its way from a JPEG file to a normalised crop, on one thread:
// a line a stage.
//   MICA_ASSIGN_OR_RETURN(const std::vector<PipelineStage> stages, MeasureStages(index));
//   std::cout << StageTable(stages);
#ifndef MICA_BENCH_PIPELINE_STAGES_H_
#define MICA_BENCH_PIPELINE_STAGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/index/dataset_index.h"

namespace mica {

struct PipelineStage {
  std::string name;
  double seconds = 0;  // processor time of a picture
};

// The pictures of an epoch after another that warms up. The stages of the crop; all of them as
// PicturePipeline does them; what RandAugment would add; libjpeg alone on the same crops.
absl::StatusOr<std::vector<PipelineStage>> MeasureStages(const DatasetIndex& index);

// Microseconds and pictures a second.
std::string StageTable(absl::Span<const PipelineStage> stages);

}  // namespace mica

#endif  // MICA_BENCH_PIPELINE_STAGES_H_
