#include "viz/plot/plot_legend.h"

#include <algorithm>
#include <optional>

#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kNamePx = 10;
constexpr double kMaxNameWidth = 200, kMaxNameWidthOfMany = 110;
constexpr size_t kMany = 30;  // entries
constexpr double kGapBehindSample = 5, kGapBehindName = 16;

constexpr double kEventPx = 9, kEventRowHeight = 13, kMaxEventWidth = 180, kEventGap = 7;
constexpr int kEventRows = 5;
constexpr double kTurn = 0.7;  // of the axis: behind it names stand left of their lines

double SampleWidth(LegendSample sample) {
  switch (sample) {
    case LegendSample::kLine:
    case LegendSample::kLineAndMarker:
      return 26;
    case LegendSample::kMarker:
    case LegendSample::kBar:
      return 10;
  }
  return 0;
}

std::string ShownName(const LegendEntry& entry, size_t entries) {
  return CutText(entry.name, entries > kMany ? kMaxNameWidthOfMany : kMaxNameWidth, kNamePx);
}

double EntryWidth(const LegendEntry& entry, const std::string& name) {
  return SampleWidth(entry.sample) + kGapBehindSample + TextWidth(name, kNamePx) + kGapBehindName;
}

// Around the middle of its left end.
void AddSample(const LegendEntry& entry, PagePoint place, PlotCanvas* canvas) {
  const double width = SampleWidth(entry.sample);
  const bool has_line = entry.sample == LegendSample::kLine || entry.sample == LegendSample::kLineAndMarker;
  if (has_line) canvas->AddLine(place, {place.x + width, place.y}, entry.line);
  if (entry.sample == LegendSample::kBar) canvas->AddRectangle({place.x, place.y - 5, width, 10}, entry.colour);
  if (entry.sample == LegendSample::kMarker || entry.sample == LegendSample::kLineAndMarker) {
    canvas->AddMarker({place.x + width / 2, place.y}, entry.marker, entry.colour, 0.8);
  }
}

// Draws an entry and returns the width that it takes.
double AddEntry(const LegendEntry& entry, const std::string& name, PagePoint place, PlotCanvas* canvas) {
  AddSample(entry, place, canvas);
  canvas->AddText({place.x + SampleWidth(entry.sample) + kGapBehindSample, place.y}, name, {kNamePx});
  return EntryWidth(entry, name);
}

struct PlacedEvent {
  double x = 0;            // on the page
  double left = 0;         // of its name
  double right = 0;        // of its name, with the gap to the next
  std::string name;        // as it is shown
  std::optional<int> row;  // 0 is next to the panel
  bool turns_left = false;
};

// Whether the name in `row` meets neither another name there nor a line that goes up to a higher
// row, and its line no name in a lower one.
bool HasRoom(const PlacedEvent& event, int row, const std::vector<PlacedEvent>& others) {
  return std::none_of(others.begin(), others.end(), [&](const PlacedEvent& other) {
    if (!other.row.has_value()) return false;
    if (*other.row == row) return event.left < other.right && other.left < event.right;
    if (*other.row < row) return event.x > other.left && event.x < other.right;
    return other.x > event.left && other.x < event.right;
  });
}

PlacedEvent WithoutRow(const PlotEvent& event, const CanvasPanel& panel, bool turns_left) {
  PlacedEvent placed;
  placed.x = PlaceOnPage(panel, event.x, panel.y.range.low).x;
  placed.name = CutText(event.label, kMaxEventWidth, kEventPx);
  const double width = TextWidth(placed.name, kEventPx) + kEventGap;
  placed.turns_left = turns_left;
  placed.left = turns_left ? placed.x - width : placed.x;
  placed.right = placed.left + width;
  return placed;
}

// In the left part of the panel names stand right of their lines and get rows from right to left,
// in the right part it is the other way round: so names at one side never need to cross a line.
std::vector<PlacedEvent> PlaceEvents(absl::Span<const PlotEvent> events, const CanvasPanel& panel) {
  std::vector<PlacedEvent> waiting, placed;
  for (const PlotEvent& event : events) {
    if (!(event.x >= panel.x.range.low && event.x <= panel.x.range.high)) continue;
    waiting.push_back(WithoutRow(event, panel, PlaceInRange(panel.x.scale, panel.x.range, event.x) > kTurn));
  }
  std::stable_sort(waiting.begin(), waiting.end(), [](const PlacedEvent& a, const PlacedEvent& b) {
    return a.turns_left != b.turns_left ? b.turns_left : a.turns_left ? a.x < b.x : a.x > b.x;
  });
  for (PlacedEvent& event : waiting) {
    for (int row = 0; row < kEventRows && !event.row.has_value() && !event.name.empty(); ++row) {
      if (HasRoom(event, row, placed)) event.row = row;
    }
    placed.push_back(event);
  }
  return placed;
}

}  // namespace

double AddLegendRows(absl::Span<const LegendEntry> entries, const PageBox& box, PlotCanvas* canvas) {
  if (entries.empty()) return box.top;
  PagePoint place = {box.left, box.top + kLegendRowHeight / 2};
  for (const LegendEntry& entry : entries) {
    const std::string name = ShownName(entry, entries.size());
    const double end = place.x + EntryWidth(entry, name) - kGapBehindName;
    if (place.x > box.left && end > box.right()) place = {box.left, place.y + kLegendRowHeight};
    place.x += AddEntry(entry, name, place, canvas);
  }
  return place.y + kLegendRowHeight / 2 + 4;
}

double AddLegendColumns(absl::Span<const LegendEntry> entries, PagePoint top_left, int rows, PlotCanvas* canvas) {
  double left = top_left.x, widest = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const size_t row = i % rows;
    if (row == 0) {
      left += widest;
      widest = 0;
    }
    const PagePoint place = {left, top_left.y + (static_cast<double>(row) + 0.5) * kLegendRowHeight};
    widest = std::max(widest, AddEntry(entries[i], ShownName(entries[i], entries.size()), place, canvas));
  }
  return left + widest - top_left.x;
}

double EventsHeight(absl::Span<const PlotEvent> events, const CanvasPanel& panel) {
  int rows = 0;
  for (const PlacedEvent& event : PlaceEvents(events, panel)) rows = std::max(rows, event.row.has_value() ? *event.row + 1 : 0);
  return rows * kEventRowHeight + (rows > 0 ? 4 : 0);
}

void AddEvents(absl::Span<const PlotEvent> events, const CanvasPanel& panel, double bottom, PlotCanvas* canvas) {
  for (const PlacedEvent& event : PlaceEvents(events, panel)) {
    const double lift = event.row.has_value() ? (*event.row + 1) * kEventRowHeight : 0;
    canvas->AddLine({event.x, panel.box.top - lift}, {event.x, bottom}, {kGreyInk, 0.75, "(3,3)"});
    if (!event.row.has_value()) continue;
    const PagePoint place = {event.turns_left ? event.x - kEventGap / 2 : event.x + kEventGap / 2,
                             panel.box.top - lift + kEventRowHeight / 2};
    canvas->AddText(place, event.name, {kEventPx, event.turns_left ? TextSide::kRight : TextSide::kLeft, kGreyInk});
  }
}

}  // namespace mica
