#include "data/decode/png_header.h"

#include <zlib.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "data/decode/exif_orientation.h"

namespace mica {
namespace {

constexpr int64_t kChunkHeadBytes = 8;    // length and type
constexpr int64_t kChunkFrameBytes = 12;  // … and the checksum
constexpr int64_t kIhdrBytes = 13;
constexpr char kDataName[] = "its picture data (IDAT)";

enum ColourType { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgba = 6 };

struct Chunk {
  int64_t position;  // of its length
  int64_t length;    // of its data
  char type[4];

  absl::string_view name() const { return absl::string_view(type, sizeof(type)); }
  int64_t data() const { return position + kChunkHeadBytes; }
};

// The checksum over type and data of a chunk that has all its bytes.
bool HasSoundChecksum(absl::string_view chunk) {
  const absl::string_view covered = chunk.substr(4, chunk.size() - kChunkFrameBytes + 4);
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return sum == BigEndian32(chunk.substr(chunk.size() - 4));
}

bool IsAllowed(int colour_type, int bits) {
  const bool is_power = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
  switch (colour_type) {
    case kGrey:
      return is_power;
    case kPalette:
      return is_power && bits <= 8;
    case kRgb:
    case kGreyAlpha:
    case kRgba:
      return bits == 8 || bits == 16;
    default:
      return false;
  }
}

ColourKind ColourOf(int colour_type, bool has_transparency) {
  switch (colour_type) {
    case kGrey:
      return has_transparency ? ColourKind::kGreyAlpha : ColourKind::kGrey;
    case kPalette:
      return has_transparency ? ColourKind::kPaletteAlpha : ColourKind::kPalette;
    case kGreyAlpha:
      return ColourKind::kGreyAlpha;
    case kRgba:
      return ColourKind::kRgba;
    default:
      return has_transparency ? ColourKind::kRgba : ColourKind::kRgb;
  }
}

class PngHeader {
 public:
  explicit PngHeader(HeaderWindow& window) : window_(window) { header_.format = PictureFormat::kPng; }

  ProbeResult Read() {
    if (std::optional<ProbeResult> refused = TakeIhdr()) return *refused;
    int64_t position = kPngSignature.size() + kChunkFrameBytes + kIhdrBytes;
    while (true) {
      const absl::string_view head = window_.At(position, kChunkHeadBytes);
      if (head.size() < kChunkHeadBytes) return EndsBefore(window_, kDataName);
      Chunk chunk{position, BigEndian32(head), {}};
      std::copy_n(head.data() + 4, 4, chunk.type);
      if (chunk.name() == "IDAT") return AtData();
      if (std::optional<ProbeResult> refused = TakeChunk(chunk)) return *refused;
      position += kChunkFrameBytes + chunk.length;
    }
  }

 private:
  std::optional<ProbeResult> TakeIhdr() {
    const absl::string_view chunk = window_.At(kPngSignature.size(), kChunkFrameBytes + kIhdrBytes);
    if (chunk.size() >= kChunkHeadBytes && chunk.substr(4, 4) == "CgBI") {
      return Refused(PictureFault::kUnsupportedFormat,
                     "is an iPhone's own form of PNG (CgBI), which mica does not read; take the picture before Xcode packed it, or convert "
                     "it to a plain PNG");
    }
    if (chunk.size() < kChunkFrameBytes + kIhdrBytes) return EndsBefore(window_, "its size");
    if (BigEndian32(chunk) != kIhdrBytes || chunk.substr(4, 4) != "IHDR") return Broken("does not begin with an IHDR chunk of 13 bytes");
    if (!HasSoundChecksum(chunk)) return Broken("has a wrong checksum over its size (IHDR)");
    return TakeIhdrData(chunk.substr(kChunkHeadBytes));
  }

  // Width, height, bits, colour type, compression, filter, interlacing.
  std::optional<ProbeResult> TakeIhdrData(absl::string_view data) {
    header_.bits = static_cast<uint8_t>(data[8]);
    colour_type_ = static_cast<uint8_t>(data[9]);
    if (!IsAllowed(colour_type_, header_.bits)) {
      return Broken(absl::StrCat("has colour type ", colour_type_, " with ", header_.bits, " bits, which PNG does not have"));
    }
    if (data[10] != 0 || data[11] != 0) return Broken("has a compression or filter method that PNG does not have");
    if (data[12] != 0 && data[12] != 1) return Broken("has an interlace method that PNG does not have");
    header_.is_progressive = data[12] == 1;
    ProbeResult sized = WithSize(header_, BigEndian32(data), BigEndian32(data.substr(4)));
    if (!sized.header.has_value()) return sized;
    header_ = *sized.header;
    return std::nullopt;
  }

  // nullopt if the walk goes on behind the chunk.
  std::optional<ProbeResult> TakeChunk(const Chunk& chunk) {
    constexpr int64_t kMaxLength = 0x7fffffff;
    const absl::string_view name = chunk.name();
    if (!std::all_of(name.begin(), name.end(), absl::ascii_isalpha)) return Broken(absl::StrCat("has no chunk at byte ", chunk.position));
    if (chunk.length > kMaxLength) return Broken(absl::StrCat("has a ", name, " chunk of ", chunk.length, " bytes"));
    if (name == "PLTE") return TakePalette(chunk);
    // A first letter in upper case: not to be skipped by those who do not know it.
    if (absl::ascii_isupper(name[0])) return Broken(absl::StrCat("has a ", name, " chunk before ", kDataName));
    if (name == "tRNS") TakeTransparency(chunk);
    if (name == "acTL") TakeAnimation(chunk);
    first_is_frame_ = first_is_frame_ || name == "fcTL";
    if (name == "eXIf") header_.orientation = ExifOrientation(window_, chunk.data(), chunk.length);
    return std::nullopt;
  }

  std::optional<ProbeResult> TakePalette(const Chunk& chunk) {
    constexpr int64_t kMaxColours = 256;
    const bool is_sound = chunk.length > 0 && chunk.length % 3 == 0 && chunk.length <= 3 * kMaxColours;
    if (!is_sound && colour_type_ == kPalette) return Broken(absl::StrCat("has a palette (PLTE) of ", chunk.length, " bytes"));
    has_palette_ = has_palette_ || is_sound;
    return std::nullopt;
  }

  // libpng ignores one that does not fit or whose checksum is wrong.
  void TakeTransparency(const Chunk& chunk) {
    constexpr int64_t kMaxLength = 256;
    const bool fits = colour_type_ == kGrey      ? chunk.length == 2
                      : colour_type_ == kRgb     ? chunk.length == 6
                      : colour_type_ == kPalette ? has_palette_ && chunk.length >= 1 && chunk.length <= kMaxLength
                                                 : false;
    if (!fits) return;
    const int64_t size = kChunkFrameBytes + chunk.length;
    const absl::string_view bytes = window_.At(chunk.position, size);
    has_transparency_ = static_cast<int64_t>(bytes.size()) == size && HasSoundChecksum(bytes);
  }

  // Number of frames, number of plays.
  void TakeAnimation(const Chunk& chunk) {
    constexpr int64_t kLength = 8;
    if (chunk.length == kLength) frames_ = BigEndian32(window_.At(chunk.data(), kLength));
  }

  // Without an fcTL in front of the picture's data, that picture is none of the frames.
  bool IsAnimated() const {
    constexpr uint32_t kMaxFrames = 0x7fffffff;
    return frames_ >= (first_is_frame_ ? 2 : 1) && frames_ <= kMaxFrames;
  }

  ProbeResult AtData() {
    if (colour_type_ == kPalette && !has_palette_) return Broken("has no palette (PLTE), but its colours are numbers of one");
    header_.colour = ColourOf(colour_type_, has_transparency_);
    header_.is_animated = IsAnimated();
    return {header_, std::nullopt};
  }

  HeaderWindow& window_;
  PictureHeader header_;
  int colour_type_ = 0;
  bool has_palette_ = false;
  bool has_transparency_ = false;
  uint32_t frames_ = 0;  // of an APNG
  bool first_is_frame_ = false;
};

}  // namespace

ProbeResult ReadPngHeader(HeaderWindow& window) {
  return PngHeader(window).Read();
}

}  // namespace mica
