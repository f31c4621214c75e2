#include "experiments/summary/heat_map_files.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/console_table.h"
#include "base/files/csv.h"
#include "base/files/csv_reader.h"
#include "base/files/npy.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "data/decode/picture_encoder.h"
#include "viz/heat_overlay.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr char kList[] = "grad_cam.csv", kGrid[] = "grad_cam.png";

HeatField FieldOf(const HeatMap& map) {
  return {map.values, static_cast<int>(map.height), static_cast<int>(map.width)};
}

std::string PathOf(const ExplainedPictures& explained, const HeatMap& map) {
  return explained.index.PathOf(explained.index.records[map.id]);
}

// "" of pictures without a label.
std::string TruthOf(const ExplainedPictures& explained, const HeatMap& map) {
  const int label = explained.index.records[map.id].label;
  return label < 0 ? "" : explained.class_names[label];
}

// The picture's file without its ending; never that of a file of all.
std::string StemOf(const ExplainedPictures& explained, const HeatMap& map) {
  std::string name = BaseName(PathOf(explained, map));
  if (const size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0) name.resize(dot);
  return absl::StrReplaceAll(name, {{"#", "_"}});
}

// NAME, NAME_2, NAME_3 … of pictures in different folders.
std::vector<std::string> NamesOf(const ExplainedPictures& explained) {
  std::set<std::string> taken = {"grad_cam"};
  std::vector<std::string> names;
  for (const HeatMap& map : explained.maps.maps) {
    const std::string stem = StemOf(explained, map);
    std::string name = stem;
    for (int i = 2; !taken.insert(name).second; ++i) name = absl::StrCat(stem, "_", i);
    names.push_back(std::move(name));
  }
  return names;
}

std::string ListCsv(const ExplainedPictures& explained, const std::vector<std::string>& names) {
  std::string csv = CsvRow({"file", "overlay", "path", "layer", "height", "width", "prediction", "prediction_name", "probability"});
  for (size_t i = 0; i < names.size(); ++i) {
    const HeatMap& map = explained.maps.maps[i];
    csv += CsvRow({names[i] + ".npy", names[i] + ".png", PathOf(explained, map), explained.maps.layer, absl::StrCat(map.height),
                   absl::StrCat(map.width), absl::StrCat(map.prediction), explained.class_names[map.prediction],
                   FormatNumber(map.probability)});
  }
  return csv;
}

std::string Percent(double probability) {
  return absl::StrCat(FormatFixed(100 * probability, 1), " %");
}

// Pictures and overlays in pairs, up to two pairs in a row.
DrawnGrid DrawPairs(const ExplainedPictures& explained, absl::Span<const Picture> overlays) {
  PictureGrid grid;
  grid.heading.text = absl::StrCat("Grad-CAM at ", explained.maps.layer);
  grid.columns = overlays.size() > 1 ? 4 : 2;
  grid.cell_px = kHeatCellPx;
  grid.note_lines = 1;
  for (size_t i = 0; i < overlays.size(); ++i) {
    const HeatMap& map = explained.maps.maps[i];
    const std::string truth = TruthOf(explained, map);
    grid.cells.push_back({&explained.pictures[i],
                          {BaseName(PathOf(explained, map))},
                          {truth.empty() ? "as the network gets it" : absl::StrCat("is ", truth), CaptionColour::kGrey}});
    grid.cells.push_back({&overlays[i],
                          {absl::StrCat(explained.class_names[map.prediction], ", ", Percent(map.probability))},
                          {"yellow speaks most for it", CaptionColour::kGrey}});
  }
  return DrawPictureGrid(grid);
}

// What earlier heat maps left in the folder, as their list says.
std::vector<std::string> EarlierFiles(const std::string& folder) {
  std::vector<std::string> names;
  const absl::StatusOr<CsvTable> list = ReadCsv(absl::StrCat(folder, "/", kList), {"file", "overlay"});
  for (size_t row = 0; list.ok() && row < list->size(); ++row) {
    names.push_back(list->Text(row, "file"));
    names.push_back(list->Text(row, "overlay"));
  }
  return names;
}

// "row 2, column 5 of 7 x 7"
std::string WarmestText(const HeatMap& map) {
  const auto warmest = std::max_element(map.values.begin(), map.values.end());
  if (!(*warmest > 0)) return "nothing speaks for it";
  const int64_t place = warmest - map.values.begin();
  return absl::StrCat("row ", place / map.width + 1, ", column ", place % map.width + 1, " of ", map.height, " x ", map.width);
}

}  // namespace

HeatMapPictures HeatMapFiles(const ExplainedPictures& explained) {
  const std::vector<std::string> names = NamesOf(explained);
  std::vector<Picture> overlays;
  for (size_t i = 0; i < names.size(); ++i) overlays.push_back(OverlayHeat(explained.pictures[i], FieldOf(explained.maps.maps[i])));
  const DrawnGrid grid = DrawPairs(explained, overlays);
  HeatMapPictures made;
  made.missing_glyphs = grid.missing_glyphs;
  made.files = {{kList, ListCsv(explained, names)}, {kGrid, EncodePng(grid.picture)}};
  for (size_t i = 0; i < names.size(); ++i) {
    const HeatMap& map = explained.maps.maps[i];
    made.files.push_back({names[i] + ".png", EncodePng(overlays[i])});
    made.files.push_back({names[i] + ".npy", NpyBytes({map.height, map.width}, map.values)});
  }
  return made;
}

absl::Status WriteHeatMaps(const std::string& folder, absl::Span<const ReportFile> files, FileCalls& calls) {
  const std::vector<std::string> earlier = EarlierFiles(folder);
  std::vector<absl::string_view> known(earlier.begin(), earlier.end());
  // Not the new names: those of overlays are the pictures' own, and the folder may hold the pictures.
  known.insert(known.end(), {kList, kGrid});
  return WriteReportFolder(folder, files, known, "mica probe --grad_cam", calls);
}

std::string HeatMapText(const ExplainedPictures& explained) {
  const std::vector<HeatMap>& maps = explained.maps.maps;
  const bool has_truth = std::any_of(maps.begin(), maps.end(), [&](const HeatMap& map) { return !TruthOf(explained, map).empty(); });
  std::vector<std::vector<std::string>> rows = {{"picture", "class", "probability", "what speaks most for it"}};
  if (has_truth) rows[0].push_back("truth");
  for (const HeatMap& map : maps) {
    rows.push_back(
        {BaseName(PathOf(explained, map)), explained.class_names[map.prediction], FormatFixed(map.probability, 4), WarmestText(map)});
    if (has_truth) rows.back().push_back(TruthOf(explained, map));
  }
  return absl::StrCat(explained.model, "\nGrad-CAM at layer ", explained.maps.layer, " (", explained.maps.kind, "), ", explained.maps.why,
                      "\n\n", ConsoleTable(rows));
}

}  // namespace mica
