// What a page's script reads: plots, samples, classes. viz/page/page.js is its only reader.
//   page.data = PageData(run).dump();
//   {"classes": ["cat", "dog"], "sheet": [2240, 512],
//    "samples": [{"id": 7, "path": "/d/7.png", "t": 0, "p": 1, "c": 0.93, "box": [0, 32, 28, 28], "worst": 1}, …],
//    "plots": {"loss": {"kind": "line", "x": {"label": "epoch"}, "y": {…}, "marks": [{"x": 3, "label": "best epoch"}],
//              "series": [{"name": "train", "points": [{"x": 1, "y": 0.6}, …]}]}, …}}
// Only the plots of tables that are there are in it. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_PAGE_DATA_H_
#define MICA_EXPERIMENTS_ARTEFACTS_PAGE_DATA_H_

#include <string>

#include "absl/strings/string_view.h"
#include "experiments/artefacts/run_files.h"

namespace mica {

struct PageData {
  std::string json;  // valid UTF-8, whatever names hold

  bool HasPlot(absl::string_view name) const;

  std::string plots;  // the names of those that are there, each between spaces
};

// Plots: loss, accuracy, learning_rate, grad_norm, reliability, calibrated, risk_coverage, confidence.
PageData MakePageData(const RunFiles& run);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_PAGE_DATA_H_
