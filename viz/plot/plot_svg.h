// What gnuplot's SVG lacks for a page or a paper.
//   PlotSvg(bytes, "learning curves")
// Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_PLOT_SVG_H_
#define MICA_VIZ_PLOT_PLOT_SVG_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// Of an SVG file that gnuplot wrote: the picture's title is `title` (any text) instead of gnuplot's
// name; fonts have others to fall back to, and bold ones are bold; pixels of pictures in it stay
// squares; curves lose their numbers, which browsers would show and which would not be unique in a
// page of several plots. Shown text is not touched.
std::string PlotSvg(absl::string_view svg, absl::string_view title);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_SVG_H_
