#include "viz/plot/line_plot.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/number_format.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kWidth = 640;
constexpr double kOnePanelHeight = 320, kPanelHeight = 210, kSquareSide = 430;
constexpr double kGapBetweenPanels = 16;
constexpr double kRoomForYLabel = 22, kRoomBelow = 46, kRightMargin = 20;
constexpr double kPixelsPerXTick = 62, kPixelsPerYTick = 40;
constexpr size_t kMarkedPoints = 25;  // of a series with more, some have markers
constexpr size_t kMarkers = 10;
constexpr double kLineWidth = 1.5, kBandOpacity = 0.18;

struct Point {
  double x, y, low, high;
};
// Points that lines join, one after the other; never empty.
using Stretch = std::vector<Point>;

struct Look {
  PlotColour colour;
  int marker;  // 0: none
  PageLine line;
};

constexpr PlotColour kFaintInk = {0xa6, 0xa6, 0xa6};

// `number` counts curves.
Look LookOf(LineRole role, size_t number) {
  switch (role) {
    case LineRole::kCurve: {
      const CategoryLook look = LookOfCategory(number);
      return {look.colour, look.marker, {look.colour, kLineWidth, look.dash}};
    }
    case LineRole::kFaint:
      return {kFaintInk, 0, {kFaintInk, 1, "1"}};
    case LineRole::kReference:
      return {kGreyInk, 0, {kGreyInk, 0.75, "(6,4)"}};
  }
  return {};
}

// By the order in which names appear first.
class Looks {
 public:
  explicit Looks(const LinePlot& plot) {
    for (const LinePanel& panel : plot.panels) {
      for (const LineSeries& series : panel.series) Add(series);
    }
  }

  const Look& Of(const LineSeries& series) const { return looks_.at({series.role, series.name}); }

  std::vector<LegendEntry> Legend() const {
    std::vector<LegendEntry> entries;
    for (const LineSeries* const series : order_) {
      const Look& look = Of(*series);
      if (series->name.empty()) continue;
      const LegendSample sample = look.marker != 0 && have_markers() ? LegendSample::kLineAndMarker : LegendSample::kLine;
      entries.push_back({series->name, sample, look.colour, look.marker, look.line});
    }
    return entries;
  }

  // Markers tell several curves apart.
  bool have_markers() const { return curves_ > 1; }

 private:
  void Add(const LineSeries& series) {
    if (!looks_.insert({{series.role, series.name}, LookOf(series.role, curves_)}).second) return;
    order_.push_back(&series);
    if (series.role == LineRole::kCurve) ++curves_;
  }

  std::map<std::pair<LineRole, std::string>, Look> looks_;
  std::vector<const LineSeries*> order_;
  size_t curves_ = 0;
};

std::vector<double> ValuesOfX(const LinePlot& plot) {
  std::vector<double> values;
  for (const LinePanel& panel : plot.panels) {
    for (const LineSeries& series : panel.series) values.insert(values.end(), series.x.begin(), series.x.end());
  }
  return values;
}

std::vector<double> ValuesOfY(const LinePanel& panel) {
  std::vector<double> values;
  for (const LineSeries& series : panel.series) {
    if (series.role == LineRole::kReference) continue;
    for (const std::vector<double>* const part : {&series.y, &series.low, &series.high})
      values.insert(values.end(), part->begin(), part->end());
  }
  return values;
}

std::vector<Stretch> StretchesOf(const LineSeries& series, const CanvasPanel& panel) {
  std::vector<Stretch> stretches;
  bool is_open = false;
  const bool has_band = !series.low.empty();
  for (size_t i = 0; i < series.x.size(); ++i) {
    const bool has_place = HasPlace(panel.x.scale, series.x[i]) && HasPlace(panel.y.scale, series.y[i]);
    if (has_place && !is_open) stretches.emplace_back();
    if (has_place)
      stretches.back().push_back(
          {series.x[i], series.y[i], has_band ? series.low[i] : series.y[i], has_band ? series.high[i] : series.y[i]});
    is_open = has_place;
  }
  return stretches;
}

// The least and the largest y of each of `parts` parts, in their order.
Stretch WithFewerPoints(const Stretch& stretch, size_t parts) {
  if (stretch.size() <= 2 * parts) return stretch;
  Stretch thinned;
  for (size_t part = 0; part < parts; ++part) {
    const auto begin = stretch.begin() + part * stretch.size() / parts, end = stretch.begin() + (part + 1) * stretch.size() / parts;
    auto [least, most] = std::minmax_element(begin, end, [](const Point& a, const Point& b) { return a.y < b.y; });
    if (most < least) std::swap(least, most);
    thinned.push_back(*least);
    if (most != least) thinned.push_back(*most);
  }
  return thinned;
}

// With more gaps than could be seen, some stretches are left out whole.
void LeaveOutStretches(size_t at_most, std::vector<Stretch>* stretches) {
  if (stretches->size() <= at_most) return;
  std::vector<Stretch> left;
  for (size_t i = 0; i < at_most; ++i) left.push_back(std::move((*stretches)[i * stretches->size() / at_most]));
  *stretches = std::move(left);
}

void Thin(std::vector<Stretch>* stretches) {
  LeaveOutStretches(kMaxLinePoints / 2, stretches);
  size_t points = 0;
  for (const Stretch& stretch : *stretches) points += stretch.size();
  if (points <= kMaxLinePoints) return;
  for (Stretch& stretch : *stretches) stretch = WithFewerPoints(stretch, std::max<size_t>(1, kMaxLinePoints / 2 * stretch.size() / points));
}

using Rows = std::vector<std::vector<double>>;

Rows LineRows(const std::vector<Stretch>& stretches) {
  Rows rows;
  for (const Stretch& stretch : stretches) {
    if (!rows.empty()) rows.emplace_back();
    for (const Point& point : stretch) rows.push_back({point.x, point.y});
  }
  return rows;
}

// Bands end where an end of the interval has no place.
Rows BandRows(const std::vector<Stretch>& stretches, AxisScale scale) {
  Rows rows;
  for (const Stretch& stretch : stretches) {
    if (!rows.empty()) rows.emplace_back();
    for (const Point& point : stretch) {
      if (HasPlace(scale, point.low) && HasPlace(scale, point.high)) {
        rows.push_back({point.x, point.low, point.high});
      } else if (!rows.empty() && !rows.back().empty()) {
        rows.emplace_back();
      }
    }
  }
  return rows;
}

// Whether a line through the points has no length.
bool IsOnePlace(const Stretch& stretch) {
  return std::all_of(stretch.begin(), stretch.end(),
                     [&](const Point& point) { return point.x == stretch[0].x && point.y == stretch[0].y; });
}

// Points that no line shows, and some of the others, not at the same places for every series.
Rows MarkerRows(const std::vector<Stretch>& stretches, bool marks_lines, size_t number) {
  size_t points = 0;
  for (const Stretch& stretch : stretches) points += stretch.size();
  const size_t step = points <= kMarkedPoints ? 1 : points / kMarkers;
  const size_t offset = number * step / 4 % step;
  Rows rows;
  size_t index = 0;
  for (const Stretch& stretch : stretches) {
    const bool is_one_place = IsOnePlace(stretch);
    for (const Point& point : stretch) {
      if (is_one_place || (marks_lines && index % step == offset)) rows.push_back({point.x, point.y});
      ++index;
    }
  }
  return rows;
}

// The layers of one series: its band below all curves, its line and its markers.
struct SeriesLayers {
  std::optional<std::string> band, line, markers;
};

SeriesLayers LayersOf(const LineSeries& series, size_t number, const CanvasPanel& panel, const Looks& looks, PlotCanvas* canvas) {
  std::vector<Stretch> stretches = StretchesOf(series, panel);
  Thin(&stretches);
  const Look& look = looks.Of(series);
  SeriesLayers layers;
  if (stretches.empty()) return layers;
  if (const Rows rows = BandRows(stretches, panel.y.scale); !series.low.empty() && !rows.empty()) {
    layers.band = absl::StrCat(canvas->AddRows(rows), " using 1:2:3 with filledcurves fc ", GnuplotColour(look.colour),
                               " fs transparent solid ", FormatNumber(kBandOpacity), " noborder");
  }
  layers.line = absl::StrCat(canvas->AddRows(LineRows(stretches)), " using 1:2 with lines lc ", GnuplotColour(look.colour), " lw ",
                             FormatNumber(look.line.width_px), " dt ", look.line.dash);
  const Rows markers = MarkerRows(stretches, look.marker != 0 && looks.have_markers(), number);
  if (!markers.empty()) {
    layers.markers = absl::StrCat(canvas->AddRows(markers), " using 1:2 with points pt ", look.marker == 0 ? 7 : look.marker, " ps 0.7 lc ",
                                  GnuplotColour(look.colour));
  }
  return layers;
}

std::vector<std::string> PanelLayers(const LinePanel& content, const CanvasPanel& panel, const Looks& looks, PlotCanvas* canvas) {
  std::vector<std::string> bands, lines;
  for (size_t i = 0; i < content.series.size(); ++i) {
    const SeriesLayers layers = LayersOf(content.series[i], i, panel, looks, canvas);
    if (layers.band.has_value()) bands.push_back(*layers.band);
    if (layers.line.has_value()) lines.push_back(*layers.line);
    if (layers.markers.has_value()) lines.push_back(*layers.markers);
  }
  bands.insert(bands.end(), lines.begin(), lines.end());
  return bands;
}

// The panels with their axes, below each other from 0 on; places and widths are set later.
std::vector<CanvasPanel> MakePanels(const LinePlot& plot) {
  const double height = plot.is_square ? kSquareSide : plot.panels.size() == 1 ? kOnePanelHeight : kPanelHeight;
  std::vector<CanvasPanel> panels;
  for (const LinePanel& content : plot.panels) {
    CanvasPanel panel;
    panel.box.height = height;
    panel.x.range = FitRange(plot.x, ValuesOfX(plot), 0.02);
    panel.x.scale = plot.x.scale;
    panel.x.has_labels = &content == &plot.panels.back();
    panel.x.has_grid = plot.events.empty();  // else there are vertical lines enough
    panel.y.range = FitRange(content.y, ValuesOfY(content));
    panel.y.scale = content.y.scale;
    panel.y.ticks = AxisTicks(panel.y.scale, panel.y.range, static_cast<int>(height / kPixelsPerYTick), content.y.is_whole);
    panels.push_back(panel);
  }
  return panels;
}

void PlacePanels(const LinePlot& plot, double top, double left, double width, std::vector<CanvasPanel>* panels) {
  for (CanvasPanel& panel : *panels) {
    panel.box.left = left;
    panel.box.width = width;
    panel.box.top = top;
    panel.x.ticks = AxisTicks(panel.x.scale, panel.x.range, static_cast<int>(width / kPixelsPerXTick), plot.x.is_whole);
    top += panel.box.height + kGapBetweenPanels;
  }
}

}  // namespace

PlotScript LinePlotScript(const LinePlot& plot) {
  std::vector<CanvasPanel> panels = MakePanels(plot);
  double labels = 0;
  for (const CanvasPanel& panel : panels) labels = std::max(labels, TickLabelWidth(panel.y.ticks));
  const double left = kPageMargin + kRoomForYLabel + labels;
  const double width = plot.is_square ? kSquareSide : kWidth - left - kRightMargin;
  PlotCanvas canvas(plot.heading.title, left + width + kRightMargin);

  const Looks looks(plot);
  double top = canvas.AddHeading(plot.heading);
  top = AddLegendRows(looks.Legend(), {kPageMargin, top, canvas.width_px() - 2 * kPageMargin, 0}, &canvas) + 6;
  PlacePanels(plot, top, left, width, &panels);
  PlacePanels(plot, top + EventsHeight(plot.events, panels[0]), left, width, &panels);
  AddEvents(plot.events, panels[0], panels.back().box.bottom(), &canvas);
  for (size_t i = 0; i < panels.size(); ++i) {
    canvas.AddYLabel(panels[i], kPageMargin + kAxisTextPx / 2, plot.panels[i].y.label);
    canvas.AddPanel(panels[i], PanelLayers(plot.panels[i], panels[i], looks, &canvas));
  }
  canvas.AddXLabel(panels.back(), plot.x.label);
  return canvas.Finish(panels.back().box.bottom() + kRoomBelow);
}

}  // namespace mica
