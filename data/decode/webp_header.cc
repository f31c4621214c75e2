#include "data/decode/webp_header.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/exif_orientation.h"

namespace mica {
namespace {

constexpr int64_t kRiffHeaderBytes = 12;
constexpr int64_t kChunkHeadBytes = 8;
constexpr int64_t kLossyHeadBytes = 10;
constexpr int64_t kLosslessHeadBytes = 5;
constexpr int64_t kExtendedBytes = 10;

struct Chunk {
  std::string name;
  int64_t data;    // where its data begin
  int64_t length;  // of its data, without the byte that pads it to an even number

  int64_t next() const { return data + length + length % 2; }
};

class WebpHeader {
 public:
  explicit WebpHeader(HeaderWindow& window) : window_(window) { header_.format = PictureFormat::kWebp; }

  ProbeResult Read() {
    const std::optional<Chunk> first = ChunkAt(kRiffHeaderBytes);
    if (!first.has_value()) return EndsBefore(window_, kSize);
    end_ = kChunkHeadBytes + LittleEndian32(window_.At(4, 4));
    const ProbeResult result = first->name == "VP8X" ? ReadExtended(*first) : ReadPicture(*first);
    if (result.header.has_value() && window_.size() < end_) return Truncated(window_.size(), end_);
    return result;
  }

 private:
  static constexpr char kSize[] = "its size";

  std::optional<Chunk> ChunkAt(int64_t position) {
    const absl::string_view head = window_.At(position, kChunkHeadBytes);
    if (head.size() < kChunkHeadBytes) return std::nullopt;
    return Chunk{std::string(head.substr(0, 4)), position + kChunkHeadBytes, LittleEndian32(head.substr(4))};
  }

  // The first such chunk from `position` on.
  std::optional<Chunk> FindChunk(int64_t position, bool (*is_wanted)(absl::string_view name)) {
    while (position < end_) {
      std::optional<Chunk> chunk = ChunkAt(position);
      if (!chunk.has_value() || is_wanted(chunk->name)) return chunk;
      position = chunk->next();
    }
    return std::nullopt;
  }

  ProbeResult ReadPicture(const Chunk& chunk) {
    if (chunk.name == "VP8 ") return ReadLossy(chunk);
    if (chunk.name == "VP8L") return ReadLossless(chunk);
    return Broken("has no picture (VP8, VP8L or VP8X) behind its RIFF header");
  }

  // RFC 6386, section 9.1: 3 bytes of frame tag, 9d 01 2a, then 14 bits each of width and height.
  ProbeResult ReadLossy(const Chunk& chunk) {
    const absl::string_view head = window_.At(chunk.data, kLossyHeadBytes);
    if (head.size() < kLossyHeadBytes) return EndsBefore(window_, kSize);
    const uint32_t tag = LittleEndian24(head);
    const bool is_key_frame = (tag & 1) == 0;
    const bool is_shown = (tag >> 4 & 1) != 0;
    const uint32_t version = tag >> 1 & 7;
    const uint32_t first_partition_bytes = tag >> 5;
    if (!is_key_frame || !is_shown || version > 3 || head.substr(3, 3) != "\x9d\x01\x2a") return Broken("has no key frame in its VP8 data");
    if (first_partition_bytes >= chunk.length) return Broken("has a VP8 chunk that is shorter than its first part");
    constexpr uint32_t kSizeBits = 0x3fff;  // the upper two ask for scaling, which nobody does
    return WithSize(header_, LittleEndian16(head.substr(6)) & kSizeBits, LittleEndian16(head.substr(8)) & kSizeBits);
  }

  // RFC 9649, section 3.4: 2f, then 14 bits each of width - 1 and height - 1, alpha, version.
  ProbeResult ReadLossless(const Chunk& chunk) {
    const absl::string_view head = window_.At(chunk.data, kLosslessHeadBytes);
    if (head.size() < kLosslessHeadBytes) return EndsBefore(window_, kSize);
    const uint32_t bits = LittleEndian32(head.substr(1));
    if (head[0] != '\x2f' || bits >> 29 != 0 || chunk.length < kLosslessHeadBytes) return Broken("has no VP8L header");
    header_.colour = (bits >> 28 & 1) != 0 ? ColourKind::kRgba : ColourKind::kRgb;
    return WithSize(header_, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
  }

  // RFC 9649, section 2.7.1: flags, 3 bytes 0, 24 bits each of width - 1 and height - 1.
  ProbeResult ReadExtended(const Chunk& chunk) {
    constexpr int kAnimation = 0x02, kExif = 0x08, kAlpha = 0x10;
    if (chunk.length != kExtendedBytes) return Broken(absl::StrCat("has a VP8X chunk of ", chunk.length, " bytes"));
    const absl::string_view data = window_.At(chunk.data, kExtendedBytes);
    if (data.size() < kExtendedBytes) return EndsBefore(window_, kSize);
    const int flags = static_cast<uint8_t>(data[0]);
    const uint32_t width = LittleEndian24(data.substr(4)) + 1;
    const uint32_t height = LittleEndian24(data.substr(7)) + 1;
    header_.colour = (flags & kAlpha) != 0 ? ColourKind::kRgba : ColourKind::kRgb;
    header_.is_animated = (flags & kAnimation) != 0;
    ProbeResult canvas = WithSize(header_, width, height);
    if (!canvas.header.has_value()) return canvas;
    const ProbeResult result = header_.is_animated ? CheckAnimation(chunk, canvas) : ReadStill(chunk, canvas);
    return result.header.has_value() && (flags & kExif) != 0 ? WithOrientation(chunk, *result.header) : result;
  }

  ProbeResult CheckAnimation(const Chunk& extended, const ProbeResult& canvas) {
    const auto is_frame = [](absl::string_view name) { return name == "ANMF"; };
    return FindChunk(extended.next(), is_frame).has_value() ? canvas : EndsBefore(window_, "its first frame");
  }

  // Its one picture must be as large as the canvas.
  ProbeResult ReadStill(const Chunk& extended, const ProbeResult& canvas) {
    const auto is_picture = [](absl::string_view name) { return name == "VP8 " || name == "VP8L"; };
    const std::optional<Chunk> chunk = FindChunk(extended.next(), is_picture);
    if (!chunk.has_value()) return EndsBefore(window_, "its picture (VP8 or VP8L)");
    ProbeResult picture = ReadPicture(*chunk);
    if (!picture.header.has_value()) return picture;
    const PictureHeader& found = *picture.header;
    const PictureHeader& wanted = *canvas.header;
    if (found.width_px == wanted.width_px && found.height_px == wanted.height_px) return picture;
    return Broken(absl::StrCat("has a picture of ", found.width_px, " x ", found.height_px, " pixels on a canvas of ", wanted.width_px,
                               " x ", wanted.height_px));
  }

  ProbeResult WithOrientation(const Chunk& extended, PictureHeader header) {
    const auto is_exif = [](absl::string_view name) { return name == "EXIF"; };
    const std::optional<Chunk> exif = FindChunk(extended.next(), is_exif);
    if (exif.has_value()) header.orientation = ExifOrientation(window_, exif->data, exif->length);
    return {header, std::nullopt};
  }

  HeaderWindow& window_;
  PictureHeader header_;
  int64_t end_ = 0;  // of the file, as its header says
};

}  // namespace

ProbeResult ReadWebpHeader(HeaderWindow& window) {
  return WebpHeader(window).Read();
}

}  // namespace mica
