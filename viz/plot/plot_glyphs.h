// Characters that no font of this machine has. gnuplot's PNGs show them as boxes that may be larger
// than the whole picture, so they are replaced before it sees them.
//   WithKnownGlyphs("set label \"owl 🦉\"") == "set label \"owl □\"" where there is no such font
// Torch-free. Thread-safe.
#ifndef MICA_VIZ_PLOT_PLOT_GLYPHS_H_
#define MICA_VIZ_PLOT_PLOT_GLYPHS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mica {

// Each such character of valid UTF-8 becomes U+25A1, or '?' where that is missing too. ASCII stays.
std::string WithKnownGlyphs(absl::string_view text);

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_GLYPHS_H_
