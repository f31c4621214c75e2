#include "data/decode/jpeg_header.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/decode/exif_orientation.h"

namespace mica {
namespace {

constexpr int kSof0 = 0xc0, kDht = 0xc4, kSof15 = 0xcf;  // the frame headers are in between
constexpr int kJpg = 0xc8, kDac = 0xcc;                  // … but these are none
constexpr int kRst0 = 0xd0, kRst7 = 0xd7;
constexpr int kSoi = 0xd8, kEoi = 0xd9, kSos = 0xda, kDqt = 0xdb, kDnl = 0xdc, kDri = 0xdd;
constexpr int kApp0 = 0xe0, kApp1 = 0xe1, kApp14 = 0xee, kApp15 = 0xef;
constexpr int kJpegLs = 0xf7, kComment = 0xfe, kTem = 0x01;

constexpr char kSaveAgain[] = "; save it again as an 8-bit JPEG or a PNG";

bool IsFrame(int marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

bool HasNoLength(int marker) {
  return marker == kTem || (marker >= kRst0 && marker <= kRst7);
}

// Tables and other data that do not change what a picture is.
bool IsSkipped(int marker) {
  return marker == kDht || marker == kDac || (marker >= kDqt && marker <= kDri) || (marker >= kApp0 && marker <= kApp15) ||
         marker == kComment;
}

// Of T.81, table B.1; nullptr for those that are read.
const char* UnreadProcess(int frame_marker) {
  switch (frame_marker) {
    case 0xc3:
    case 0xcb:
      return "lossless";
    case 0xc5:
    case 0xc6:
    case 0xc7:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return "hierarchical";
    default:
      return nullptr;
  }
}

class JpegHeader {
 public:
  explicit JpegHeader(HeaderWindow& window) : window_(window) {}

  ProbeResult Read() {
    while (true) {
      const std::optional<int> marker = NextMarker();
      if (!marker.has_value()) return EndsBefore(window_, Awaited());
      if (*marker == kSos) return AtFirstScan();
      if (*marker == kEoi) return Refused(PictureFault::kTruncated, absl::StrCat("has its end marker before ", Awaited(), kCopyAgain));
      if (HasNoLength(*marker)) continue;
      if (std::optional<ProbeResult> refused = TakeSegment(*marker)) return *refused;
    }
  }

 private:
  const char* Awaited() const { return frame_.has_value() ? "its picture data" : "its size"; }

  // The next marker's code, with position_ behind it. Bytes that belong to no marker are skipped,
  // as libjpeg does.
  std::optional<int> NextMarker() {
    while (true) {
      const absl::string_view bytes = window_.At(position_, 2);
      if (bytes.size() < 2) return std::nullopt;
      const int code = static_cast<uint8_t>(bytes[1]);
      const bool is_marker = bytes[0] == '\xff' && code != 0x00 && code != 0xff;
      position_ += is_marker ? 2 : 1;
      if (is_marker) return code;
    }
  }

  // nullopt if the walk goes on behind the segment.
  std::optional<ProbeResult> TakeSegment(int marker) {
    if (marker == kJpegLs)
      return Refused(PictureFault::kUnsupportedFormat, absl::StrCat("is a JPEG-LS, which mica does not read", kSaveAgain));
    if (!IsFrame(marker) && !IsSkipped(marker)) return Broken(absl::StrFormat("has the marker ff %02x before %s", marker, Awaited()));
    const absl::string_view length_bytes = window_.At(position_, 2);
    if (length_bytes.size() < 2) return EndsBefore(window_, Awaited());
    const int64_t length = std::max<int64_t>(BigEndian16(length_bytes), 2);  // it counts itself
    if (IsFrame(marker)) {
      if (std::optional<ProbeResult> refused = TakeFrame(marker, length)) return refused;
    }
    if (marker == kApp1) TakeExif(length);
    if (marker == kApp14) TakeAdobe(length);
    position_ += length;
    return std::nullopt;
  }

  // T.81, B.2.2: length, precision, height, width, components; then 3 bytes for each component.
  std::optional<ProbeResult> TakeFrame(int marker, int64_t length) {
    constexpr int64_t kFixedBytes = 8;
    if (frame_.has_value()) return Broken("has two frame headers (SOF)");
    if (const char* process = UnreadProcess(marker)) {
      return Refused(PictureFault::kUnsupportedFormat, absl::StrCat("is a ", process, " JPEG, which mica does not read", kSaveAgain));
    }
    const absl::string_view bytes = window_.At(position_, length);
    if (static_cast<int64_t>(bytes.size()) < length) return EndsBefore(window_, "its size");
    if (length < kFixedBytes) return Broken(absl::StrCat("has a frame header (SOF) of ", length, " bytes"));
    Frame frame{marker, static_cast<uint8_t>(bytes[2]), BigEndian16(bytes.substr(3)), BigEndian16(bytes.substr(5)),
                static_cast<uint8_t>(bytes[7])};
    if (length != kFixedBytes + 3 * frame.components) {
      return Broken(absl::StrCat("has a frame header (SOF) of ", length, " bytes for ", frame.components, " components"));
    }
    for (int i = 0; i < frame.components; ++i) {
      const int sampling = static_cast<uint8_t>(bytes[kFixedBytes + 3 * i + 1]);
      const auto is_factor = [](int factor) { return factor >= 1 && factor <= 4; };
      if (!is_factor(sampling >> 4) || !is_factor(sampling & 15)) return Broken("has sampling factors outside 1 to 4");
    }
    frame_ = frame;
    return std::nullopt;
  }

  void TakeExif(int64_t length) {
    constexpr absl::string_view kName("Exif\0\0", 6);
    if (has_exif_ || window_.At(position_ + 2, kName.size()) != kName) return;
    has_exif_ = true;
    orientation_ = ExifOrientation(window_, position_ + 2, length - 2);
  }

  // Adobe's Technical Note 5116: "Adobe", version, two words of flags, colour transform.
  void TakeAdobe(int64_t length) {
    constexpr int64_t kBytes = 12;
    const absl::string_view bytes = window_.At(position_ + 2, std::min(kBytes, length - 2));
    if (static_cast<int64_t>(bytes.size()) < kBytes || !absl::StartsWith(bytes, "Adobe")) return;
    adobe_transform_ = static_cast<uint8_t>(bytes[11]);
  }

  ProbeResult AtFirstScan() const {
    if (!frame_.has_value()) return Broken("has picture data before its size");
    if (frame_->bits == 12) {
      return Refused(PictureFault::kUnsupportedFormat,
                     absl::StrCat("has 12 bits per value, which mica does not read in JPEGs", kSaveAgain));
    }
    if (frame_->bits != 8) return Broken(absl::StrCat("has ", frame_->bits, " bits per value in its header"));
    if (frame_->components != 1 && frame_->components != 3 && frame_->components != 4) {
      return Refused(PictureFault::kUnsupportedFormat,
                     absl::StrCat("has ", frame_->components, " colour components; mica reads JPEGs of 1, 3 and 4", kSaveAgain));
    }
    if (frame_->height == 0) {
      return Broken("has height 0 in its header, to be read from a line count behind the picture (DNL), which mica does not do");
    }
    constexpr uint32_t kMaxSide = 65500;  // libjpeg's JPEG_MAX_DIMENSION
    if (frame_->width > kMaxSide || frame_->height > kMaxSide) {
      return Refused(PictureFault::kTooLarge,
                     absl::StrCat("has ", frame_->width, " x ", frame_->height, " pixels; a JPEG's sides can have up to ", kMaxSide,
                                  "; save it as PNG or scale it down"));
    }
    return WithSize(Header(), frame_->width, frame_->height);
  }

  PictureHeader Header() const {
    PictureHeader header;
    header.format = PictureFormat::kJpeg;
    header.colour = Colour();
    header.orientation = orientation_;
    header.is_progressive = frame_->marker == 0xc2 || frame_->marker == 0xca;
    return header;
  }

  // As libjpeg guesses it.
  ColourKind Colour() const {
    if (frame_->components == 1) return ColourKind::kGrey;
    if (frame_->components == 3) return ColourKind::kRgb;
    return adobe_transform_.value_or(0) == 0 ? ColourKind::kCmyk : ColourKind::kYcck;
  }

  struct Frame {
    int marker;
    int bits;
    uint32_t height;
    uint32_t width;
    int components;
  };

  HeaderWindow& window_;
  int64_t position_ = 2;
  std::optional<Frame> frame_;
  std::optional<int> adobe_transform_;
  bool has_exif_ = false;
  uint8_t orientation_ = 1;
};

}  // namespace

ProbeResult ReadJpegHeader(HeaderWindow& window) {
  return JpegHeader(window).Read();
}

}  // namespace mica
