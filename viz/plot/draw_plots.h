// Draws plots as PNG and SVG with gnuplot (5.4 or newer, found on PATH), all in one process.
//   MICA_ASSIGN_OR_RETURN(const std::vector<DrawnPlot> drawn, DrawPlots({LinePlotScript(curves)}));
// or, as files:
//   MICA_RETURN_IF_ERROR(WritePlots(folder, {{"learning_curves", LinePlotScript(curves)}}));
//   // folder/learning_curves.png and folder/learning_curves.svg
// PNGs have two pixels for each of the script's; SVGs hold words as text. The same scripts may give
// other bytes on other machines. Torch-free. Single-thread, as base/child_process.h is.
#ifndef MICA_VIZ_PLOT_DRAW_PLOTS_H_
#define MICA_VIZ_PLOT_DRAW_PLOTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "viz/plot/plot_canvas.h"

namespace mica {

struct DrawnPlot {
  std::string png, svg;  // bytes of files
};

struct GnuplotSettings {
  std::string program = "gnuplot";
  double time_limit_seconds = 120;
};

// As many as scripts, in their order. Errors, always about all of them:
// - gnuplot is missing or too old, fails or takes too long: exit code 69, with what it said and
//   what to install. Callers for whom plots are an extra say it once and go on.
// - There is no room for temporary files: exit code 5.
// - A stop signal: absl::StatusCode::kCancelled.
absl::StatusOr<std::vector<DrawnPlot>> DrawPlots(absl::Span<const PlotScript> scripts, const GnuplotSettings& settings = {});

struct NamedPlot {
  std::string name;  // of the files, without ending and '/'
  PlotScript script;
};

// Writes NAME.png and NAME.svg into a folder that exists, each whole or not at all (base/files).
absl::Status WritePlots(const std::string& folder, absl::Span<const NamedPlot> plots, const GnuplotSettings& settings = {},
                        FileCalls& calls = SystemFileCalls());

// All that gnuplot reads, for files 0.png, 0.svg, 1.png, … in its working folder.
std::string GnuplotProgram(absl::Span<const PlotScript> scripts);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_DRAW_PLOTS_H_
