// Encoded pictures to pixels, by the decoder of their format.
//   PictureDecoder decoder;
//   Picture picture;  // keeps its memory from one call to the next
//   const auto problems = decoder.Decode(bytes, PictureFormat::kJpeg, &picture);
//   if (!IsUsable(problems)) return DataError(StrCat(path, ": ", problems.front().message));
// Each format's header says what becomes of its colours and what counts as a problem. Whatever the
// bytes are, the answer is a picture or a problem: nothing is printed, and no memory is taken for
// more than kMaxPicturePixels. Bytes of another format than the one named are a problem too.
// Not for the orientation that EXIF asks for: region_decoder.h applies it, and decodes no more than
// is needed.
#ifndef MICA_DATA_DECODE_PICTURE_DECODER_H_
#define MICA_DATA_DECODE_PICTURE_DECODER_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/alpha_blend.h"
#include "data/decode/picture_format.h"
#include "data/picture/picture.h"

namespace mica {

struct DecodeResult {
  std::optional<Picture> picture;        // if there is none, a problem is not usable
  std::vector<PictureProblem> problems;  // those of a picture are notes
};

// Whether all problems are.
bool IsUsable(const std::vector<PictureProblem>& problems);

// Thread-safe: nothing is kept from one picture to the next.
class PictureDecoder {
 public:
  // The picture is left empty, with its memory, if the problems are not usable.
  std::vector<PictureProblem> Decode(absl::string_view bytes, PictureFormat format, Picture* picture,
                                     AlphaGround ground = AlphaGround::kNone) const;

  // For a picture or two: takes new memory.
  DecodeResult Decode(absl::string_view bytes, PictureFormat format) const;
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_PICTURE_DECODER_H_
