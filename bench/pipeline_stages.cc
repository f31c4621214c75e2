#include "bench/pipeline_stages.h"

#include <time.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "base/console_table.h"
#include "base/number_format.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "bench/jpeg_region_limit.h"
#include "bench/training_crops.h"
#include "data/augment/transform_pipeline.h"
#include "data/loader/picture_pipeline.h"
#include "data/loader/sample_bytes.h"
#include "data/loader/sample_decoder.h"

namespace mica {
namespace {

// Results go to the memory of a batch, which no cache holds.
constexpr int64_t kBatch = 64;
constexpr int64_t kValues = int64_t{kCropSide} * kCropSide * 3;

// Of this thread: other programs do not count.
double ProcessorSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Adds up what passes between two calls.
class StageClock {
 public:
  void Start() { last_ = ProcessorSeconds(); }
  void AddTo(double* seconds) { *seconds += ProcessorSeconds() - std::exchange(last_, ProcessorSeconds()); }

 private:
  double last_ = 0;
};

struct StageSeconds {
  double read = 0, draw = 0, decode = 0, apply = 0, limit = 0;
};

// Goes the way of PicturePipeline::Prepare step by step.
class SteppedPipeline {
 public:
  using Apply = std::function<void(const TransformPipeline& transforms, const DrawnTransforms& drawn, const PicturePart& part, int64_t id)>;

  SteppedPipeline(const DatasetIndex& index, TransformPipeline transforms, Apply apply)
      : index_(index),
        decoder_(index, DecodeConfig()),
        transforms_(std::move(transforms)),
        apply_(std::move(apply)),
        scratch_(index),
        bytes_(index) {}

  absl::StatusOr<StageSeconds> Epoch(int64_t epoch) {
    seconds_ = StageSeconds();
    for (const ImageRecord& record : index_.records) MICA_RETURN_IF_ERROR(Prepare(record, epoch));
    return seconds_;
  }

 private:
  absl::Status Prepare(const ImageRecord& record, int64_t epoch) {
    Rng rng(kCropSeed, RngStream::kAugmentation, epoch, record.id);
    clock_.Start();
    MICA_ASSIGN_OR_RETURN(const PictureSize size, decoder_.Read(record, &scratch_));
    clock_.AddTo(&seconds_.read);
    MICA_RETURN_IF_ERROR(transforms_.Draw(size, &rng, &drawn_));
    clock_.AddTo(&seconds_.draw);
    MICA_RETURN_IF_ERROR(decoder_.Decode(record, drawn_.crop(), drawn_.resized(), &scratch_, &part_));
    clock_.AddTo(&seconds_.decode);
    apply_(transforms_, drawn_, part_, record.id);
    clock_.AddTo(&seconds_.apply);
    return DecodeAtTheLimit(record);
  }

  absl::Status DecodeAtTheLimit(const ImageRecord& record) {
    MICA_ASSIGN_OR_RETURN(const absl::string_view bytes, bytes_.Read(record));
    clock_.Start();
    limit_.Decode(bytes, drawn_.crop());
    clock_.AddTo(&seconds_.limit);
    return absl::OkStatus();
  }

  const DatasetIndex& index_;
  const SampleDecoder decoder_;
  const TransformPipeline transforms_;
  const Apply apply_;
  SampleDecoderScratch scratch_;
  SampleBytes bytes_;
  PicturePart part_;
  DrawnTransforms drawn_;
  JpegRegionLimit limit_;
  StageClock clock_;
  StageSeconds seconds_;
};

absl::StatusOr<StageSeconds> MeasureSteps(const DatasetIndex& index, const TransformList& list, SteppedPipeline::Apply apply) {
  MICA_ASSIGN_OR_RETURN(TransformPipeline transforms, CreateTransformPipeline(list, "train_transforms", /*channels=*/3));
  SteppedPipeline pipeline(index, std::move(transforms), std::move(apply));
  MICA_RETURN_IF_ERROR(pipeline.Epoch(1).status());
  return pipeline.Epoch(2);
}

absl::StatusOr<double> MeasureAll(const DatasetIndex& index, float* batch) {
  MICA_ASSIGN_OR_RETURN(const auto pipeline, CropPipeline(index));
  PipelineScratch scratch(*pipeline);
  double seconds = 0;
  for (const int64_t epoch : {1, 2}) {
    seconds = -ProcessorSeconds();
    for (const ImageRecord& record : index.records) {
      MICA_RETURN_IF_ERROR(pipeline->Prepare(record, epoch, /*copy=*/0, &scratch, {batch + record.id % kBatch * kValues}));
    }
    seconds += ProcessorSeconds();
  }
  return seconds;
}

}  // namespace

absl::StatusOr<std::vector<PipelineStage>> MeasureStages(const DatasetIndex& index) {
  std::vector<float> batch(kBatch * kValues);
  std::vector<uint8_t> bytes(kBatch * kValues);
  TransformScratch scratch;
  const auto to_floats = [&](const TransformPipeline& transforms, const DrawnTransforms& drawn, const PicturePart& part, int64_t id) {
    transforms.Apply(drawn, part.pixels, part.box, &scratch, batch.data() + id % kBatch * kValues);
  };
  const auto to_bytes = [&](const TransformPipeline& transforms, const DrawnTransforms& drawn, const PicturePart& part, int64_t id) {
    transforms.ApplyToPixels(drawn, part.pixels, part.box, &scratch, bytes.data() + id % kBatch * kValues);
  };
  MICA_ASSIGN_OR_RETURN(const StageSeconds crop, MeasureSteps(index, CropTransforms(), to_floats));
  MICA_ASSIGN_OR_RETURN(const StageSeconds resized, MeasureSteps(index, CropTransforms(), to_bytes));
  MICA_ASSIGN_OR_RETURN(const StageSeconds augmented, MeasureSteps(index, AugmentedCropTransforms(), to_bytes));
  MICA_ASSIGN_OR_RETURN(const double all, MeasureAll(index, batch.data()));
  std::vector<PipelineStage> stages = {
      {"read the file and its header", crop.read},
      {"draw", crop.draw},
      {"decode the crop", crop.decode},
      {"resize and flip", resized.apply},
      {"normalise", crop.apply - resized.apply},
      {"all", all},
      {"RandAugment, if it were wanted", augmented.apply - resized.apply},
      {"libjpeg alone, the same crops", crop.limit},
  };
  for (PipelineStage& stage : stages) stage.seconds /= static_cast<double>(index.records.size());
  return stages;
}

std::string StageTable(absl::Span<const PipelineStage> stages) {
  std::vector<std::vector<std::string>> rows = {{"stage", "us a picture", "pictures/s"}};
  for (const PipelineStage& stage : stages) {
    rows.push_back({stage.name, FormatFixed(1e6 * stage.seconds, 1), FormatFixed(1 / stage.seconds, 0)});
  }
  return ConsoleTable(rows);
}

}  // namespace mica
