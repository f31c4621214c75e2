#include "experiments/artefacts/run_grids.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "data/decode/picture_encoder.h"
#include "experiments/artefacts/sample_choice.h"
#include "viz/picture_grid.h"

namespace mica {
namespace {

constexpr int kCellPx = 144;
constexpr int kRowOfPictures = 6;
constexpr size_t kMostRows = 20;

using Row = std::vector<size_t>;  // places in the list of samples

void Limit(size_t most, Row* row) {
  row->resize(std::min(row->size(), most));
}

class GridDrawer {
 public:
  GridDrawer(const RunFiles& run, const std::vector<Picture>& pictures) : run_(run), pictures_(pictures) {}

  const std::vector<SheetSample>& samples() const { return run_.samples->samples; }

  // Those with a rank, by it, at most `most`.
  Row Ranked(int64_t SheetSample::*rank, size_t most) const {
    Row row;
    for (size_t i = 0; i < samples().size(); ++i) {
      if (samples()[i].*rank > 0) row.push_back(i);
    }
    std::sort(row.begin(), row.end(), [&](size_t a, size_t b) { return samples()[a].*rank < samples()[b].*rank; });
    Limit(most, &row);
    return row;
  }

  // Cells of the confusion matrix, on its diagonal or beside it, each by falling confidence.
  std::vector<Row> Cells(bool is_right) const {
    std::map<std::pair<int64_t, int64_t>, Row> cells;
    for (size_t i = 0; i < samples().size(); ++i) {
      if (samples()[i].is_right() == is_right) cells[{samples()[i].truth, samples()[i].prediction}].push_back(i);
    }
    std::vector<Row> rows;
    for (auto& [cell, row] : cells) {
      std::stable_sort(row.begin(), row.end(), [&](size_t a, size_t b) { return samples()[a].confidence > samples()[b].confidence; });
      rows.push_back(std::move(row));
    }
    return rows;
  }

  void Draw(const std::string& name, const std::string& heading, int columns, const std::vector<Row>& rows, RunGrids* grids) const {
    PictureGrid grid;
    grid.heading.text = absl::StrCat(heading, ", ", run_.reported_split(), " split");
    grid.columns = columns;
    grid.cell_px = kCellPx;
    grid.note_lines = 2;
    for (const Row& row : rows) {
      for (size_t i = 0; i < row.size(); ++i) grid.cells.push_back(CellOf(row[i]));
      while (rows.size() > 1 && grid.cells.size() % columns != 0) grid.cells.emplace_back();
    }
    if (grid.cells.empty()) return;
    const DrawnGrid drawn = DrawPictureGrid(grid);
    grids->missing_glyphs += drawn.missing_glyphs;
    grids->pngs.push_back({name, EncodePng(drawn.picture)});
  }

 private:
  GridCell CellOf(size_t place) const {
    const SheetSample& sample = samples()[place];
    const CaptionColour colour = sample.is_right() ? CaptionColour::kGreen : CaptionColour::kRed;
    const std::string confidence = absl::StrCat(FormatFixed(100 * sample.confidence, 1), " %");
    const std::string note = sample.is_right() ? confidence : absl::StrCat(confidence, ", but is ", sample.truth_name);
    return {&pictures_[place], {sample.prediction_name, colour}, {note, CaptionColour::kGrey}};
  }

  const RunFiles& run_;
  const std::vector<Picture>& pictures_;
};

// How many samples of each pair were confused, as most_confused.csv says. Pairs that are not there
// have less than any other.
std::map<std::pair<int64_t, int64_t>, double> ConfusedCounts(const RunFiles& run) {
  std::map<std::pair<int64_t, int64_t>, double> counts;
  const RunTable* const table = run.Find("most_confused.csv");
  if (table == nullptr) return counts;
  const std::vector<double> truths = table->Reals("truth"), predictions = table->Reals("prediction"), samples = table->Reals("samples");
  for (size_t row = 0; row < table->size(); ++row) {
    if (truths[row] >= 0 && predictions[row] >= 0) {
      counts[{static_cast<int64_t>(truths[row]), static_cast<int64_t>(predictions[row])}] = samples[row];
    }
  }
  return counts;
}

std::vector<Row> MostConfusedRows(const RunFiles& run, const GridDrawer& drawer) {
  constexpr size_t kMostPairs = 8;
  const auto counts = ConfusedCounts(run);
  const auto count = [&](const Row& row) {
    const SheetSample& sample = drawer.samples()[row.front()];
    const auto found = counts.find({sample.truth, sample.prediction});
    return found == counts.end() ? 0 : found->second;
  };
  std::vector<Row> rows = drawer.Cells(/*is_right=*/false);
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return count(a) > count(b); });
  rows.resize(std::min(rows.size(), kMostPairs));
  for (Row& row : rows) Limit(kRowOfPictures, &row);
  return rows;
}

std::vector<Row> ClassRows(const GridDrawer& drawer) {
  std::vector<Row> rows = drawer.Cells(/*is_right=*/true);
  rows.resize(std::min(rows.size(), kMostRows));
  for (Row& row : rows) Limit(kRowOfPictures, &row);
  return rows;
}

}  // namespace

absl::StatusOr<RunGrids> DrawRunGrids(const RunFiles& run) {
  RunGrids grids;
  if (!run.samples.has_value()) return grids;
  MICA_ASSIGN_OR_RETURN(const std::vector<Picture> pictures, CutSampleSheet(*run.samples));
  const GridDrawer drawer(run, pictures);
  constexpr int kRandomColumns = 3;
  drawer.Draw("predictions", "Drawn at random", kRandomColumns, {drawer.Ranked(&SheetSample::random_rank, kMostRandom)}, &grids);
  drawer.Draw("worst_losses", "Largest losses", kRowOfPictures, {drawer.Ranked(&SheetSample::worst_rank, kMostWorst)}, &grids);
  drawer.Draw("most_confused", "Most confused classes", kRowOfPictures, MostConfusedRows(run, drawer), &grids);
  drawer.Draw("class_examples", "Right predictions", kRowOfPictures, ClassRows(drawer), &grids);
  return grids;
}

}  // namespace mica
