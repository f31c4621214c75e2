#include "data/decode/decode_problem.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace mica {

PictureProblem Unusable(PictureFault fault, absl::string_view message) {
  return {fault, /*is_usable=*/false, std::string(message)};
}

PictureProblem Note(PictureFault fault, absl::string_view message) {
  return {fault, /*is_usable=*/true, std::string(message)};
}

PictureProblem EndsEarly(PictureFormat format, int64_t row, int64_t height) {
  return Unusable(PictureFault::kTruncated, absl::StrCat(PictureFormatName(format), " ends early (row ", row, " of ", height, ")"));
}

PictureProblem EndsInHeader(PictureFormat format) {
  return Unusable(PictureFault::kTruncated, absl::StrCat(PictureFormatName(format), " ends early (in its header)"));
}

std::optional<PictureProblem> SizeProblem(PictureFormat format, int64_t height, int64_t width) {
  if (height > 0 && width > 0 && height <= kMaxPicturePixels / width) return std::nullopt;
  const std::string size = absl::StrCat(width, " x ", height, " pixels");
  if (height <= 0 || width <= 0) {
    return Unusable(PictureFault::kBrokenHeader, absl::StrCat(PictureFormatName(format), " claims ", size));
  }
  return Unusable(PictureFault::kTooLarge, absl::StrCat("has ", size, "; at most ", kMaxPicturePixels, " are read"));
}

PictureProblem NoMemory() {
  PictureProblem problem =
      Unusable(PictureFault::kTooLarge, "needs more memory to be decoded than is left; free some, or lower loader.threads");
  problem.may_pass = true;
  return problem;
}

PictureProblem OtherSize(PictureFormat format, PictureSize found, PictureSize expected) {
  const auto text = [](PictureSize size) { return absl::StrCat(size.width_px, " x ", size.height_px); };
  return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt ", PictureFormatName(format), " data: pixels of ", text(found),
                                                       " where the header has ", text(expected)));
}

}  // namespace mica
