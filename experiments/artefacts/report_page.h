// A run as one page that needs nothing else: report.html.
//   WriteFile(folder + "/report.html", ReportPage(run, {"mica train runs/x/a/experiment.textproto"}));
// Headline figures with their intervals and baselines, curves, the confusion matrix with the pictures of
// each cell, classes, worst errors, calibration, parts of the split, the data, what was chosen, the
// environment, how to repeat it. What cannot be shown says why. Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_REPORT_PAGE_H_
#define MICA_EXPERIMENTS_ARTEFACTS_REPORT_PAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "experiments/artefacts/run_files.h"

namespace mica {

// repeat: the command that trains the run again. Below 5 MB for 10,000 samples: of the samples only
// those of the sheet are in it.
std::string ReportPage(const RunFiles& run, absl::string_view repeat);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_REPORT_PAGE_H_
