#include "experiments/compare/disagreement_grid.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/decode/picture_encoder.h"
#include "experiments/artefacts/sample_sheet.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr int kColumns = 8;
constexpr int kCellPx = 128;

std::vector<Disagreement> FirstOf(absl::Span<const Disagreement> samples, bool a_is_right, size_t records) {
  std::vector<Disagreement> first;
  for (const Disagreement& sample : samples) {
    if (sample.a_is_right == a_is_right && first.size() < kMostDisagreements && sample.id < static_cast<int64_t>(records)) {
      first.push_back(sample);
    }
  }
  return first;
}

GridCell CellOf(const Disagreement& sample, const Picture& picture, const std::pair<std::string, std::string>& names) {
  const Disagreement::Answer& mistake = sample.a_is_right ? sample.b : sample.a;
  const std::string& knew = sample.a_is_right ? names.first : names.second;
  return {&picture,
          {mistake.name, CaptionColour::kRed},
          {absl::StrCat(FormatFixed(100 * mistake.confidence, 1), " %, but is ", sample.truth_name, ", as ", knew, " says"),
           CaptionColour::kGrey}};
}

}  // namespace

absl::StatusOr<std::string> DisagreementGrid(absl::Span<const Disagreement> samples, const DatasetIndex& index,
                                             const Experiment& experiment, const std::pair<std::string, std::string>& names) {
  std::vector<Disagreement> shown = FirstOf(samples, /*a_is_right=*/true, index.records.size());
  const size_t of_a = shown.size();
  for (const Disagreement& sample : FirstOf(samples, /*a_is_right=*/false, index.records.size())) shown.push_back(sample);
  std::vector<SheetSample> wanted;
  for (const Disagreement& sample : shown) {
    wanted.emplace_back();
    wanted.back().id = sample.id;
  }
  MICA_ASSIGN_OR_RETURN(const SampleSheet sheet, DrawSampleSheet(index, experiment, std::move(wanted)));
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures, CutSampleSheet(sheet));
  std::map<int64_t, const Picture*> picture_of;  // those that could be read
  for (size_t i = 0; i < pictures.size(); ++i) picture_of[sheet.samples[i].id] = &pictures[i];

  PictureGrid grid;
  grid.heading.text = absl::StrCat("Right in ", names.first, " alone, then in ", names.second, " alone");
  grid.columns = kColumns;
  grid.cell_px = kCellPx;
  grid.note_lines = 3;
  for (size_t i = 0; i < shown.size(); ++i) {
    while (i == of_a && grid.cells.size() % kColumns != 0) grid.cells.emplace_back();
    const auto found = picture_of.find(shown[i].id);
    if (found != picture_of.end()) grid.cells.push_back(CellOf(shown[i], *found->second, names));
  }
  return EncodePng(DrawPictureGrid(grid).picture);
}

}  // namespace mica
