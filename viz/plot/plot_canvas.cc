#include "viz/plot/plot_canvas.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/number_format.h"
#include "viz/plot/plot_text.h"

namespace mica {
namespace {

constexpr double kTitlePx = 13, kNotePx = 10;
constexpr double kTitleHeight = 20, kNoteHeight = 16;
constexpr int kDigits = 12;       // of values: the last bits of a sum say nothing and may differ by compiler
constexpr double kTickRoom = 18;  // labels below an axis

// gnuplot counts fonts in points, of which a page has 96 an inch's 72.
std::string Points(double pixels) {
  return FormatDigits(pixels * 0.75, 4);
}

std::string Fraction(double part, double whole) {
  return FormatDigits(std::round(part / whole * 1e5) / 1e5, 6);
}

absl::string_view SideWord(TextSide side) {
  switch (side) {
    case TextSide::kLeft:
      return "left";
    case TextSide::kCentre:
      return "center";
    case TextSide::kRight:
      return "right";
  }
  return "left";
}

// Labels of ticks are formats for gnuplot.
std::string TickList(const std::vector<AxisTick>& ticks, bool has_labels) {
  return absl::StrJoin(ticks, ", ", [&](std::string* out, const AxisTick& tick) {
    const std::string label = has_labels ? absl::StrReplaceAll(tick.label, {{"%", "%%"}}) : "";
    absl::StrAppend(out, GnuplotString(label), " ", FormatDigits(tick.place + 0.0, kDigits), tick.label.empty() ? " 1" : "");
  });
}

std::string AxisCommands(absl::string_view name, const PanelAxis& axis) {
  std::string text =
      absl::StrCat("set ", name, "range [", FormatDigits(axis.range.low, kDigits), ":", FormatDigits(axis.range.high, kDigits), "]\n");
  absl::StrAppend(&text, axis.scale == AxisScale::kLog ? "set" : "unset", " logscale ", name, "\n");
  if (axis.ticks.empty()) return absl::StrCat(text, "unset ", name, "tics\n");
  absl::StrAppend(&text, "set ", name, "tics nomirror out scale 0.5,0.25 font \"DejaVu Sans,", Points(kTickTextPx), "\" textcolor ",
                  GnuplotColour(kGreyInk), " (", TickList(axis.ticks, axis.has_labels), ")\n");
  return text;
}

std::string GridCommands(const CanvasPanel& panel) {
  std::string text;
  if (panel.x.has_grid && !panel.x.ticks.empty()) text += " xtics";
  if (panel.y.has_grid && !panel.y.ticks.empty()) text += " ytics";
  if (text.empty()) return "unset grid\n";
  return absl::StrCat("unset grid\nset grid", text, " back lt 1 lc ", GnuplotColour(kGridInk), " lw 0.75 dt 1\n");
}

}  // namespace

PagePoint PlaceOnPage(const CanvasPanel& panel, double x, double y) {
  return {panel.box.left + PlaceInRange(panel.x.scale, panel.x.range, x) * panel.box.width,
          panel.box.bottom() - PlaceInRange(panel.y.scale, panel.y.range, y) * panel.box.height};
}

double TickLabelWidth(const std::vector<AxisTick>& ticks) {
  double widest = 0;
  for (const AxisTick& tick : ticks) widest = std::max(widest, TextWidth(tick.label, kTickTextPx));
  return widest;
}

void PlotCanvas::AddText(PagePoint place, absl::string_view text, const PageText& look) {
  if (text.empty()) return;
  Placed placed;
  placed.before = absl::StrCat("set label ", GnuplotString(PlotText(text)), " at ");
  placed.first = place;
  placed.after =
      absl::StrCat(" ", SideWord(look.side), look.degrees == 0 ? "" : absl::StrCat(" rotate by ", look.degrees), " font \"DejaVu Sans",
                   look.is_bold ? ":Bold" : "", ",", Points(look.size_px), "\" textcolor ", GnuplotColour(look.colour), " front");
  placed_.push_back(placed);
}

void PlotCanvas::AddLine(PagePoint from, PagePoint to, const PageLine& look) {
  // In SVGs a line is drawn with the dashes of the one before it if colour and width are equal.
  const double width = look.width_px + (look.dash == "1" ? 0 : 0.01);
  placed_.push_back({"set arrow from ", " to ",
                     absl::StrCat(" nohead back lc ", GnuplotColour(look.colour), " lw ", FormatDigits(width, 6), " dt ", look.dash), from,
                     to, 2});
}

void PlotCanvas::AddMarker(PagePoint place, int marker, PlotColour colour, double scale) {
  placed_.push_back({"set label \"\" at ",
                     "",
                     absl::StrCat(" point pt ", marker, " ps ", FormatNumber(scale), " lc ", GnuplotColour(colour), " front"),
                     place,
                     {},
                     1});
}

void PlotCanvas::AddRectangle(PageBox box, PlotColour colour, double opacity) {
  const std::string fill = opacity < 1 ? absl::StrCat("transparent solid ", FormatNumber(opacity)) : "solid 1";
  placed_.push_back({"set object rectangle from ",
                     " to ",
                     absl::StrCat(" behind fc ", GnuplotColour(colour), " fs ", fill, " noborder"),
                     {box.left, box.bottom()},
                     {box.right(), box.top},
                     2});
}

double PlotCanvas::AddHeading(const PlotHeading& heading) {
  const double room = width_px_ - 2 * kPageMargin;
  double y = kPageMargin - 2;
  if (!heading.title.empty()) {
    AddText({kPageMargin, y + kTitleHeight / 2}, CutText(heading.title, room, kTitlePx, /*is_bold=*/true),
            {kTitlePx, TextSide::kLeft, kInk, /*is_bold=*/true});
    y += kTitleHeight;
  }
  if (!heading.note.empty()) {
    AddText({kPageMargin, y + kNoteHeight / 2}, CutText(heading.note, room, kNotePx), {kNotePx, TextSide::kLeft, kGreyInk});
    y += kNoteHeight;
  }
  return y + 4;
}

std::string PlotCanvas::AddRows(absl::Span<const std::vector<double>> rows) {
  const std::string name = absl::StrCat("$d", blocks_++);
  absl::StrAppend(&data_, name, " << EOD\n");
  for (const std::vector<double>& row : rows) {
    absl::StrAppend(&data_, absl::StrJoin(row, " ", [](std::string* out, double value) { *out += FormatDigits(value + 0.0, kDigits); }),
                    "\n");
  }
  data_ += "EOD\n";
  return name;
}

void PlotCanvas::AddPanel(const CanvasPanel& panel, absl::Span<const std::string> layers) {
  const PagePoint middle = {panel.box.left + panel.box.width / 2, panel.box.top + panel.box.height / 2};
  if (layers.empty()) AddText(middle, "no data", {kAxisTextPx, TextSide::kCentre, kGreyInk});
  panels_.push_back({panel, {layers.begin(), layers.end()}});
}

void PlotCanvas::AddXLabel(const CanvasPanel& panel, absl::string_view label) {
  const double y = panel.box.bottom() + (panel.x.has_labels && !panel.x.ticks.empty() ? kTickRoom : 0) + 10;
  AddText({panel.box.left + panel.box.width / 2, y}, CutText(label, panel.box.width, kAxisTextPx), {kAxisTextPx, TextSide::kCentre});
}

void PlotCanvas::AddYLabel(const CanvasPanel& panel, double x, absl::string_view label) {
  AddText({x, panel.box.top + panel.box.height / 2}, CutText(label, panel.box.height, kAxisTextPx),
          {kAxisTextPx, TextSide::kCentre, kInk, /*is_bold=*/false, /*degrees=*/90});
}

std::string PlotCanvas::Position(PagePoint place, double height_px) const {
  return absl::StrCat("screen ", Fraction(place.x, width_px_), ",", Fraction(height_px - place.y, height_px));
}

std::string PlotCanvas::Command(const Placed& placed, double height_px) const {
  std::string command = absl::StrCat(placed.before, Position(placed.first, height_px), placed.between);
  if (placed.places == 2) command += Position(placed.second, height_px);
  return absl::StrCat(command, placed.after, "\n");
}

std::string PlotCanvas::PanelCommands(const Panel& panel, double height_px) const {
  const PageBox& box = panel.panel.box;
  std::string text =
      absl::StrCat("set lmargin at screen ", Fraction(box.left, width_px_), "\nset rmargin at screen ", Fraction(box.right(), width_px_));
  absl::StrAppend(&text, "\nset tmargin at screen ", Fraction(height_px - box.top, height_px), "\nset bmargin at screen ",
                  Fraction(height_px - box.bottom(), height_px), "\n");
  absl::StrAppend(&text, "set border ", panel.panel.has_frame ? 15 : 3, " front lc ", GnuplotColour(kAxisInk), " lw 0.75\n");
  absl::StrAppend(&text, AxisCommands("x", panel.panel.x), AxisCommands("y", panel.panel.y), GridCommands(panel.panel));
  return absl::StrCat(text, "plot ", panel.layers.empty() ? "NaN" : absl::StrJoin(panel.layers, ", \\\n     "), "\n");
}

PlotScript PlotCanvas::Finish(double height_px) const {
  const double height = std::ceil(height_px);
  PlotScript script = {title_, static_cast<int>(width_px_), static_cast<int>(height), data_,
                       "reset\nset encoding utf8\nunset key\nset multiplot\n"};
  for (const Placed& placed : placed_) script.commands += Command(placed, height);
  const char* before = "";
  for (const Panel& panel : panels_) {
    absl::StrAppend(&script.commands, before, PanelCommands(panel, height));
    before = "unset label\nunset arrow\nunset object\n";
  }
  script.commands += "unset multiplot\n";
  return script;
}

}  // namespace mica
