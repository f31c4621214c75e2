// A preview as pictures, tables and text. docs/file_formats.md describes the files.
//   MICA_ASSIGN_OR_RETURN(const PreviewFiles files, MakePreviewFiles("x", index, preview, curve));
//   MICA_RETURN_IF_ERROR(WritePreview("/w/preview/x", files));
//   std::cout << PreviewText(index, preview);
#ifndef MICA_EXPERIMENTS_PREVIEW_PREVIEW_REPORT_H_
#define MICA_EXPERIMENTS_PREVIEW_PREVIEW_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/files/file.h"
#include "base/files/report_folder.h"
#include "data/index/dataset_index.h"
#include "experiments/preview/experiment_preview.h"
#include "experiments/preview/learning_rate_curve.h"

namespace mica {

// A row for each number that was drawn; a version of which nothing was drawn has a row without.
std::string SamplesCsv(const DatasetIndex& index, const ExperimentPreview& preview);

// Sample by sample and epoch by epoch, what each transform did.
std::string SamplesText(const DatasetIndex& index, const ExperimentPreview& preview);

// The samples of the first batch in their order.
std::string BatchCsv(const DatasetIndex& index, const ExperimentPreview& preview);

// What the transforms of a version did, for captions: "resized crop 42 %; rand augment: sharpness
// 1.27, 9°".
std::string ShortDescription(const std::vector<DrawnParameter>& parameters);

struct PreviewFiles {
  std::vector<ReportFile> files;
  int64_t missing_glyphs = 0;  // of captions in pictures, see DrawnGrid
};

// `name`: the experiment's. `curve` may be null: then there is no learning_rate.csv; and without a
// batch there are no files of it.
PreviewFiles MakePreviewFiles(const std::string& name, const DatasetIndex& index, const ExperimentPreview& preview,
                              const LearningRateCurve* curve);

// Into `folder`, in place of an older preview, whole or not at all. Errors end with exit code 5.
absl::Status WritePreview(const std::string& folder, const PreviewFiles& files, FileCalls& calls = SystemFileCalls());

// For a terminal: the first sample, the labels of the batch, what crops lose. Lines have at most
// 100 columns, but for paths and drawn numbers.
std::string PreviewText(const DatasetIndex& index, const ExperimentPreview& preview);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PREVIEW_PREVIEW_REPORT_H_
