// Problems that the decoders of all formats find, with the same words.
#ifndef MICA_DATA_DECODE_DECODE_PROBLEM_H_
#define MICA_DATA_DECODE_DECODE_PROBLEM_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture_region.h"

namespace mica {

// A picture that cannot be used.
PictureProblem Unusable(PictureFault fault, absl::string_view message);

// Something wrong with a picture whose pixels are all there.
PictureProblem Note(PictureFault fault, absl::string_view message);

// "JPEG ends early (row 34 of 64)": the first 34 rows are there.
PictureProblem EndsEarly(PictureFormat format, int64_t row, int64_t height);
// "JPEG ends early (in its header)"
PictureProblem EndsInHeader(PictureFormat format);

// No pixels, or more than kMaxPicturePixels.
std::optional<PictureProblem> SizeProblem(PictureFormat format, int64_t height, int64_t width);

// The pixels, or what the decoder needs, do not fit into the memory that is left: kTooLarge, and
// may pass.
PictureProblem NoMemory();

// The pixels have another size than the header promised: kCorrupt.
PictureProblem OtherSize(PictureFormat format, PictureSize found, PictureSize expected);

}  // namespace mica

#endif  // MICA_DATA_DECODE_DECODE_PROBLEM_H_
