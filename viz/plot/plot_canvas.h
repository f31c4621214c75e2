// A page on which plots are laid out in pixels, and the script for gnuplot that draws it.
//   PlotCanvas canvas("loss", /*width_px=*/640);
//   const CanvasPanel panel = {{60, 40, 560, 300}, x_axis, y_axis};
//   canvas.AddText({12, 20}, "loss", {/*size_px=*/13});
//   canvas.AddPanel(panel, {absl::StrCat(canvas.AddRows({{1, 0.5}, {2, 0.4}}), " with lines")});
//   const PlotScript script = canvas.Finish(/*height_px=*/380);
// Places are pixels from the page's left and top; a text's middle line stands at its y. All that is
// on a page is placed here and not by gnuplot, so equal input gives equal scripts and words from
// users reach gnuplot as quoted strings alone (plot_text.h). Torch-free. Thread-compatible.
#ifndef MICA_VIZ_PLOT_PLOT_CANVAS_H_
#define MICA_VIZ_PLOT_PLOT_CANVAS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "viz/plot/plot_axis.h"
#include "viz/plot/plot_palette.h"

namespace mica {

// What stands above a plot.
struct PlotHeading {
  std::string title = {};  // one line, bold
  std::string note = {};   // one line below it, grey; none: no room is left for it
};

// Commands that draw a page, for a terminal that is set already. They set all that they rely on.
struct PlotScript {
  std::string title;  // as it was given
  int width_px = 0, height_px = 0;
  std::string data;      // data blocks; they need to be read once for all terminals
  std::string commands;  // draw one page
};

struct PagePoint {
  double x = 0, y = 0;
};

struct PageBox {
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
};

enum class TextSide : uint8_t { kLeft, kCentre, kRight };  // which end of the text stands at its place

struct PageText {
  double size_px = 10;
  TextSide side = TextSide::kLeft;
  PlotColour colour = kInk;
  bool is_bold = false;
  int degrees = 0;  // counterclockwise
};

struct PageLine {
  PlotColour colour = kInk;
  double width_px = 1;
  absl::string_view dash = "1";
};

struct PanelAxis {
  AxisRange range;
  AxisScale scale = AxisScale::kLinear;
  std::vector<AxisTick> ticks;
  bool has_labels = true;
  bool has_grid = true;
};

struct CanvasPanel {
  PageBox box;
  PanelAxis x, y;
  bool has_frame = false;  // else there are only the two axes
};

// Where a value of the panel's axes is on the page.
PagePoint PlaceOnPage(const CanvasPanel& panel, double x, double y);

// The room that the labels of an axis' ticks take beside it, in pixels.
double TickLabelWidth(const std::vector<AxisTick>& ticks);

inline constexpr double kTickTextPx = 9.5;
inline constexpr double kAxisTextPx = 10;
inline constexpr double kPageMargin = 12;

class PlotCanvas {
 public:
  PlotCanvas(std::string title, double width_px) : title_(std::move(title)), width_px_(width_px) {}

  double width_px() const { return width_px_; }

  // Any text; it is shown as PlotText shows it, uncut.
  void AddText(PagePoint place, absl::string_view text, const PageText& look);
  void AddLine(PagePoint from, PagePoint to, const PageLine& look);  // behind panels
  void AddMarker(PagePoint place, int marker, PlotColour colour, double scale = 1);
  void AddRectangle(PageBox box, PlotColour colour, double opacity = 1);  // behind panels

  // Title and note. Returns where they end.
  double AddHeading(const PlotHeading& heading);

  // A data block. A row is a line of finite numbers; an empty one interrupts lines and bands.
  // Returns the block's name.
  std::string AddRows(absl::Span<const std::vector<double>> rows);

  // Axes and `layers`: what gnuplot's `plot` takes, each with its `with`, lowest first. Without
  // any, the panel says that there are no data.
  void AddPanel(const CanvasPanel& panel, absl::Span<const std::string> layers);

  // What the panel's axes show: below it, and in a line that goes up at `x`.
  void AddXLabel(const CanvasPanel& panel, absl::string_view label);
  void AddYLabel(const CanvasPanel& panel, double x, absl::string_view label);

  PlotScript Finish(double height_px) const;

 private:
  struct Panel {
    CanvasPanel panel;
    std::vector<std::string> layers;
  };
  // Commands that wait for the height of the page: text between places.
  struct Placed {
    std::string before, between, after;
    PagePoint first, second;
    int places = 1;
  };

  std::string Position(PagePoint place, double height_px) const;
  std::string Command(const Placed& placed, double height_px) const;
  std::string PanelCommands(const Panel& panel, double height_px) const;

  const std::string title_;
  const double width_px_;
  int blocks_ = 0;
  std::string data_;
  std::vector<Placed> placed_;
  std::vector<Panel> panels_;
};

}  // namespace mica

#endif  // MICA_VIZ_PLOT_PLOT_CANVAS_H_
