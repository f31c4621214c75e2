#include "viz/picture_grid.h"

#include <cairo.h>
#include <glog/logging.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <new>

#include "absl/strings/string_view.h"
#include "base/printable.h"
#include "base/utf8.h"
#include "data/augment/resample.h"

namespace mica {
namespace {

constexpr int kMargin = 12;
constexpr int kGap = 10;  // between columns
constexpr int kRowGap = 12;
constexpr int kHeadingPx = 16, kHeadingHeight = 30;
constexpr int kTitlePx = 13, kTitleHeight = 20;
constexpr int kNotePx = 10, kNoteLineHeight = 13;
constexpr int kNoteGap = 3;  // between a picture and its note

constexpr size_t kMaxCaptionBytes = 500;  // more has no room, and laying it out would take time

struct Lettering {
  int size_px;
  bool is_bold;
  int lines;  // at most
};

struct Rgb {
  double red, green, blue;
};

// Green and red differ in brightness too, for those who do not see the colours.
Rgb ColourOf(CaptionColour colour) {
  switch (colour) {
    case CaptionColour::kBlack:
      return {0.10, 0.10, 0.10};
    case CaptionColour::kGrey:
      return {0.40, 0.40, 0.40};
    case CaptionColour::kGreen:
      return {0.00, 0.50, 0.15};
    case CaptionColour::kRed:
      return {0.85, 0.05, 0.05};
  }
  LOG(FATAL) << "colour " << static_cast<int>(colour);
}

struct Free {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(cairo_font_options_t* options) const { cairo_font_options_destroy(options); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};

// What Pango can lay out: UTF-8 on one line. The end of a long text is cut between characters.
std::string ShownCaption(absl::string_view text) {
  const std::string printable = Printable(text.substr(0, kMaxCaptionBytes + 4));
  return printable.substr(0, ValidUtf8Prefix(absl::string_view(printable).substr(0, kMaxCaptionBytes)));
}

// A page of white paper.
class Page {
 public:
  explicit Page(PictureSize size) : size_(size) {
    CHECK(size.height_px <= kMaxGridSidePx && size.width_px <= kMaxGridSidePx) << size.height_px << " x " << size.width_px;
    surface_.reset(cairo_image_surface_create(CAIRO_FORMAT_RGB24, size.width_px, size.height_px));
    if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
    context_.reset(cairo_create(surface_.get()));
    cairo_set_source_rgb(context_.get(), 1, 1, 1);
    cairo_paint(context_.get());
    UseGreyLetters();
  }

  void DrawCaption(const GridCaption& caption, PictureRegion place, Lettering lettering) {
    if (caption.text.empty() || place.height_px == 0) return;
    const std::unique_ptr<PangoLayout, Free> layout = LayOut(ShownCaption(caption.text), place.width_px, lettering);
    missing_glyphs_ += pango_layout_get_unknown_glyphs_count(layout.get());
    const Rgb colour = ColourOf(caption.colour);
    cairo_save(context_.get());
    cairo_rectangle(context_.get(), place.left_px, place.top_px, place.width_px, place.height_px);
    cairo_clip(context_.get());
    cairo_set_source_rgb(context_.get(), colour.red, colour.green, colour.blue);
    cairo_move_to(context_.get(), place.left_px, place.top_px);
    pango_cairo_show_layout(context_.get(), layout.get());
    cairo_restore(context_.get());
  }

  // A hairline around a region keeps white pictures apart from the paper.
  void DrawFrame(PictureRegion region) {
    cairo_set_source_rgb(context_.get(), 0.82, 0.82, 0.82);
    cairo_set_line_width(context_.get(), 1);
    cairo_rectangle(context_.get(), region.left_px - 0.5, region.top_px - 0.5, region.width_px + 1, region.height_px + 1);
    cairo_stroke(context_.get());
  }

  // Copies a picture that has the size of the region.
  void DrawPicture(const Picture& picture, PictureRegion region) {
    cairo_surface_flush(surface_.get());
    for (int y = 0; y < region.height_px; ++y) {
      const uint8_t* input = picture.Row(y);
      uint32_t* output = Row(region.top_px + y) + region.left_px;
      for (int x = 0; x < region.width_px; ++x, input += picture.channels) {
        const bool is_grey = picture.channels == 1;
        output[x] = uint32_t{input[0]} << 16 | uint32_t{input[is_grey ? 0 : 1]} << 8 | input[is_grey ? 0 : 2];
      }
    }
    cairo_surface_mark_dirty(surface_.get());
  }

  DrawnGrid Finish() {
    cairo_surface_flush(surface_.get());
    DrawnGrid drawn;
    drawn.missing_glyphs = missing_glyphs_;
    drawn.picture.Reshape(size_.height_px, size_.width_px, 3);
    uint8_t* output = drawn.picture.pixels.data();
    for (int y = 0; y < size_.height_px; ++y) {
      const uint32_t* row = Row(y);
      for (int x = 0; x < size_.width_px; ++x) {
        for (const int shift : {16, 8, 0}) *output++ = static_cast<uint8_t>(row[x] >> shift);
      }
    }
    return drawn;
  }

 private:
  // Letters have the same pixels wherever they stand and whatever the screen.
  void UseGreyLetters() {
    const std::unique_ptr<cairo_font_options_t, Free> options(cairo_font_options_create());
    cairo_font_options_set_antialias(options.get(), CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_ON);
    cairo_set_font_options(context_.get(), options.get());
  }

  std::unique_ptr<PangoLayout, Free> LayOut(const std::string& text, int width_px, Lettering lettering) const {
    const std::unique_ptr<PangoFontDescription, Free> font(pango_font_description_from_string("DejaVu Sans, sans-serif"));
    pango_font_description_set_absolute_size(font.get(), lettering.size_px * PANGO_SCALE);
    if (lettering.is_bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    std::unique_ptr<PangoLayout, Free> layout(pango_cairo_create_layout(context_.get()));
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    pango_layout_set_width(layout.get(), width_px * PANGO_SCALE);
    pango_layout_set_height(layout.get(), -lettering.lines);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout.get(), PANGO_ALIGN_CENTER);
    return layout;
  }

  uint32_t* Row(int y) const {
    return reinterpret_cast<uint32_t*>(cairo_image_surface_get_data(surface_.get()) +
                                       int64_t{y} * cairo_image_surface_get_stride(surface_.get()));
  }

  const PictureSize size_;
  std::unique_ptr<cairo_surface_t, Free> surface_;
  std::unique_ptr<cairo_t, Free> context_;
  int64_t missing_glyphs_ = 0;
};

PictureSize SizeIn(const PictureGrid& grid, size_t cell) {
  const Picture* const picture = grid.cells[cell].picture;
  return picture == nullptr ? PictureSize() : FittedSize(picture->size(), grid.cell_px);
}

int TallestIn(const PictureGrid& grid, size_t begin, size_t end) {
  int tallest = 0;
  for (size_t i = begin; i < end; ++i) tallest = std::max(tallest, SizeIn(grid, i).height_px);
  return tallest;
}

// Cells [begin, end), whose titles begin at `top`. Returns where their notes end.
int LayOutRow(const PictureGrid& grid, size_t begin, size_t end, int top, GridLayout* layout) {
  const int tallest = TallestIn(grid, begin, end);
  const int picture_top = top + kTitleHeight;
  const PictureRegion note = {0, picture_top + tallest + kNoteGap, grid.cell_px, grid.note_lines * kNoteLineHeight};
  for (size_t i = begin; i < end; ++i) {
    const int left = kMargin + static_cast<int>(i - begin) * (grid.cell_px + kGap);
    const PictureSize size = SizeIn(grid, i);
    layout->titles.push_back({left, top, grid.cell_px, kTitleHeight});
    layout->pictures.push_back(
        {left + (grid.cell_px - size.width_px) / 2, picture_top + (tallest - size.height_px) / 2, size.width_px, size.height_px});
    layout->notes.push_back({left, note.top_px, note.width_px, note.height_px});
  }
  return note.bottom_px();
}

}  // namespace

PictureSize FittedSize(PictureSize size, int cell_px) {
  const int32_t longer = std::max(size.height_px, size.width_px);
  if (longer <= cell_px) return {size.height_px * (cell_px / longer), size.width_px * (cell_px / longer)};
  const auto fitted = [&](int64_t side) { return static_cast<int32_t>(std::max<int64_t>(1, (side * cell_px + longer / 2) / longer)); };
  return {fitted(size.height_px), fitted(size.width_px)};
}

Picture FitIntoCell(const Picture& picture, int cell_px) {
  ResampleRequest request;
  request.box = {0, 0, static_cast<double>(picture.width_px), static_cast<double>(picture.height_px)};
  request.size = FittedSize(picture.size(), cell_px);
  request.window = PictureRegion::Whole(request.size);
  request.filter = request.size.width_px >= picture.width_px ? ResampleFilter::kNearest : ResampleFilter::kBilinear;
  Picture fitted;
  Resampler().Resample(picture, request, &fitted);
  return fitted;
}

GridLayout LayOutGrid(const PictureGrid& grid) {
  const auto columns = std::max<size_t>(1, std::min<size_t>(grid.columns, grid.cells.size()));
  GridLayout layout;
  layout.size.width_px = 2 * kMargin + static_cast<int>(columns) * (grid.cell_px + kGap) - kGap;
  layout.heading = {kMargin, kMargin, layout.size.width_px - 2 * kMargin, grid.heading.text.empty() ? 0 : kHeadingHeight};
  int top = layout.heading.bottom_px();
  for (size_t begin = 0; begin < grid.cells.size(); begin += columns) {
    if (begin > 0) top += kRowGap;
    top = LayOutRow(grid, begin, std::min(begin + columns, grid.cells.size()), top, &layout);
  }
  layout.size.height_px = top + kMargin;
  return layout;
}

DrawnGrid DrawPictureGrid(const PictureGrid& grid) {
  const GridLayout layout = LayOutGrid(grid);
  Page page(layout.size);
  page.DrawCaption(grid.heading, layout.heading, {kHeadingPx, /*is_bold=*/true, /*lines=*/1});
  for (size_t i = 0; i < grid.cells.size(); ++i) {
    const GridCell& cell = grid.cells[i];
    page.DrawCaption(cell.title, layout.titles[i], {kTitlePx, /*is_bold=*/false, /*lines=*/1});
    page.DrawCaption(cell.note, layout.notes[i], {kNotePx, /*is_bold=*/false, grid.note_lines});
    if (cell.picture == nullptr) continue;
    page.DrawPicture(FitIntoCell(*cell.picture, grid.cell_px), layout.pictures[i]);
    page.DrawFrame(layout.pictures[i]);
  }
  return page.Finish();
}

}  // namespace mica
