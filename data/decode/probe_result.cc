#include "data/decode/probe_result.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "data/picture/picture_region.h"

namespace mica {

ProbeResult Refused(PictureFault fault, std::string message) {
  return {std::nullopt, PictureProblem{fault, /*is_usable=*/false, std::move(message)}};
}

ProbeResult Broken(absl::string_view what) {
  return Refused(PictureFault::kBrokenHeader, absl::StrCat(what, kCopyAgain));
}

ProbeResult EndsBefore(const HeaderWindow& window, absl::string_view what) {
  if (window.is_exhausted()) {
    return Refused(PictureFault::kBrokenHeader,
                   absl::StrCat("has too much other data before ", what, "; save it again without metadata (exiftool -all= FILE)"));
  }
  return Refused(PictureFault::kTruncated, absl::StrCat("ends after ", window.size(), " bytes, before ", what, kCopyAgain));
}

ProbeResult Truncated(int64_t bytes, int64_t expected_bytes) {
  return Refused(PictureFault::kTruncated, absl::StrCat("has ", bytes, " of ", expected_bytes, " bytes", kCopyAgain));
}

ProbeResult WithSize(PictureHeader header, int64_t width_px, int64_t height_px) {
  if (width_px < 1) return Broken(absl::StrCat("has width ", width_px, " in its header"));
  if (height_px < 1) return Broken(absl::StrCat("has height ", height_px, " in its header"));
  constexpr int64_t kMega = 1000000;
  // A product of 2^63 and more is as large as any.
  int64_t pixels;
  const bool fits = !__builtin_mul_overflow(width_px, height_px, &pixels);
  if (!fits || pixels > kMaxPicturePixels) {
    const std::string size = fits ? absl::StrCat((pixels - 1) / kMega + 1, " Mpx (", width_px, " x ", height_px, ")")
                                  : absl::StrCat(width_px, " x ", height_px, " pixels");
    return Refused(PictureFault::kTooLarge, absl::StrCat("has ", size, ", above the limit of ", kMaxPicturePixels / kMega,
                                                         " Mpx; scale it down (convert IN -resize 4000x4000 OUT)"));
  }
  header.width_px = static_cast<int32_t>(width_px);
  header.height_px = static_cast<int32_t>(height_px);
  return {header, std::nullopt};
}

}  // namespace mica
