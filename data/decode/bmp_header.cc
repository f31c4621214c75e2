#include "data/decode/bmp_header.h"

#include <algorithm>
#include <bitset>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr int64_t kFileHeaderBytes = 14;
constexpr int64_t kCoreBytes = 12;   // OS/2 1
constexpr int64_t kShortBytes = 16;  // OS/2 2 without the compression and all behind it
constexpr int64_t kInfoBytes = 40;   // Windows 3
constexpr int64_t kOs2Bytes = 64;    // OS/2 2
constexpr int64_t kMasksBegin = 40;  // of the info header or behind it: red, green, blue, alpha
// Headers of so many bytes hold four masks, those of 52 three.
constexpr int64_t kWithAlphaMask = 56;

enum Compression : uint32_t { kNone, kRle8, kRle4, kMasks, kJpeg, kPng, kMasksWithAlpha };

bool IsHeaderSize(int64_t bytes) {
  constexpr int64_t kSizes[] = {kCoreBytes, kShortBytes, kInfoBytes, 52, kWithAlphaMask, kOs2Bytes, 108, 124};
  return std::find(std::begin(kSizes), std::end(kSizes), bytes) != std::end(kSizes);
}

bool IsPixelSize(int64_t bits) {
  constexpr int64_t kSizes[] = {1, 4, 8, 16, 24, 32};
  return std::find(std::begin(kSizes), std::end(kSizes), bits) != std::end(kSizes);
}

class FormReader {
 public:
  FormReader(HeaderWindow& window, BmpForm* form) : window_(window), form_(*form) {}

  std::optional<PictureProblem> Read() {
    const absl::string_view start = window_.At(0, kFileHeaderBytes + 4);
    if (start.size() < kFileHeaderBytes + 4) return EndsBefore(window_, "its size").problem;
    form_.data_begin = LittleEndian32(start.substr(10));
    header_bytes_ = LittleEndian32(start.substr(kFileHeaderBytes));
    if (!IsHeaderSize(header_bytes_)) {
      return Broken(absl::StrCat("has a BMP header of ", header_bytes_, " bytes, which no version has")).problem;
    }
    const absl::string_view info = window_.At(kFileHeaderBytes, header_bytes_);
    if (static_cast<int64_t>(info.size()) < header_bytes_) return EndsBefore(window_, "the end of its header").problem;
    TakeInfo(info);
    if (auto problem = CheckCompression()) return problem;
    if (auto problem = TakeMasks()) return problem;
    if (form_.data_begin < form_.palette_begin) {
      return Broken(absl::StrCat("has its pixels at byte ", form_.data_begin, ", inside its header")).problem;
    }
    return std::nullopt;
  }

 private:
  bool has_masks() const { return compression_ == kMasks || compression_ == kMasksWithAlpha; }

  void TakeInfo(absl::string_view info) {
    if (header_bytes_ == kCoreBytes) {
      form_.width_px = LittleEndian16(info.substr(4));
      form_.height_px = LittleEndian16(info.substr(6));
      form_.pixel_bits = static_cast<int>(LittleEndian16(info.substr(10)));
      form_.palette_colour_bytes = 3;
      return;
    }
    const int64_t height = static_cast<int32_t>(LittleEndian32(info.substr(8)));
    form_.width_px = static_cast<int32_t>(LittleEndian32(info.substr(4)));
    form_.height_px = std::abs(height);
    form_.is_top_down = height < 0;
    form_.pixel_bits = static_cast<int>(LittleEndian16(info.substr(14)));
    if (header_bytes_ == kShortBytes) return;
    compression_ = LittleEndian32(info.substr(16));
    form_.palette_colours = LittleEndian32(info.substr(32));
    form_.is_run_length = compression_ == kRle8 || compression_ == kRle4;
  }

  // OS/2 uses the numbers of masks and of JPEG for compressions of its own.
  std::optional<PictureProblem> CheckCompression() const {
    if (header_bytes_ != kOs2Bytes && (compression_ == kJpeg || compression_ == kPng)) {
      return Refused(PictureFault::kUnsupportedFormat, absl::StrCat("is a BMP around a ", compression_ == kJpeg ? "JPEG" : "PNG",
                                                                    ", which mica does not read; convert it to PNG"))
          .problem;
    }
    if (!IsPixelSize(form_.pixel_bits) || !IsReadCompression()) {
      return Refused(PictureFault::kUnsupportedFormat,
                     absl::StrCat("is a BMP of ", form_.pixel_bits, " bits a pixel with compression ", compression_,
                                  ", which mica does not read; convert it to PNG, unless it is damaged"))
          .problem;
    }
    if (form_.is_run_length && form_.is_top_down) return Broken("has run-length coded rows from top to bottom").problem;
    return std::nullopt;
  }

  bool IsReadCompression() const {
    if (has_masks()) return header_bytes_ != kOs2Bytes && (form_.pixel_bits == 16 || form_.pixel_bits == 32);
    return compression_ == kNone || (compression_ == kRle8 && form_.pixel_bits == 8) || (compression_ == kRle4 && form_.pixel_bits == 4);
  }

  // Masks are a part of the longer headers, and lie behind that of 40 bytes.
  std::optional<PictureProblem> TakeMasks() {
    form_.palette_begin = kFileHeaderBytes + header_bytes_;
    if (!has_masks()) {
      if (form_.pixel_bits == 16) form_.masks = {0x7c00, 0x3e0, 0x1f, 0};
      if (form_.pixel_bits == 32) form_.masks = {0xff0000, 0xff00, 0xff, 0};
      return std::nullopt;
    }
    const size_t count = compression_ == kMasksWithAlpha || header_bytes_ >= kWithAlphaMask ? 4 : 3;
    const int64_t size = static_cast<int64_t>(count) * 4;
    const absl::string_view masks = window_.At(kFileHeaderBytes + kMasksBegin, size);
    if (static_cast<int64_t>(masks.size()) < size) return EndsBefore(window_, "the end of its colour masks").problem;
    for (size_t i = 0; i < count; ++i) form_.masks[i] = LittleEndian32(masks.substr(4 * i));
    if ((form_.masks[0] | form_.masks[1] | form_.masks[2]) == 0) return Broken("has colour masks of 0").problem;
    form_.palette_begin = std::max(form_.palette_begin, kFileHeaderBytes + kMasksBegin + size);
    return std::nullopt;
  }

  HeaderWindow& window_;
  BmpForm& form_;
  int64_t header_bytes_ = 0;
  uint32_t compression_ = kNone;
};

PictureHeader HeaderOf(const BmpForm& form) {
  PictureHeader header;
  header.format = PictureFormat::kBmp;
  header.colour = form.pixel_bits <= 8 ? ColourKind::kPalette : form.masks[3] != 0 ? ColourKind::kRgba : ColourKind::kRgb;
  size_t bits = form.pixel_bits <= 8 ? form.pixel_bits : 0;
  for (size_t i = 0; i < 3; ++i) bits = std::max(bits, std::bitset<32>(form.masks[i]).count());
  header.bits = static_cast<uint8_t>(bits > 0 ? bits : 8);
  return header;
}

// Rows are padded to 4 bytes; some programs leave that out behind the last.
ProbeResult CheckBytes(const HeaderWindow& window, const BmpForm& form, const PictureHeader& header) {
  const int64_t needed = form.data_begin + form.stride() * (form.height_px - 1) + form.row_bytes();
  if (!form.is_run_length && window.size() < needed) return Truncated(window.size(), needed);
  if (window.size() <= form.data_begin) return EndsBefore(window, "its pixels");
  return {header, std::nullopt};
}

}  // namespace

std::optional<PictureProblem> ReadBmpForm(HeaderWindow& window, BmpForm* form) {
  return FormReader(window, form).Read();
}

ProbeResult ReadBmpHeader(HeaderWindow& window) {
  BmpForm form;
  if (auto problem = ReadBmpForm(window, &form)) return {std::nullopt, std::move(problem)};
  const ProbeResult sized = WithSize(HeaderOf(form), form.width_px, form.height_px);
  return sized.header.has_value() ? CheckBytes(window, form, *sized.header) : sized;
}

}  // namespace mica
