#include "viz/plot/draw_plots.h"

#include <stdlib.h>
#include <unistd.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/child_process.h"
#include "base/error.h"
#include "base/files/temporary_folder.h"
#include "base/status_macros.h"
#include "base/stop_signal.h"
#include "viz/plot/plot_glyphs.h"
#include "viz/plot/plot_svg.h"

namespace mica {
namespace {

constexpr int kPngScale = 2;  // pixels of a PNG for one of the page
constexpr const char* kProgramFile = "plots.gp";
constexpr size_t kMaxShownErrorBytes = 1000;

// A font of 10 pixels is one of 7.5 points; pngcairo has 96 pixels an inch, svg has 72.
std::string PngTerminal(const PlotScript& script) {
  return absl::StrCat("set terminal pngcairo size ", kPngScale * script.width_px, ",", kPngScale * script.height_px,
                      " noenhanced font \"DejaVu Sans,7.5\" fontscale ", kPngScale, " linewidth ", kPngScale, " pointscale ", kPngScale,
                      " dashlength 2 background \"white\"\n");
}

std::string SvgTerminal(const PlotScript& script) {
  return absl::StrCat("set terminal svg size ", script.width_px, ",", script.height_px,
                      " fixed noenhanced font \"DejaVu Sans,7.5\" fontscale 1.333333 background \"white\"\n");
}

// Variables of its user's do not change what gnuplot draws: GNUTERM, GNUPLOT_…
std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view text = *variable;
    const size_t name_end = text.find('=');
    if (name_end == absl::string_view::npos || absl::StartsWith(text, "GNU")) continue;
    variables.emplace(text.substr(0, name_end), text.substr(name_end + 1));
  }
  return variables;
}

absl::Status GnuplotError(absl::string_view program, absl::string_view problem, absl::string_view said) {
  said = absl::StripAsciiWhitespace(said);
  if (said.size() > kMaxShownErrorBytes) said.remove_prefix(said.size() - kMaxShownErrorBytes);
  return InstallationError(absl::StrCat("cannot draw plots: ", program, " ", problem, said.empty() ? "" : ": ", said,
                                        "; install gnuplot 5.4 or newer with its terminals pngcairo and svg (Debian package gnuplot-nox)"));
}

absl::Status RunGnuplot(const std::string& folder, const GnuplotSettings& settings) {
  ChildCommand command;
  // -d: neither the system's nor the user's start-up files.
  command.words = {settings.program, "-d", kProgramFile};
  command.folder = folder;
  command.environment = Environment();
  command.time_limit_seconds = settings.time_limit_seconds;
  const ChildResult result = ChildProcess(command).Wait();
  if (StopSignal() != 0) return absl::CancelledError(absl::StrCat("stopped by signal ", StopSignal()));
  if (result.exit_code == 0) return absl::OkStatus();
  if (result.exit_code == ChildResult::kCannotStart) return GnuplotError(settings.program, "cannot be started", result.err);
  if (result.exit_code == ChildResult::kTimedOut) {
    return GnuplotError(settings.program, absl::StrCat("took longer than ", settings.time_limit_seconds, " s"), result.err);
  }
  return GnuplotError(settings.program, absl::StrCat("ended with exit code ", result.exit_code), result.err);
}

// gnuplot does not say when it cannot write all of a picture.
absl::StatusOr<std::string> ReadWholePicture(const std::string& path, absl::string_view end) {
  absl::StatusOr<std::string> bytes = ReadFile(path);
  if (!bytes.ok() || !absl::EndsWith(absl::StripTrailingAsciiWhitespace(*bytes), end)) {
    return OutputError(absl::StrCat(path, ": gnuplot could not write the whole plot; is the disk full? $TMPDIR names another folder"));
  }
  return bytes;
}

}  // namespace

std::string GnuplotProgram(absl::Span<const PlotScript> scripts) {
  std::string program = "if (GPVAL_VERSION < 5.4) exit error \"version 5.4 or newer is needed\"\n";
  for (size_t i = 0; i < scripts.size(); ++i) {
    const PlotScript& script = scripts[i];
    absl::StrAppend(&program, script.data);
    absl::StrAppend(&program, PngTerminal(script), "set output \"", i, ".png\"\n", WithKnownGlyphs(script.commands), "unset output\n");
    absl::StrAppend(&program, SvgTerminal(script), "set output \"", i, ".svg\"\n", script.commands, "unset output\n");
  }
  return program;
}

absl::StatusOr<std::vector<DrawnPlot>> DrawPlots(absl::Span<const PlotScript> scripts, const GnuplotSettings& settings) {
  std::vector<DrawnPlot> drawn(scripts.size());
  if (scripts.empty()) return drawn;
  MICA_ASSIGN_OR_RETURN(const TemporaryFolder folder, TemporaryFolder::Create());
  MICA_RETURN_IF_ERROR(WriteUnsyncedFile(absl::StrCat(folder.path(), "/", kProgramFile), GnuplotProgram(scripts)));
  MICA_RETURN_IF_ERROR(RunGnuplot(folder.path(), settings));
  for (size_t i = 0; i < scripts.size(); ++i) {
    const std::string path = absl::StrCat(folder.path(), "/", i);
    // The checksum of the chunk IEND.
    MICA_ASSIGN_OR_RETURN(drawn[i].png, ReadWholePicture(path + ".png", "IEND\xae\x42\x60\x82"));
    MICA_ASSIGN_OR_RETURN(const std::string svg, ReadWholePicture(path + ".svg", "</svg>"));
    drawn[i].svg = PlotSvg(svg, scripts[i].title);
  }
  return drawn;
}

absl::Status WritePlots(const std::string& folder, absl::Span<const NamedPlot> plots, const GnuplotSettings& settings, FileCalls& calls) {
  std::vector<PlotScript> scripts;
  for (const NamedPlot& plot : plots) scripts.push_back(plot.script);
  MICA_ASSIGN_OR_RETURN(const std::vector<DrawnPlot> drawn, DrawPlots(scripts, settings));
  for (size_t i = 0; i < plots.size(); ++i) {
    const std::string path = absl::StrCat(folder, "/", plots[i].name);
    MICA_RETURN_IF_ERROR(WriteFileAtomically(path + ".png", drawn[i].png, calls));
    MICA_RETURN_IF_ERROR(WriteFileAtomically(path + ".svg", drawn[i].svg, calls));
  }
  return absl::OkStatus();
}

}  // namespace mica
