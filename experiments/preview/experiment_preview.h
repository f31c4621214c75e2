// What a run would be given to learn from: samples before and after their transforms, its first
// batch, the labels in it, what crops throw away. Nothing is trained.
//   MICA_ASSIGN_OR_RETURN(const ExperimentPreview preview,
//                         PreviewExperiment(experiment, dataset, options));
// Pictures, transforms, order and draws are those of training, made by the same code: version 1 of
// a sample is what the network gets of it in epoch 1. MixUp and CutMix are not shown: they mix
// batches. Torch-free.
#ifndef MICA_EXPERIMENTS_PREVIEW_EXPERIMENT_PREVIEW_H_
#define MICA_EXPERIMENTS_PREVIEW_EXPERIMENT_PREVIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/augment/drawn_transforms.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"
#include "data/survey/dataset_examination.h"
#include "experiments/experiment.pb.h"
#include "experiments/preview/batch_labels.h"
#include "experiments/preview/crop_loss.h"

namespace mica {

struct PreviewOptions {
  Split split = Split::kTrain;  // of the samples; others than kTrain get eval_transforms
  int64_t epoch = 1;            // the first that is shown
  int samples = 8;
  int versions = 4;  // of each sample, one an epoch
};

// What became of a sample in an epoch.
struct PreviewVersion {
  int64_t epoch = 0;
  Picture picture;  // what the network gets, as ShowNetworkPixels shows it
  std::vector<DrawnParameter> parameters;
  std::vector<std::string> description;  // a line for each transform
};

struct PreviewSample {
  int64_t id = 0;    // ImageRecord::id
  PictureSize size;  // of the whole picture, upright
  Picture original;  // as decoded, fitted into the grid's cell
  std::vector<PreviewVersion> versions;
};

// The first training batch of an epoch.
struct PreviewBatch {
  std::vector<int64_t> ids;       // of all its samples, in their order
  std::vector<Picture> pictures;  // of the first kMostBatchPictures of them
  BatchLabels labels;
};

inline constexpr size_t kMostBatchPictures = 64;

struct ExperimentPreview {
  PreviewOptions options;
  PictureSize output_size;      // of what the network gets
  int cell_px = 0;              // for grids of the pictures
  int64_t steps_per_epoch = 0;  // of training; 0: drop_last leaves no batch
  std::vector<PreviewSample> samples;
  PreviewBatch batch;     // without samples if there is none
  bool is_mixed = false;  // the network gets mixtures of its pictures
  NamedCropLosses crop_losses;
};

// `experiment` must be valid as far as its data, transforms, decoder and loader go. The split has
// samples. Errors are those that training would end with; those of a picture name its file.
absl::StatusOr<ExperimentPreview> PreviewExperiment(const Experiment& experiment, const OpenedDataset& dataset,
                                                    const PreviewOptions& options);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_EXPERIMENT_PREVIEW_H_
