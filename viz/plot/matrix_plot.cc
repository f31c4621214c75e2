#include "viz/plot/matrix_plot.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kMinPageWidth = 360;
constexpr double kMatrixSide = 700;  // of many classes
constexpr double kMaxNameWidth = 130;
constexpr double kRoomForYLabel = 22, kRoomForXLabel = 24;
constexpr double kBarGap = 18, kBarWidth = 12, kBarLabelRoom = 46;
constexpr int kBarSteps = 64;  // of colour
constexpr double kLeastNumberPx = 6.5, kMostNumberPx = 10;

using Rows = std::vector<std::vector<double>>;

double CellPx(size_t classes) {
  if (classes <= 5) return 60;
  if (classes <= 12) return 40;
  if (classes <= 20) return 31;
  if (classes <= kMaxNumberedClasses) return 25;
  return std::max(7.0, std::floor(kMatrixSide / static_cast<double>(classes)));
}

double NamePx(size_t classes) {
  return std::clamp(CellPx(classes) - 1, 6.0, 10.0);
}

// The numbers that cells stand for, in the unit of MatrixCells.
class Values {
 public:
  explicit Values(const MatrixPlot& plot) : plot_(plot), size_(plot.names.size()), row_sums_(size_) {
    for (size_t i = 0; i < plot.counts.size(); ++i) row_sums_[i / size_] += static_cast<double>(plot.counts[i]);
    for (size_t i = 0; i < plot.counts.size(); ++i) largest_ = std::max(largest_, At(i / size_, i % size_));
  }

  size_t size() const { return size_; }

  double At(size_t row, size_t column) const {
    const auto count = static_cast<double>(plot_.counts[row * size_ + column]);
    if (plot_.cells == MatrixCells::kCounts) return count;
    return count == 0 ? 0 : 100 * count / row_sums_[row];
  }

  // The value of the darkest colour. Per cent have the same colours in every matrix.
  double largest() const { return plot_.cells == MatrixCells::kRowPercents ? 100 : std::max(largest_, 1.0); }

  double Share(size_t row, size_t column) const { return At(row, column) / largest(); }

  // What a cell says; nothing where there are no samples.
  std::string Number(size_t row, size_t column) const {
    const double value = At(row, column);
    if (value == 0) return "";
    if (plot_.cells == MatrixCells::kCounts) return CountText(value);
    if (value == 100) return "100";
    if (size_ <= 12) return value < 0.05 ? "<0.1" : FormatFixed(std::min(value, 99.9), 1);
    return value < 0.5 ? "<1" : FormatFixed(std::min(value, 99.0), 0);
  }

 private:
  static std::string CountText(double count) {
    if (count < 10'000) return FormatFixed(count, 0);
    return count < 1e6 ? absl::StrCat(FormatDigits(count / 1e3, 3), "k") : absl::StrCat(FormatDigits(count / 1e6, 3), "M");
  }

  const MatrixPlot& plot_;
  const size_t size_;
  std::vector<double> row_sums_;
  double largest_ = 0;
};

// Each cell a rectangle, so that SVGs are sharp; white ones are left to the paper.
std::string RectangleLayer(const Values& values, PlotCanvas* canvas) {
  Rows rows;
  for (size_t row = 0; row < values.size(); ++row) {
    for (size_t column = 0; column < values.size(); ++column) {
      const PlotColour colour = ShareColour(values.Share(row, column));
      if (colour == kPaper) continue;
      const auto x = static_cast<double>(column), y = -static_cast<double>(row);
      rows.push_back({x, y, static_cast<double>(RgbNumber(colour))});
    }
  }
  if (rows.empty()) return "NaN";
  return absl::StrCat(canvas->AddRows(rows),
                      " using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 with boxxyerror fs solid 1 noborder fc rgb variable");
}

// Thin lines between cells.
std::string GridLayer(size_t classes, PlotCanvas* canvas) {
  Rows rows;
  const double end = static_cast<double>(classes) - 0.5;
  for (size_t i = 1; i < classes; ++i) {
    const double place = static_cast<double>(i) - 0.5;
    rows.insert(rows.end(), {{place, 0.5}, {place, -end}, {}, {-0.5, -place}, {end, -place}, {}});
  }
  if (rows.empty()) return "NaN";
  return absl::StrCat(canvas->AddRows(rows), " using 1:2 with lines lw 0.5 dt 1 lc ", GnuplotColour(kGridInk));
}

// Each cell a pixel of a picture: 10,000 rectangles would make an SVG of a megabyte.
std::string PixelLayer(const Values& values, PlotCanvas* canvas) {
  Rows rows;
  for (size_t row = 0; row < values.size(); ++row) {
    for (size_t column = 0; column < values.size(); ++column) {
      const PlotColour colour = ShareColour(values.Share(row, column));
      rows.push_back({static_cast<double>(column), -static_cast<double>(row), static_cast<double>(colour.red),
                      static_cast<double>(colour.green), static_cast<double>(colour.blue)});
    }
  }
  return absl::StrCat(canvas->AddRows(rows), " using 1:2:3:4:5 with rgbimage");
}

// The size in which every number has room in its cell.
double NumberPx(const Values& values) {
  double widest = 0;
  for (size_t i = 0; i < values.size() * values.size(); ++i) {
    widest = std::max(widest, TextWidth(values.Number(i / values.size(), i % values.size()), 1));
  }
  return widest == 0 ? kMostNumberPx : std::clamp((CellPx(values.size()) - 3) / widest, kLeastNumberPx, kMostNumberPx);
}

void AddNumbers(const Values& values, const CanvasPanel& panel, PlotCanvas* canvas) {
  const double size = NumberPx(values);
  for (size_t row = 0; row < values.size(); ++row) {
    for (size_t column = 0; column < values.size(); ++column) {
      const PagePoint place = PlaceOnPage(panel, static_cast<double>(column), -static_cast<double>(row));
      canvas->AddText(place, values.Number(row, column), {size, TextSide::kCentre, values.Share(row, column) > 0.5 ? kPaper : kInk});
    }
  }
}

void AddNames(const MatrixPlot& plot, const CanvasPanel& panel, PlotCanvas* canvas) {
  const double size = NamePx(plot.names.size());
  for (size_t i = 0; i < plot.names.size(); ++i) {
    const std::string name = CutText(plot.names[i], kMaxNameWidth, size);
    const PagePoint cell = PlaceOnPage(panel, static_cast<double>(i), -static_cast<double>(i));
    canvas->AddText({panel.box.left - 5, cell.y}, name, {size, TextSide::kRight});
    canvas->AddText({cell.x, panel.box.bottom() + 5}, name, {size, TextSide::kRight, kInk, /*is_bold=*/false, /*degrees=*/90});
  }
}

// The colours and their values, beside the matrix.
void AddScale(const MatrixPlot& plot, const Values& values, const CanvasPanel& matrix, PlotCanvas* canvas) {
  CanvasPanel panel;
  const double height = std::min(matrix.box.height, 200.0);
  panel.box = {matrix.box.right() + kBarGap, matrix.box.top, kBarWidth, height};
  panel.x.range = {-0.5, 0.5};
  panel.y.range = {0, values.largest()};
  panel.has_frame = true;
  Rows rows;
  for (int i = 0; i < kBarSteps; ++i) {
    const double share = (i + 0.5) / kBarSteps;
    const PlotColour colour = ShareColour(share);
    // gnuplot draws no picture of a single column.
    for (const double x : {-0.25, 0.25}) {
      rows.push_back({x, share * values.largest(), static_cast<double>(colour.red), static_cast<double>(colour.green),
                      static_cast<double>(colour.blue)});
    }
  }
  canvas->AddPanel(panel, {absl::StrCat(canvas->AddRows(rows), " using 1:2:3:4:5 with rgbimage")});
  const std::string unit = plot.cells == MatrixCells::kRowPercents ? " %" : "";
  for (const AxisTick& tick : AxisTicks(AxisScale::kLinear, panel.y.range, 4, /*is_whole=*/true)) {
    canvas->AddText({panel.box.right() + 5, PlaceOnPage(panel, 0, tick.place).y}, tick.label + unit,
                    {kTickTextPx, TextSide::kLeft, kGreyInk});
  }
}

double NamesWidth(const MatrixPlot& plot) {
  double widest = 0;
  const double size = NamePx(plot.names.size());
  for (const std::string& name : plot.names) widest = std::max(widest, TextWidth(CutText(name, kMaxNameWidth, size), size));
  return widest;
}

PlotScript MatrixPage(const MatrixPlot& plot) {
  const Values values(plot);
  const auto count = static_cast<double>(plot.names.size());
  const double side = CellPx(plot.names.size()) * count, names = NamesWidth(plot);
  CanvasPanel panel;
  panel.box.left = kPageMargin + kRoomForYLabel + names + 5;
  PlotCanvas canvas(plot.heading.title, std::max(kMinPageWidth, std::ceil(panel.box.left + side + kBarGap + kBarWidth + kBarLabelRoom)));
  panel.box.top = canvas.AddHeading(plot.heading) + 4;
  panel.box.width = panel.box.height = side;
  panel.x.range = {-0.5, count - 0.5};
  panel.y.range = {0.5 - count, 0.5};
  panel.has_frame = true;

  const bool has_numbers = plot.names.size() <= kMaxNumberedClasses;
  AddNames(plot, panel, &canvas);
  canvas.AddYLabel(panel, kPageMargin + kAxisTextPx / 2, "truth");
  canvas.AddText({panel.box.left + side / 2, panel.box.bottom() + 5 + names + 12}, "prediction", {kAxisTextPx, TextSide::kCentre});
  if (has_numbers) AddNumbers(values, panel, &canvas);
  if (has_numbers) {
    canvas.AddPanel(panel, {RectangleLayer(values, &canvas), GridLayer(values.size(), &canvas)});
  } else {
    canvas.AddPanel(panel, {PixelLayer(values, &canvas)});
  }
  AddScale(plot, values, panel, &canvas);
  return canvas.Finish(panel.box.bottom() + 5 + names + kRoomForXLabel);
}

}  // namespace

BarPlot MostConfusedBars(const MatrixPlot& plot, size_t pairs) {
  const Values values(plot);
  const auto value_of = [&](size_t i) { return values.At(i / values.size(), i % values.size()); };
  std::vector<size_t> order;
  for (size_t i = 0; i < plot.counts.size(); ++i) {
    if (plot.counts[i] > 0 && i / values.size() != i % values.size()) order.push_back(i);
  }
  const size_t shown = std::min(pairs, order.size());
  std::partial_sort(order.begin(), order.begin() + shown, order.end(),
                    [&](size_t a, size_t b) { return value_of(a) != value_of(b) ? value_of(a) > value_of(b) : a < b; });
  BarPlot bars;
  bars.heading = plot.heading;
  const bool has_percents = plot.cells == MatrixCells::kRowPercents;
  bars.value = {has_percents ? "samples of the true class (%)" : "samples", AxisScale::kLinear, {}, {}, /*is_whole=*/!has_percents};
  bars.series.emplace_back();
  for (size_t i = 0; i < shown; ++i) {
    const size_t row = order[i] / values.size(), column = order[i] % values.size();
    bars.names.push_back(absl::StrCat(CutText(plot.names[row], 90, 10), " → ", CutText(plot.names[column], 90, 10)));
    bars.series[0].values.push_back(value_of(order[i]));
  }
  return bars;
}

PlotScript MatrixPlotScript(const MatrixPlot& plot) {
  if (plot.names.size() <= kMaxMatrixClasses) return MatrixPage(plot);
  BarPlot bars = MostConfusedBars(plot);
  const std::string note =
      absl::StrCat(plot.names.size(), " classes are too many for a matrix; these are the largest confusions (truth → prediction)");
  bars.heading.note = plot.heading.note.empty() ? note : absl::StrCat(note, "; ", plot.heading.note);
  return BarPlotScript(bars);
}

}  // namespace mica
