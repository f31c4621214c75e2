// Pictures in rows and columns with words above and below them, as a picture to be saved or pasted
// into a report.
//   PictureGrid grid;
//   grid.columns = 4;
//   grid.cells.push_back({&picture, {"cat"}, {"crop 42 %, flipped"}});
//   WriteFile(path, EncodePng(DrawPictureGrid(grid).picture));
// Words may be in any script; they are drawn by Pango with the fonts of this machine, so other
// machines may draw other letters at the same places. Torch-free. Thread-compatible.
#ifndef MICA_VIZ_PICTURE_GRID_H_
#define MICA_VIZ_PICTURE_GRID_H_

#include <cstdint>
#include <string>
#include <vector>

#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

enum class CaptionColour : uint8_t { kBlack, kGrey, kGreen, kRed };

struct GridCaption {
  std::string text;  // control characters and bytes that are not UTF-8 appear as \xNN
  CaptionColour colour = CaptionColour::kBlack;
};

struct GridCell {
  const Picture* picture = nullptr;  // borrowed; null: nothing is there
  GridCaption title;                 // above, one line
  GridCaption note;                  // below, small
};

struct PictureGrid {
  GridCaption heading;          // above all; no text: no room is left for it
  int columns = 1;              // at least 1
  int cell_px = 160;            // at least 16: into a square of this side each picture is fitted
  int note_lines = 0;           // how many lines notes have at most
  std::vector<GridCell> cells;  // row by row, the last row may be short
};

// How large pictures of one size are in a square of `cell_px`: smaller ones by the largest whole
// factor, larger ones until they fit.
PictureSize FittedSize(PictureSize size, int cell_px);

// The picture at that size: pixels of an enlarged one are squares, a reduced one is smoothed.
// Fitting it again changes nothing, so who keeps many pictures for a grid can keep small ones.
Picture FitIntoCell(const Picture& picture, int cell_px);

// Where everything is drawn.
struct GridLayout {
  PictureSize size;
  PictureRegion heading;
  std::vector<PictureRegion> titles;    // one a cell
  std::vector<PictureRegion> pictures;  // without pixels where there is none
  std::vector<PictureRegion> notes;
};
GridLayout LayOutGrid(const PictureGrid& grid);

struct DrawnGrid {
  Picture picture;             // RGB
  int64_t missing_glyphs = 0;  // characters that no font here has; boxes stand for them
};

// Words that are too long end in an ellipsis. A grid of more than kMaxGridSidePx in a direction is
// a bug of ours. Throws std::bad_alloc.
DrawnGrid DrawPictureGrid(const PictureGrid& grid);

inline constexpr int kMaxGridSidePx = 32'000;  // Cairo's pictures have at most 32,767

}  // namespace mica

#endif  // MICA_VIZ_PICTURE_GRID_H_
