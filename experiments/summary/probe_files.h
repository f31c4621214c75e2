// The files of `mica probe`: a folder that appears whole, in place of an earlier probe's.
//   MICA_RETURN_IF_ERROR(WriteProbe(folder, ProbeFiles({first, second}, ProbeFormat::kNpy)));
// Torch-free.
#ifndef MICA_EXPERIMENTS_SUMMARY_PROBE_FILES_H_
#define MICA_EXPERIMENTS_SUMMARY_PROBE_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/files/report_folder.h"
#include "experiments/summary/probed_model.h"

namespace mica {

enum class ProbeFormat { kNpy, kCsv };

// probe.csv lists the others with their statistics; logits.csv; and the values of the picture and
// of each output, "conv1.npy" or "conv1.csv". Of two models' files the names begin with "a." and
// "b.". A CSV has a row for each value: its indices, then the value.
std::vector<ReportFile> ProbeFiles(absl::Span<const ProbedModel> models, ProbeFormat format);

// Errors are those of WriteReportFolder. `files` are ProbeFiles.
absl::Status WriteProbe(const std::string& folder, absl::Span<const ReportFile> files);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_SUMMARY_PROBE_FILES_H_
