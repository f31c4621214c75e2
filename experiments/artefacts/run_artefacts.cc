#include "experiments/artefacts/run_artefacts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "experiments/artefacts/report_page.h"
#include "experiments/artefacts/result_events.h"
#include "experiments/artefacts/result_plots.h"
#include "experiments/artefacts/run_files.h"
#include "experiments/artefacts/run_grids.h"
#include "experiments/artefacts/sample_choice.h"
#include "experiments/artefacts/slice_table.h"
#include "experiments/artefacts/training_plots.h"

namespace mica {
namespace {

constexpr int64_t kMostPngBytes = int64_t{64} << 20;

// One folder, as it is filled.
class ArtefactWriter {
 public:
  ArtefactWriter(RunFiles* run, const ArtefactOptions& options, FileCalls& calls) : run_(*run), options_(options), calls_(calls) {
    report_.problems = run_.problems;
  }

  absl::Status WriteSamples() {
    const RunTable* const predictions = run_.Find("predictions.csv");
    if (options_.index == nullptr || predictions == nullptr) return absl::OkStatus();
    std::vector<SheetSample> chosen = ChooseSamples(*predictions, options_.experiment->seed());
    if (chosen.empty()) return absl::OkStatus();
    absl::StatusOr<SampleSheet> sheet = DrawSampleSheet(*options_.index, *options_.experiment, std::move(chosen));
    if (!sheet.ok()) return Say(absl::StrCat("no pictures of samples: ", sheet.status().message()));
    if (!sheet->problems.empty()) {
      MICA_RETURN_IF_ERROR(Say(absl::StrCat(sheet->problems.size(), " pictures are not shown; ", sheet->problems.front())));
    }
    MICA_RETURN_IF_ERROR(WriteSampleSheet(run_.folder, *sheet, calls_));
    report_.files.insert(report_.files.end(), {"samples.jpg", "samples.csv"});
    run_.samples = *std::move(sheet);
    return absl::OkStatus();
  }

  absl::Status WriteSlices() {
    const RunTable* const predictions = run_.Find("predictions.csv");
    if (options_.index == nullptr || options_.survey == nullptr || predictions == nullptr) return absl::OkStatus();
    const std::string csv = SlicesCsv(*predictions, *options_.index, *options_.survey);
    const std::string path = absl::StrCat(run_.folder, "/slices.csv");
    MICA_RETURN_IF_ERROR(WriteFileAtomically(path, csv, calls_));
    report_.files.emplace_back("slices.csv");
    MICA_ASSIGN_OR_RETURN(RunTable table, ReadRunTable(path));
    run_.tables.insert_or_assign("slices.csv", std::move(table));
    return absl::OkStatus();
  }

  absl::Status WritePlotFiles() {
    std::vector<NamedPlot> plots = TrainingPlots(run_);
    for (NamedPlot& plot : ResultPlots(run_)) plots.push_back(std::move(plot));
    if (plots.empty()) return absl::OkStatus();
    MICA_RETURN_IF_ERROR(MakeFolders(PlotFolder(), calls_));
    const absl::Status status = WritePlots(PlotFolder(), plots, options_.gnuplot, calls_);
    if (absl::IsCancelled(status) || ExitCodeOf(status) == ExitCode::kOutput) return status;
    if (!status.ok()) return Say(absl::StrCat("no plots: ", status.message()));
    for (const NamedPlot& plot : plots) {
      for (const char* const ending : {".png", ".svg"}) report_.files.push_back(absl::StrCat("plots/", plot.name, ending));
    }
    return absl::OkStatus();
  }

  absl::Status WriteGrids() {
    const absl::StatusOr<RunGrids> grids = DrawRunGrids(run_);
    if (!grids.ok()) return Say(absl::StrCat("no grids of samples: ", grids.status().message()));
    if (grids->pngs.empty()) return absl::OkStatus();
    MICA_RETURN_IF_ERROR(MakeFolders(PlotFolder(), calls_));
    for (const NamedPng& png : grids->pngs) {
      report_.files.push_back(absl::StrCat("plots/", png.name, ".png"));
      MICA_RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(run_.folder, "/", report_.files.back()), png.bytes, calls_));
    }
    if (grids->missing_glyphs == 0) return absl::OkStatus();
    return Say(absl::StrCat("no font here has ", grids->missing_glyphs, " of the characters in the grids' captions; boxes stand for them"));
  }

  absl::Status WriteEvents() {
    if (!options_.events.has_value() || run_.evaluation.has_value()) return absl::OkStatus();
    std::vector<NamedPng> pictures;
    for (const std::string& file : report_.files) {
      absl::string_view name = file;
      if (!absl::ConsumePrefix(&name, "plots/") || !absl::ConsumeSuffix(&name, ".png")) continue;
      MICA_ASSIGN_OR_RETURN(std::string bytes, ReadFile(absl::StrCat(run_.folder, "/", file), kMostPngBytes, calls_));
      pictures.push_back({std::string(name), std::move(bytes)});
    }
    const absl::Status status = WriteResultEvents(run_, pictures, *options_.events, calls_);
    return status.ok() ? status : Say(absl::StrCat("no results in TensorBoard: ", status.message()));
  }

  absl::Status WritePage() {
    if (run_.evaluation.has_value()) return absl::OkStatus();
    report_.files.emplace_back("report.html");
    return WriteFileAtomically(absl::StrCat(run_.folder, "/report.html"), ReportPage(run_, options_.repeat), calls_);
  }

  ArtefactReport Finish() && { return std::move(report_); }

 private:
  std::string PlotFolder() const { return absl::StrCat(run_.folder, "/plots"); }

  absl::Status Say(std::string problem) {
    report_.problems.push_back(std::move(problem));
    return absl::OkStatus();
  }

  RunFiles& run_;
  const ArtefactOptions& options_;
  FileCalls& calls_;
  ArtefactReport report_;
};

}  // namespace

absl::StatusOr<ArtefactReport> WriteRunArtefacts(const std::string& folder, const ArtefactOptions& options, FileCalls& calls) {
  MICA_ASSIGN_OR_RETURN(RunFiles run, ReadRunFiles(folder));
  ArtefactWriter writer(&run, options, calls);
  MICA_RETURN_IF_ERROR(writer.WriteSamples());
  MICA_RETURN_IF_ERROR(writer.WriteSlices());
  MICA_RETURN_IF_ERROR(writer.WritePlotFiles());
  MICA_RETURN_IF_ERROR(writer.WriteGrids());
  MICA_RETURN_IF_ERROR(writer.WritePage());
  MICA_RETURN_IF_ERROR(writer.WriteEvents());
  return std::move(writer).Finish();
}

}  // namespace mica
