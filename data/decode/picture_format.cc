#include "data/decode/picture_format.h"

namespace mica {

absl::string_view PictureFormatName(PictureFormat format) {
  switch (format) {
    case PictureFormat::kJpeg:
      return "JPEG";
    case PictureFormat::kPng:
      return "PNG";
    case PictureFormat::kBmp:
      return "BMP";
    case PictureFormat::kWebp:
      return "WebP";
    case PictureFormat::kPnm:
      return "PNM";
  }
  return "unknown format";
}

absl::string_view ColourKindName(ColourKind kind) {
  switch (kind) {
    case ColourKind::kGrey:
      return "grey";
    case ColourKind::kGreyAlpha:
      return "grey+alpha";
    case ColourKind::kRgb:
      return "RGB";
    case ColourKind::kRgba:
      return "RGBA";
    case ColourKind::kPalette:
      return "palette";
    case ColourKind::kPaletteAlpha:
      return "palette+alpha";
    case ColourKind::kCmyk:
      return "CMYK";
    case ColourKind::kYcck:
      return "YCCK";
  }
  return "unknown colours";
}

absl::string_view PictureFaultName(PictureFault fault) {
  switch (fault) {
    case PictureFault::kUnreadable:
      return "unreadable";
    case PictureFault::kEmpty:
      return "empty";
    case PictureFault::kZeros:
      return "zeros";
    case PictureFault::kNotAPicture:
      return "not a picture";
    case PictureFault::kUnsupportedFormat:
      return "unsupported format";
    case PictureFault::kBrokenHeader:
      return "broken header";
    case PictureFault::kTooLarge:
      return "too large";
    case PictureFault::kTruncated:
      return "truncated";
    case PictureFault::kCorrupt:
      return "corrupt";
  }
  return "unknown fault";
}

}  // namespace mica
