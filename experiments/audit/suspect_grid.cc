#include "experiments/audit/suspect_grid.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "data/decode/picture_encoder.h"
#include "data/loader/picture_pipeline.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr int kColumns = 8;
constexpr int kCellPx = 128;

absl::StatusOr<std::vector<Picture>> DecodeSuspects(const AuditedRuns& runs, const LabelAudit& audit, const DatasetIndex& index,
                                                    const PicturePipeline& pipeline) {
  std::vector<Picture> pictures;
  PipelineScratch scratch(pipeline);
  PicturePart whole;
  for (size_t i = 0; i < std::min(audit.issues.size(), kMostSuspectsShown); ++i) {
    const size_t sample = audit.issues[i].sample;
    const int64_t id = runs.ids[sample];
    if (id >= static_cast<int64_t>(index.records.size()) || index.PathOf(index.records[id]) != runs.paths[sample]) {
      return DataError(absl::StrCat(Printable(runs.paths[sample]), ": is not sample ", id, " of the data any more"));
    }
    MICA_RETURN_IF_ERROR(pipeline.Decode(index.records[id], &scratch, &whole));
    pictures.push_back(FitIntoCell(whole.pixels, kCellPx));
  }
  return pictures;
}

}  // namespace

absl::StatusOr<std::string> SuspectGrid(const AuditedRuns& runs, const LabelAudit& audit, const DatasetIndex& index) {
  const Experiment& experiment = runs.experiment;
  MICA_ASSIGN_OR_RETURN(const std::shared_ptr<const PicturePipeline> pipeline,
                        PicturePipeline::Create(index, experiment.decode(), {{&experiment.eval_transforms(), "eval_transforms"}},
                                                PicturePipeline::Options()));
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures, DecodeSuspects(runs, audit, index, *pipeline));
  PictureGrid grid;
  grid.heading.text = absl::StrCat("Labels in doubt: ", pictures.size(), " of ", audit.issues.size());
  grid.columns = kColumns;
  grid.cell_px = kCellPx;
  grid.note_lines = 2;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const LabelIssue& issue = audit.issues[i];
    const std::string& label = runs.class_names[runs.judged[issue.sample].label];
    const double suggested = issue.self_confidence - issue.margin;
    grid.cells.push_back(
        {&pictures[i],
         {label, CaptionColour::kRed},
         {absl::StrCat(runs.class_names[issue.suggestion], "? ", FormatFixed(100 * suggested, 1), " %"), CaptionColour::kGrey}});
  }
  return EncodePng(DrawPictureGrid(grid).picture);
}

}  // namespace mica
