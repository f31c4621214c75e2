// The pictures that a run shows of its reported split: a sheet (samples.jpg) and a table that says
// which is where on it (samples.csv). Grids and page are made of these, so they can be made again
// when the data are gone.
//   SampleSheet sheet{DrawSampleSheet(...)};
//   MICA_RETURN_IF_ERROR(WriteSampleSheet("/home/me/runs/x/a", sheet));
// Pictures are what the network gets, before normalisation: those of up to 128 pixels as they are,
// larger ones reduced. Torch-free.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_SHEET_H_
#define MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_SHEET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "data/index/dataset_index.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"
#include "experiments/experiment.pb.h"

namespace mica {

inline constexpr int64_t kMostClasses = 1'000'000;

struct SheetSample {
  int64_t id = 0;
  std::string path;
  int64_t truth = 0, prediction = 0;  // below kMostClasses
  std::string truth_name, prediction_name;
  double confidence = 0;    // probability of the prediction
  double loss = 0;          // nats
  int64_t worst_rank = 0;   // from 1 among the largest losses; 0: not one of them
  int64_t random_rank = 0;  // from 1 among those that were drawn at random; 0: not one of them
  PictureRegion region;     // on the sheet

  bool is_right() const { return truth == prediction; }
};

struct SampleSheet {
  std::string jpeg;                   // samples.jpg as it is
  PictureSize size;                   // of the whole sheet
  std::vector<SheetSample> samples;   // by ascending id
  std::vector<std::string> problems;  // of pictures that cannot be read: they are not among the samples
};

// samples: those that are to be shown, with ids of `index`. `experiment` is valid and has its
// defaults. Errors are those of the whole pipeline; or no picture at all can be read.
absl::StatusOr<SampleSheet> DrawSampleSheet(const DatasetIndex& index, const Experiment& experiment, std::vector<SheetSample> samples);

// samples.jpg and samples.csv, each whole or not at all.
absl::Status WriteSampleSheet(const std::string& folder, const SampleSheet& sheet, FileCalls& calls = SystemFileCalls());

// A DataError (exit code 3) names the file that is missing, torn or contradicts the other.
absl::StatusOr<SampleSheet> ReadSampleSheet(const std::string& folder);

// Each sample's pixels, RGB, cut from the decoded sheet.
absl::StatusOr<std::vector<Picture>> CutSampleSheet(const SampleSheet& sheet);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_SHEET_H_
