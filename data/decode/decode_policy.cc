#include "data/decode/decode_policy.h"

#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"
#include "data/decode/upright_picture.h"

namespace mica {
namespace {

bool HasAlpha(ColourKind colour) {
  return colour == ColourKind::kGreyAlpha || colour == ColourKind::kRgba || colour == ColourKind::kPaletteAlpha;
}

bool IsOfKind(const PictureHeader& header, DecodeConfig::Kind kind) {
  switch (kind) {
    case DecodeConfig::ALPHA_CHANNEL:
      return HasAlpha(header.colour);
    case DecodeConfig::SIXTEEN_BITS:
      return header.bits > 8;
    case DecodeConfig::CMYK:
      return header.colour == ColourKind::kCmyk || header.colour == ColourKind::kYcck;
    case DecodeConfig::ANIMATION:
      return header.is_animated;
    case DecodeConfig::PALETTE:
      return header.colour == ColourKind::kPalette || header.colour == ColourKind::kPaletteAlpha;
    case DecodeConfig::GREY_ONLY:
      return header.colour == ColourKind::kGrey || header.colour == ColourKind::kGreyAlpha;
    case DecodeConfig::KIND_UNSPECIFIED:
      return false;
  }
  return false;
}

absl::string_view What(DecodeConfig::Kind kind) {
  switch (kind) {
    case DecodeConfig::ALPHA_CHANNEL:
      return "has transparency (alpha)";
    case DecodeConfig::SIXTEEN_BITS:
      return "has more than 8 bits per channel";
    case DecodeConfig::CMYK:
      return "has the colours of inks (CMYK)";
    case DecodeConfig::ANIMATION:
      return "is animated";
    case DecodeConfig::PALETTE:
      return "has a palette of colours";
    case DecodeConfig::GREY_ONLY:
      return "is grey";
    case DecodeConfig::KIND_UNSPECIFIED:
      return "";
  }
  return "";
}

}  // namespace

int AppliedOrientation(const DecodeConfig& config, const PictureHeader& header) {
  return config.orientation() == DecodeConfig::IGNORE ? 1 : header.orientation;
}

PictureSize UprightSize(const DecodeConfig& config, const PictureHeader& header) {
  return IsTransposed(AppliedOrientation(config, header)) ? PictureSize{header.width_px, header.height_px}
                                                          : PictureSize{header.height_px, header.width_px};
}

std::optional<PictureProblem> Rejection(const DecodeConfig& config, const PictureHeader& header) {
  for (const int number : config.reject()) {
    const auto kind = static_cast<DecodeConfig::Kind>(number);
    if (!IsOfKind(header, kind)) continue;
    const std::string& name = DecodeConfig::Kind_Name(kind);
    return Unusable(PictureFault::kUnsupportedFormat,
                    absl::StrCat(What(kind), ", which decode.reject refuses; convert it, or take ", name, " off that list"));
  }
  return std::nullopt;
}

}  // namespace mica
