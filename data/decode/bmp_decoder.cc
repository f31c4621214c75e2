#include "data/decode/bmp_decoder.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"

namespace mica {
namespace {

constexpr int64_t kFileHeader = 14;  // bytes
constexpr int64_t kCoreHeader = 12;  // of OS/2 and Windows 2
constexpr int64_t kOs2Header = 64;
constexpr int64_t kInfoHeader = 40;  // without masks

// Values of the field "compression".
constexpr uint32_t kPlain = 0;
constexpr uint32_t kRle8 = 1;
constexpr uint32_t kRle4 = 2;
constexpr uint32_t kBitFields = 3;
constexpr uint32_t kJpegInside = 4;
constexpr uint32_t kPngInside = 5;
constexpr uint32_t kBitFieldsWithAlpha = 6;

using Rgb = std::array<uint8_t, 3>;

uint32_t Unsigned(absl::string_view bytes, int64_t at, int size) {
  uint32_t value = 0;
  for (int i = size - 1; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}
int64_t Unsigned16(absl::string_view bytes, int64_t at) {
  return Unsigned(bytes, at, 2);
}
uint32_t Unsigned32(absl::string_view bytes, int64_t at) {
  return Unsigned(bytes, at, 4);
}
int64_t Signed32(absl::string_view bytes, int64_t at) {
  return static_cast<int32_t>(Unsigned32(bytes, at));
}

struct BmpHeader {
  int64_t height = 0;
  int64_t width = 0;
  bool is_top_down = false;
  int bits = 0;  // of a pixel
  uint32_t compression = kPlain;
  std::array<uint32_t, 3> masks = {};  // of red, green and blue
  std::array<Rgb, 256> palette = {};   // black where the file has none
  int64_t first_row = 0;               // in the file

  bool is_rle() const { return compression == kRle4 || compression == kRle8; }
  int64_t row_bytes() const { return (width * bits + 7) / 8; }
  int64_t stride() const { return (width * bits + 31) / 32 * 4; }
};

PictureProblem Broken(absl::string_view message) {
  return Unusable(PictureFault::kBrokenHeader, absl::StrCat("broken BMP header: ", message));
}

bool IsBits(const BmpHeader& header) {
  switch (header.compression) {
    case kRle8:
      return header.bits == 8;
    case kRle4:
      return header.bits == 4;
    case kBitFields:
    case kBitFieldsWithAlpha:
      return header.bits == 16 || header.bits == 32;
    default:
      return header.bits == 1 || header.bits == 4 || header.bits == 8 || header.bits == 16 || header.bits == 24 || header.bits == 32;
  }
}

std::optional<PictureProblem> CheckKind(const BmpHeader& header, int64_t header_size) {
  if (header.compression == kJpegInside || header.compression == kPngInside) {
    return Unusable(PictureFault::kUnsupportedFormat, "is a BMP around a JPEG or PNG image, which mica does not read; convert it to PNG");
  }
  // OS/2 uses the numbers of bit fields and of JPEG for compressions of its own.
  const bool is_known = header.compression <= (header_size == kOs2Header ? kRle4 : kBitFields) || header.compression == kBitFieldsWithAlpha;
  if (!is_known) return Broken(absl::StrCat("compression ", header.compression));
  if (!IsBits(header)) return Broken(absl::StrCat(header.bits, " bits a pixel with compression ", header.compression));
  if (header.is_rle() && header.is_top_down) return Broken("RLE from top to bottom");
  return std::nullopt;
}

// Masks lie behind the fields of the short header: as part of a longer header, or between the
// header and the pixels. Returns the place behind them.
std::optional<int64_t> ReadMasks(absl::string_view bytes, int64_t header_end, BmpHeader* header) {
  const bool has_fields = header->compression == kBitFields || header->compression == kBitFieldsWithAlpha;
  if (!has_fields) {
    header->masks = header->bits == 16 ? std::array<uint32_t, 3>{0x7c00, 0x3e0, 0x1f} : std::array<uint32_t, 3>{0xff0000, 0xff00, 0xff};
    return header_end;
  }
  const int64_t masks = kFileHeader + kInfoHeader;
  if (static_cast<int64_t>(bytes.size()) < masks + 12) return std::nullopt;
  for (int i = 0; i < 3; ++i) header->masks[i] = Unsigned32(bytes, masks + 4 * i);
  return std::max(header_end, masks + (header->compression == kBitFieldsWithAlpha ? 16 : 12));
}

// As many colours as the header says or, where it says 0, as the bits allow; never beyond the rows.
void ReadPalette(absl::string_view bytes, int64_t at, int entry_size, int64_t colours, BmpHeader* header) {
  if (header->bits > 8) return;
  const int64_t most = int64_t{1} << header->bits;
  const int64_t end = std::min<int64_t>(bytes.size(), header->first_row);
  const int64_t count = std::min({colours > 0 ? colours : most, most, std::max<int64_t>(0, end - at) / entry_size});
  for (int64_t i = 0; i < count; ++i) {
    for (int channel = 0; channel < 3; ++channel) header->palette[i][channel] = bytes[at + i * entry_size + 2 - channel];
  }
}

std::optional<PictureProblem> ReadHeader(absl::string_view bytes, BmpHeader* header) {
  const int64_t size = bytes.size();
  if (size < kFileHeader + kCoreHeader) return EndsInHeader(PictureFormat::kBmp);
  if (!absl::StartsWith(bytes, "BM")) return Broken("it does not begin with \"BM\"");
  header->first_row = Unsigned32(bytes, 10);
  const int64_t header_size = Unsigned32(bytes, kFileHeader);
  const bool is_core = header_size == kCoreHeader;
  // OS/2 allows headers of 16 bytes, which leave out the compression and all behind it.
  const bool is_short = header_size == 16;
  if (!is_core && !is_short && (header_size < kInfoHeader || header_size > 124)) return Broken(absl::StrCat("length ", header_size));
  if (size < kFileHeader + header_size) return EndsInHeader(PictureFormat::kBmp);
  header->width = is_core ? Unsigned16(bytes, 18) : Signed32(bytes, 18);
  const int64_t height = is_core ? Unsigned16(bytes, 20) : Signed32(bytes, 22);
  header->is_top_down = height < 0;
  header->height = height < 0 ? -height : height;
  header->bits = static_cast<int>(Unsigned16(bytes, is_core ? 24 : 28));
  const bool has_more = !is_core && !is_short;
  header->compression = has_more ? Unsigned32(bytes, 30) : kPlain;
  if (auto problem = SizeProblem(PictureFormat::kBmp, header->height, header->width)) return problem;
  if (auto problem = CheckKind(*header, header_size)) return problem;
  const std::optional<int64_t> palette = ReadMasks(bytes, kFileHeader + header_size, header);
  if (!palette.has_value()) return EndsInHeader(PictureFormat::kBmp);
  if (header->first_row < *palette) return Broken(absl::StrCat("pixels begin at byte ", header->first_row, ", inside the header"));
  ReadPalette(bytes, *palette, is_core ? 3 : 4, has_more ? Unsigned32(bytes, 46) : 0, header);
  return std::nullopt;
}

void Put(const Rgb& colour, uint8_t* pixel) {
  std::memcpy(pixel, colour.data(), colour.size());
}

void ConvertIndices(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  const int mask = (1 << header.bits) - 1;
  for (int64_t x = 0, bit = 0; x < header.width; ++x, bit += header.bits) {
    const int index = row[bit / 8] >> (8 - header.bits - bit % 8) & mask;
    Put(header.palette[index], rgb + 3 * x);
  }
}

// The bits under a mask, scaled to 0…255.
class BitField {
 public:
  explicit BitField(uint32_t mask) : mask_(mask) {
    while (mask != 0 && (mask >> shift_ & 1) == 0) ++shift_;
    most_ = mask >> shift_;
  }

  uint8_t operator()(uint32_t pixel) const {
    const uint64_t value = (pixel & mask_) >> shift_;
    return most_ == 0 ? 0 : most_ == 255 ? value : (value * 255 + most_ / 2) / most_;
  }

 private:
  uint32_t mask_;
  int shift_ = 0;
  uint64_t most_ = 0;
};

void ConvertFields(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  const BitField fields[] = {BitField(header.masks[0]), BitField(header.masks[1]), BitField(header.masks[2])};
  const int bytes = header.bits / 8;
  for (int64_t x = 0; x < header.width; ++x, row += bytes) {
    uint32_t pixel = row[0] | row[1] << 8;
    if (bytes == 4) pixel |= row[2] << 16 | static_cast<uint32_t>(row[3]) << 24;
    for (const BitField& field : fields) *rgb++ = field(pixel);
  }
}

void ConvertBgr(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  for (int64_t x = 0; x < header.width; ++x, row += 3) {
    for (int channel = 2; channel >= 0; --channel) *rgb++ = row[channel];
  }
}

void ConvertRow(const BmpHeader& header, const uint8_t* row, uint8_t* rgb) {
  if (header.bits <= 8) return ConvertIndices(header, row, rgb);
  if (header.bits == 24) return ConvertBgr(header, row, rgb);
  ConvertFields(header, row, rgb);
}

std::optional<PictureProblem> DecodeRows(absl::string_view bytes, const BmpHeader& header, Picture* picture) {
  int64_t at = header.first_row;
  for (int64_t y = 0; y < header.height; ++y, at += header.stride()) {
    if (at + header.row_bytes() > static_cast<int64_t>(bytes.size())) return EndsEarly(PictureFormat::kBmp, y, header.height);
    uint8_t* const row = picture->Row(header.is_top_down ? y : header.height - 1 - y);
    ConvertRow(header, reinterpret_cast<const uint8_t*>(bytes.data()) + at, row);
  }
  return std::nullopt;
}

// RLE: pairs of a count and a colour, or of 0 and an escape. Rows run from bottom to top.
class RleReader {
 public:
  RleReader(absl::string_view bytes, const BmpHeader& header, Picture* picture)
      : rest_(bytes.substr(std::min<size_t>(bytes.size(), header.first_row))), header_(header), picture_(*picture) {
    FillRow();
  }

  std::optional<PictureProblem> Run() {
    bool has_end = false;
    while (!has_end && y_ < header_.height && rest_.size() >= 2) {
      const int count = Byte(0);
      const int value = Byte(1);
      rest_.remove_prefix(2);
      if (count > 0) {
        for (int i = 0; i < count; ++i) PutIndex(Nibble(value, i));
      } else if (value == kEndOfPicture) {
        has_end = true;
      } else if (!Escape(value)) {
        return EndProblem();
      }
    }
    const bool is_in_last_row = y_ == header_.height - 1 && x_ > 0;
    if (y_ >= header_.height || (is_in_last_row && (has_end || x_ >= header_.width))) return std::nullopt;
    return EndProblem();
  }

 private:
  enum EscapeCode { kEndOfRow = 0, kEndOfPicture = 1, kMove = 2 };

  int Byte(size_t at) const { return static_cast<uint8_t>(rest_[at]); }
  // Of RLE4, a byte holds two indices.
  int Nibble(int byte, int i) const { return header_.bits == 8 ? byte : i % 2 == 0 ? byte >> 4 : byte & 15; }

  PictureProblem EndProblem() const { return EndsEarly(PictureFormat::kBmp, y_, header_.height); }

  // False at the end of the bytes.
  bool Escape(int code) {
    if (code == kEndOfRow) {
      x_ = 0;
      NextRow();
      return true;
    }
    const size_t needed = code == kMove ? 2 : header_.bits == 8 ? code : (code + 1) / 2;
    if (rest_.size() < needed) return false;
    if (code == kMove) {
      x_ += Byte(0);
      for (int rows = Byte(1); rows > 0; --rows) NextRow();
      rest_.remove_prefix(2);
      return true;
    }
    for (int i = 0; i < code; ++i) PutIndex(Nibble(Byte(header_.bits == 8 ? i : i / 2), i));
    rest_.remove_prefix(std::min(rest_.size(), (needed + 1) / 2 * 2));  // literal indices fill words
    return true;
  }

  void NextRow() {
    ++y_;
    FillRow();
  }

  void FillRow() {
    if (y_ >= header_.height) return;
    row_ = picture_.Row(header_.height - 1 - y_);
    for (int64_t x = 0; x < header_.width; ++x) Put(header_.palette[0], row_ + 3 * x);
  }

  // Runs that leave the row are cut.
  void PutIndex(int index) {
    if (x_ >= header_.width) return;
    Put(header_.palette[index], row_ + 3 * x_);
    ++x_;
  }

  absl::string_view rest_;
  const BmpHeader& header_;
  Picture& picture_;
  int64_t x_ = 0;
  int64_t y_ = 0;  // from the bottom
  uint8_t* row_ = nullptr;
};

std::optional<PictureProblem> Decode(absl::string_view bytes, Picture* picture) {
  BmpHeader header;
  if (auto problem = ReadHeader(bytes, &header)) return problem;
  picture->Reshape(header.height, header.width, 3);
  if (header.is_rle()) return RleReader(bytes, header, picture).Run();
  return DecodeRows(bytes, header, picture);
}

}  // namespace

std::vector<PictureProblem> DecodeBmp(absl::string_view bytes, Picture* picture) {
  if (auto problem = Decode(bytes, picture)) return {*std::move(problem)};
  return {};
}

}  // namespace mica
