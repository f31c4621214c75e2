#include "experiments/preview/experiment_preview.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/rng.h"
#include "base/status_macros.h"
#include "data/augment/transform_pipeline.h"
#include "data/decode/region_decoder.h"
#include "data/loader/picture_pipeline.h"
#include "data/loader/sample_order.h"
#include "experiments/preview/network_pixels.h"
#include "experiments/preview/varied_samples.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

// Crops of more pictures are not drawn: the mean would not change visibly.
constexpr int64_t kMostCrops = 50'000;

// An evaluation is the same after every epoch.
constexpr int64_t kEpochOfEvaluations = 1;

// The side of a grid's cells for what the network gets: up to 256 pixels it is shown pixel by
// pixel, small pictures enlarged.
int CellFor(PictureSize size) {
  const int longer = std::max(size.height_px, size.width_px);
  return std::clamp(longer >= 96 ? longer : 192 / longer * longer, 128, 256);
}

using PipelinePointer = std::shared_ptr<const PicturePipeline>;

PictureSize OutputOf(const PicturePipeline& pipeline) {
  return {pipeline.output().height_px, pipeline.output().width_px};
}

// Shows one sample after the other.
class Previewer {
 public:
  // `pipeline` has one view; it is borrowed.
  explicit Previewer(const PicturePipeline& pipeline) : pipeline_(pipeline), scratch_(pipeline) {}

  // Valid until the next call.
  absl::StatusOr<const Picture*> Decode(const ImageRecord& record) {
    MICA_RETURN_IF_ERROR(pipeline_.Decode(record, &scratch_, &whole_));
    return &whole_.pixels;
  }

  absl::StatusOr<PreviewVersion> Prepare(const ImageRecord& record, int64_t epoch, int64_t copy) {
    values_.resize(pipeline_.output().values());
    MICA_RETURN_IF_ERROR(pipeline_.Prepare(record, epoch, copy, &scratch_, {values_.data()}));
    PreviewVersion version;
    version.epoch = epoch;
    version.parameters = scratch_.drawn(0).Parameters();
    version.description = scratch_.drawn(0).Describe();
    const TransformPipeline& transforms = pipeline_.view(0);
    const int channels = pipeline_.output().channels;
    ShowNetworkPixels(values_, OutputOf(pipeline_), absl::MakeConstSpan(transforms.mean()).first(channels),
                      absl::MakeConstSpan(transforms.std()).first(channels), &version.picture);
    return version;
  }

 private:
  const PicturePipeline& pipeline_;
  PipelineScratch scratch_;
  PicturePart whole_;
  std::vector<float> values_;
};

std::vector<int64_t> IdsOf(absl::Span<const SampleTurn> turns) {
  std::vector<int64_t> ids;
  for (const SampleTurn& turn : turns) ids.push_back(turn.id);
  return ids;
}

// The first of `versions` is that of `epoch`.
absl::StatusOr<PreviewSample> ShowSample(const ImageRecord& record, int64_t epoch, int versions, int cell_px, Previewer* previewer) {
  PreviewSample sample;
  sample.id = record.id;
  MICA_ASSIGN_OR_RETURN(const Picture* const whole, previewer->Decode(record));
  sample.size = {whole->height_px, whole->width_px};
  sample.original = FitIntoCell(*whole, cell_px);
  for (int i = 0; i < versions; ++i) {
    MICA_ASSIGN_OR_RETURN(PreviewVersion version, previewer->Prepare(record, epoch + i, /*copy=*/0));
    sample.versions.push_back(std::move(version));
  }
  return sample;
}

absl::StatusOr<PreviewBatch> ShowBatch(const DatasetIndex& index, absl::Span<const SampleTurn> turns, int64_t epoch, Previewer* previewer) {
  PreviewBatch batch;
  batch.ids = IdsOf(turns);
  batch.labels = CountBatchLabels(index, Split::kTrain, batch.ids);
  for (const SampleTurn& turn : turns.subspan(0, kMostBatchPictures)) {
    MICA_ASSIGN_OR_RETURN(PreviewVersion version, previewer->Prepare(index.records[turn.id], epoch, turn.copy));
    batch.pictures.push_back(std::move(version.picture));
  }
  return batch;
}

// Crops as they are drawn for each sample, of pictures whose sizes are known without opening them.
absl::StatusOr<CropLoss> DrawCrops(const Experiment& experiment, const OpenedDataset& dataset, absl::Span<const int64_t> ids,
                                   RngStream stream, int64_t epoch, const TransformPipeline& transforms) {
  CropLoss loss;
  DrawnTransforms drawn;
  const int64_t stride = (static_cast<int64_t>(ids.size()) + kMostCrops - 1) / kMostCrops;
  for (size_t i = 0; i < ids.size(); i += stride) {
    const PictureSize size = UprightSize(experiment.decode(), dataset.survey.facts[ids[i]]);
    Rng rng(experiment.seed(), stream, epoch, ids[i]);
    const absl::Status status = transforms.Draw(size, &rng, &drawn);
    if (!status.ok()) {
      return WithMessage(status, absl::StrCat(dataset.index.PathOf(dataset.index.records[ids[i]]), ": ", status.message()));
    }
    loss.Add(1 - drawn.kept_area());
  }
  return loss;
}

// Both lists of transforms, over the training split.
absl::StatusOr<NamedCropLosses> CropLosses(const Experiment& experiment, const OpenedDataset& dataset, int64_t epoch,
                                           const PicturePipeline& train, const PicturePipeline& eval) {
  const std::vector<int64_t> ids = dataset.index.RecordsOf(Split::kTrain);
  MICA_ASSIGN_OR_RETURN(const CropLoss in_training, DrawCrops(experiment, dataset, ids, RngStream::kAugmentation, epoch, train.view(0)));
  MICA_ASSIGN_OR_RETURN(const CropLoss in_evaluation,
                        DrawCrops(experiment, dataset, ids, RngStream::kTestViews, kEpochOfEvaluations, eval.view(0)));
  return NamedCropLosses{{"train_transforms", in_training}, {"eval_transforms", in_evaluation}};
}

}  // namespace

absl::StatusOr<ExperimentPreview> PreviewExperiment(const Experiment& experiment, const OpenedDataset& dataset,
                                                    const PreviewOptions& options) {
  const DatasetIndex& index = dataset.index;
  PicturePipeline::Options of_pipeline;
  of_pipeline.seed = experiment.seed();
  of_pipeline.decodes_whole = experiment.loader().cache_case() != LoaderConfig::CACHE_NOT_SET;
  const auto create = [&](const TransformList& transforms, const char* path, RngStream stream) {
    of_pipeline.stream = stream;
    return PicturePipeline::Create(index, experiment.decode(), {{&transforms, path}}, of_pipeline);
  };
  MICA_ASSIGN_OR_RETURN(const PipelinePointer train, create(experiment.train_transforms(), "train_transforms", RngStream::kAugmentation));
  MICA_ASSIGN_OR_RETURN(const PipelinePointer eval, create(experiment.eval_transforms(), "eval_transforms", RngStream::kTestViews));
  MICA_ASSIGN_OR_RETURN(const SampleOrder order, SampleOrder::Create(index, Split::kTrain, experiment.loader(), experiment.seed()));
  const bool is_training = options.split == Split::kTrain;
  const PicturePipeline& shown = is_training ? *train : *eval;
  std::vector<SampleTurn> turns;
  order.OfEpoch(options.epoch, &turns);

  ExperimentPreview preview;
  preview.options = options;
  preview.output_size = OutputOf(shown);
  preview.cell_px = CellFor(preview.output_size);
  preview.steps_per_epoch = order.batches_per_epoch();
  preview.is_mixed = experiment.batch_mixing().kind_case() != BatchMixingConfig::KIND_NOT_SET;
  Previewer previewer(shown);
  const std::vector<int64_t> ids = is_training && !turns.empty() ? IdsOf(turns) : index.RecordsOf(options.split);
  const int versions = is_training && shown.view(0).is_random() ? options.versions : 1;
  const int64_t epoch = is_training ? options.epoch : kEpochOfEvaluations;
  for (const int64_t id : VariedSamples(index, ids, options.samples)) {
    MICA_ASSIGN_OR_RETURN(PreviewSample sample, ShowSample(index.records[id], epoch, versions, preview.cell_px, &previewer));
    preview.samples.push_back(std::move(sample));
  }
  if (preview.steps_per_epoch > 0) {
    Previewer of_batch(*train);
    const auto batch = absl::MakeConstSpan(turns).subspan(0, order.SamplesOf(/*batch=*/0));
    MICA_ASSIGN_OR_RETURN(preview.batch, ShowBatch(index, batch, options.epoch, &of_batch));
  }
  MICA_ASSIGN_OR_RETURN(preview.crop_losses, CropLosses(experiment, dataset, options.epoch, *train, *eval));
  return preview;
}

}  // namespace mica
