#include "data/decode/png_decoder.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"
#include "data/decode/error_jump.h"

namespace mica {
namespace {

constexpr int kMaxText = 200;

// libpng's words, and zlib's as libpng passes them on.
constexpr char kNoMemory[] = "Out of memory", kNoMemoryToInflate[] = "insufficient memory";

class PngReader {
 public:
  PngReader(absl::string_view bytes, bool keeps_alpha) : keeps_alpha_(keeps_alpha), rest_(bytes) {}
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  std::optional<PictureProblem> ReadHeader();
  std::optional<PictureProblem> ReadRows(Picture* picture);
  // After ReadRows.
  std::vector<PictureProblem> Findings();

 private:
  static PngReader& Of(png_structp png) { return *static_cast<PngReader*>(png_get_error_ptr(png)); }
  [[noreturn]] static void OnError(png_structp png, png_const_charp text);
  static void OnWarning(png_structp png, png_const_charp text);
  static void OnRead(png_structp png, png_bytep bytes, size_t size);

  void Create();
  bool HasAlpha() const;
  int Channels() const;  // of the pixels
  void ChooseColours();
  bool HasNoMemory() const { return absl::StrContains(error_, kNoMemory) || absl::StrContains(error_, kNoMemoryToInflate); }
  PictureProblem RowProblem() const;

  const bool keeps_alpha_;
  absl::string_view rest_;
  std::jmp_buf escape_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  int pass_ = 0;
  int64_t row_ = 0;
  int64_t height_ = 0;
  bool has_run_out_ = false;  // of bytes
  char error_[kMaxText] = {};
  char pixel_warning_[kMaxText] = {};  // the first one
};

void PngReader::OnError(png_structp png, png_const_charp text) {
  PngReader& reader = Of(png);
  std::snprintf(reader.error_, sizeof(reader.error_), "%s", text);
  longjmp(reader.escape_, 1);
}

// libpng goes on where the checksum of the uncompressed pixels is wrong.
void PngReader::OnWarning(png_structp png, png_const_charp text) {
  PngReader& reader = Of(png);
  const bool is_about_pixels = std::strncmp(text, "IDAT: ", 6) == 0 && std::strstr(text, "oo much") == nullptr;
  if (is_about_pixels && reader.pixel_warning_[0] == '\0') std::snprintf(reader.pixel_warning_, sizeof(reader.pixel_warning_), "%s", text);
}

void PngReader::OnRead(png_structp png, png_bytep bytes, size_t size) {
  PngReader& reader = Of(png);
  if (size > reader.rest_.size()) {
    reader.has_run_out_ = true;
    png_error(png, "ends early");
  }
  std::memcpy(bytes, reader.rest_.data(), size);
  reader.rest_.remove_prefix(size);
}

void PngReader::Create() {
  png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &PngReader::OnError, &PngReader::OnWarning);
  if (png_ != nullptr) info_ = png_create_info_struct(png_);
  if (info_ == nullptr) {
    std::snprintf(error_, sizeof(error_), "%s", kNoMemory);
    longjmp(escape_, 1);
  }
  // Pixels are counted below, with an error of their own.
  png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  constexpr int kAllButThoseOfPixels = -1;
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, kAllButThoseOfPixels);
  png_set_read_fn(png_, this, &PngReader::OnRead);
}

std::optional<PictureProblem> PngReader::ReadHeader() {
  const bool done = RunGuarded(&escape_, [this] {
    Create();
    png_read_info(png_, info_);
  });
  if (has_run_out_) return EndsInHeader(PictureFormat::kPng);
  if (!done && HasNoMemory()) return NoMemory();
  if (!done) return Unusable(PictureFault::kBrokenHeader, absl::StrCat("broken PNG header: ", error_));
  height_ = png_get_image_height(png_, info_);
  return SizeProblem(PictureFormat::kPng, height_, png_get_image_width(png_, info_));
}

bool PngReader::HasAlpha() const {
  const bool has_channel = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_ALPHA) != 0;
  return keeps_alpha_ && (has_channel || png_get_valid(png_, info_, PNG_INFO_tRNS) != 0);
}

int PngReader::Channels() const {
  const bool is_coloured = (png_get_color_type(png_, info_) & PNG_COLOR_MASK_COLOR) != 0;
  return (is_coloured ? 3 : 1) + (HasAlpha() ? 1 : 0);
}

void PngReader::ChooseColours() {
  const int colour_type = png_get_color_type(png_, info_);
  const int depth = png_get_bit_depth(png_, info_);
  if (colour_type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png_);
  if (colour_type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png_);
  if (depth == 16) png_set_scale_16(png_);
  HasAlpha() ? png_set_tRNS_to_alpha(png_) : png_set_strip_alpha(png_);
  passes_ = png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
}

std::optional<PictureProblem> PngReader::ReadRows(Picture* picture) {
  picture->Reshape(height_, png_get_image_width(png_, info_), Channels());
  const bool done = RunGuarded(&escape_, [this, picture] {
    ChooseColours();
    if (png_get_rowbytes(png_, info_) != static_cast<size_t>(picture->row_bytes())) png_error(png_, "rows of another size");
    for (pass_ = 0; pass_ < passes_; ++pass_) {
      for (row_ = 0; row_ < height_; ++row_) png_read_row(png_, picture->Row(row_), nullptr);
    }
  });
  if (!done) return RowProblem();
  return std::nullopt;
}

PictureProblem PngReader::RowProblem() const {
  if (HasNoMemory()) return NoMemory();
  const std::string pass = passes_ > 1 ? absl::StrCat("pass ", pass_ + 1, " of ", passes_, ", ") : "";
  const std::string place = absl::StrCat(" (", pass, "row ", row_, " of ", height_, ")");
  // libpng's words for compressed data that end before the last row.
  if (has_run_out_ || absl::StartsWith(error_, "Not enough image data")) {
    return Unusable(PictureFault::kTruncated, absl::StrCat("PNG ends early", place));
  }
  return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNG data: ", error_, place));
}

std::vector<PictureProblem> PngReader::Findings() {
  const bool done = RunGuarded(&escape_, [this] { png_read_end(png_, nullptr); });
  if (pixel_warning_[0] != '\0') return {Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt PNG data: ", pixel_warning_))};
  if (has_run_out_) return {Note(PictureFault::kTruncated, "PNG has no end chunk; all rows are there")};
  if (!done) return {Note(PictureFault::kCorrupt, absl::StrCat("corrupt PNG data: ", error_, "; all rows are there"))};
  return {};
}

}  // namespace

std::vector<PictureProblem> DecodePng(absl::string_view bytes, Picture* picture, bool keeps_alpha) {
  PngReader reader(bytes, keeps_alpha);
  if (auto problem = reader.ReadHeader()) return {*std::move(problem)};
  if (auto problem = reader.ReadRows(picture)) return {*std::move(problem)};
  return reader.Findings();
}

}  // namespace mica
