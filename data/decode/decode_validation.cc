#include "data/decode/decode_validation.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

void ValidateReject(const DecodeConfig& config, absl::string_view path, ConfigProblems* problems) {
  std::set<int> kinds;
  for (int i = 0; i < config.reject_size(); ++i) {
    const DecodeConfig::Kind kind = config.reject(i);
    const std::string field = absl::StrCat(JoinPath(path, "reject"), "[", i, "]");
    if (kind == DecodeConfig::KIND_UNSPECIFIED) {
      problems->Error(field, "must be one of ALPHA_CHANNEL, SIXTEEN_BITS, CMYK, ANIMATION, PALETTE, GREY_ONLY");
    } else if (!kinds.insert(kind).second) {
      problems->Error(field, absl::StrCat("is ", DecodeConfig::Kind_Name(kind), " a second time; name each kind once"));
    }
  }
}

}  // namespace

void ValidateDecodeConfig(const DecodeConfig& config, absl::string_view path, ConfigProblems* problems) {
  const bool has_colour = config.colour() != DecodeConfig::COLOUR_UNSPECIFIED;
  if (config.has_colour() && !has_colour) problems->Error(JoinPath(path, "colour"), "must be RGB or GREY, or be left out");
  if (config.alpha() == DecodeConfig::ALPHA_UNSPECIFIED) {
    problems->Error(JoinPath(path, "alpha"), "must be one of DROP, OVER_WHITE, OVER_BLACK");
  }
  if (config.orientation() == DecodeConfig::ORIENTATION_UNSPECIFIED) {
    problems->Error(JoinPath(path, "orientation"), "must be APPLY or IGNORE");
  }
  ValidateReject(config, path, problems);
}

}  // namespace mica
