#include "experiments/preview/network_pictures.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "base/for_each_on_threads.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "data/loader/picture_pipeline.h"
#include "experiments/preview/network_pixels.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr int64_t kEpochOfEvaluations = 1;

// Shows samples one after the other.
class Shower {
 public:
  explicit Shower(const PicturePipeline& pipeline) : pipeline_(pipeline), scratch_(pipeline), values_(pipeline.output().values()) {}

  absl::Status Show(const ImageRecord& record, int cell_px, Picture* picture) {
    MICA_RETURN_IF_ERROR(pipeline_.Prepare(record, kEpochOfEvaluations, /*copy=*/0, &scratch_, {values_.data()}));
    const ImageShape shape = pipeline_.output();
    const TransformPipeline& transforms = pipeline_.view(0);
    Picture shown;
    ShowNetworkPixels(values_, {shape.height_px, shape.width_px}, absl::MakeConstSpan(transforms.mean()).first(shape.channels),
                      absl::MakeConstSpan(transforms.std()).first(shape.channels), &shown);
    *picture = FitIntoCell(shown, cell_px);
    return absl::OkStatus();
  }

 private:
  const PicturePipeline& pipeline_;
  PipelineScratch scratch_;
  std::vector<float> values_;
};

}  // namespace

absl::StatusOr<std::vector<Picture>> NetworkPictures(const DatasetIndex& index, const DecodeConfig& decode,
                                                     const TransformList& eval_transforms, absl::Span<const int64_t> ids, int cell_px) {
  PicturePipeline::Options options;
  options.stream = RngStream::kTestViews;
  MICA_ASSIGN_OR_RETURN(const auto pipeline, PicturePipeline::Create(index, decode, {{&eval_transforms, "eval_transforms"}}, options));
  const size_t threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Picture> pictures(ids.size());
  std::vector<absl::Status> problems(threads);
  ForEachOnThreads(threads, threads, [&](size_t part) {
    Shower shower(*pipeline);
    for (size_t i = part; i < ids.size() && problems[part].ok(); i += threads) {
      problems[part] = shower.Show(index.records[ids[i]], cell_px, &pictures[i]);
    }
  });
  for (const absl::Status& problem : problems) MICA_RETURN_IF_ERROR(problem);
  return pictures;
}

}  // namespace mica
