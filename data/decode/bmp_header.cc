#include "data/decode/bmp_header.h"

#include <algorithm>
#include <bitset>
#include <cstdlib>
#include <optional>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

constexpr int64_t kFileHeaderBytes = 14;
constexpr int64_t kCoreBytes = 12;      // OS/2 1
constexpr int64_t kInfoBytes = 40;      // Windows 3
constexpr int64_t kOs2Bytes = 64;       // OS/2 2
constexpr int64_t kMasksBegin = 40;     // of the info header or behind it: red, green, blue, alpha
constexpr int64_t kWithAlphaMask = 56;  // headers of so many bytes hold four masks, those of 52 three

enum Compression : uint32_t { kNone, kRle8, kRle4, kMasks, kJpeg, kPng, kMasksWithAlpha };

bool IsHeaderSize(int64_t bytes) {
  constexpr int64_t kSizes[] = {kCoreBytes, kInfoBytes, 52, kWithAlphaMask, kOs2Bytes, 108, 124};
  return std::find(std::begin(kSizes), std::end(kSizes), bytes) != std::end(kSizes);
}

bool IsPixelSize(int64_t bits) {
  constexpr int64_t kSizes[] = {1, 4, 8, 16, 24, 32};
  return std::find(std::begin(kSizes), std::end(kSizes), bits) != std::end(kSizes);
}

class BmpHeader {
 public:
  explicit BmpHeader(HeaderWindow& window) : window_(window) { header_.format = PictureFormat::kBmp; }

  ProbeResult Read() {
    const absl::string_view start = window_.At(0, kFileHeaderBytes + 4);
    if (start.size() < kFileHeaderBytes + 4) return EndsBefore(window_, "its size");
    data_begin_ = LittleEndian32(start.substr(10));
    header_bytes_ = LittleEndian32(start.substr(kFileHeaderBytes));
    if (!IsHeaderSize(header_bytes_)) return Broken(absl::StrCat("has a BMP header of ", header_bytes_, " bytes, which no version has"));
    const absl::string_view info = window_.At(kFileHeaderBytes, header_bytes_);
    if (static_cast<int64_t>(info.size()) < header_bytes_) return EndsBefore(window_, "the end of its header");
    TakeInfo(info);
    if (std::optional<ProbeResult> refused = CheckForm()) return *refused;
    if (std::optional<ProbeResult> refused = TakeColours()) return *refused;
    const ProbeResult sized = WithSize(header_, width_, std::abs(height_));
    return sized.header.has_value() ? CheckBytes(*sized.header) : sized;
  }

 private:
  void TakeInfo(absl::string_view info) {
    if (header_bytes_ == kCoreBytes) {
      width_ = LittleEndian16(info.substr(4));
      height_ = LittleEndian16(info.substr(6));
      pixel_bits_ = LittleEndian16(info.substr(10));
      return;
    }
    width_ = static_cast<int32_t>(LittleEndian32(info.substr(4)));
    height_ = static_cast<int32_t>(LittleEndian32(info.substr(8)));
    pixel_bits_ = LittleEndian16(info.substr(14));
    compression_ = LittleEndian32(info.substr(16));
  }

  bool has_masks() const { return compression_ == kMasks || compression_ == kMasksWithAlpha; }

  std::optional<ProbeResult> CheckForm() const {
    if (header_bytes_ != kOs2Bytes && (compression_ == kJpeg || compression_ == kPng)) {
      return Refused(PictureFault::kUnsupportedFormat, absl::StrCat("is a BMP around a ", compression_ == kJpeg ? "JPEG" : "PNG",
                                                                    ", which mica does not read; convert it to PNG"));
    }
    if (!IsPixelSize(pixel_bits_) || !IsReadCompression()) {
      return Refused(PictureFault::kUnsupportedFormat,
                     absl::StrCat("is a BMP of ", pixel_bits_, " bits a pixel with compression ", compression_,
                                  ", which mica does not read; convert it to PNG, unless it is damaged"));
    }
    if (height_ < -int64_t{INT32_MAX}) return Broken(absl::StrCat("has height ", height_, " in its header"));
    if (data_begin_ < kFileHeaderBytes + header_bytes_)
      return Broken(absl::StrCat("has its pixels at byte ", data_begin_, ", inside its header"));
    return std::nullopt;
  }

  bool IsReadCompression() const {
    if (has_masks()) return header_bytes_ != kOs2Bytes && (pixel_bits_ == 16 || pixel_bits_ == 32);
    return compression_ == kNone || (compression_ == kRle8 && pixel_bits_ == 8) || (compression_ == kRle4 && pixel_bits_ == 4);
  }

  std::optional<ProbeResult> TakeColours() {
    if (pixel_bits_ <= 8) {
      header_.colour = ColourKind::kPalette;
      header_.bits = static_cast<uint8_t>(pixel_bits_);
      return std::nullopt;
    }
    header_.colour = ColourKind::kRgb;
    header_.bits = pixel_bits_ == 16 ? 5 : 8;
    return has_masks() ? TakeMasks() : std::nullopt;
  }

  std::optional<ProbeResult> TakeMasks() {
    const bool has_alpha_mask = compression_ == kMasksWithAlpha || header_bytes_ >= kWithAlphaMask;
    const int64_t size = has_alpha_mask ? 16 : 12;
    const absl::string_view masks = window_.At(kFileHeaderBytes + kMasksBegin, size);
    if (static_cast<int64_t>(masks.size()) < size) return EndsBefore(window_, "the end of its colour masks");
    size_t bits = 0;
    for (const size_t at : {0, 4, 8}) bits = std::max(bits, std::bitset<32>(LittleEndian32(masks.substr(at))).count());
    if (bits == 0) return Broken("has colour masks of 0");
    header_.bits = static_cast<uint8_t>(bits);
    if (has_alpha_mask && LittleEndian32(masks.substr(12)) != 0) header_.colour = ColourKind::kRgba;
    return std::nullopt;
  }

  // Rows are padded to 4 bytes; some programs leave that out behind the last.
  ProbeResult CheckBytes(const PictureHeader& header) const {
    const int64_t row_bits = header.width_px * pixel_bits_;
    const int64_t needed = data_begin_ + (row_bits + 31) / 32 * 4 * (header.height_px - 1) + (row_bits + 7) / 8;
    const bool is_plain = compression_ == kNone || has_masks();
    if (is_plain && window_.size() < needed) return Truncated(window_.size(), needed);
    if (window_.size() <= data_begin_) return EndsBefore(window_, "its pixels");
    return {header, std::nullopt};
  }

  HeaderWindow& window_;
  PictureHeader header_;
  int64_t data_begin_ = 0;
  int64_t header_bytes_ = 0;
  int64_t width_ = 0;
  int64_t height_ = 0;
  int64_t pixel_bits_ = 0;
  uint32_t compression_ = kNone;
};

}  // namespace

ProbeResult ReadBmpHeader(HeaderWindow& window) {
  return BmpHeader(window).Read();
}

}  // namespace mica
