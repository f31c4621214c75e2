#include "data/decode/picture_decoder.h"

#include <algorithm>
#include <new>
#include <utility>

#include "data/decode/bmp_decoder.h"
#include "data/decode/decode_problem.h"
#include "data/decode/jpeg_decoder.h"
#include "data/decode/png_decoder.h"
#include "data/decode/pnm_decoder.h"
#include "data/decode/webp_decoder.h"

namespace mica {
namespace {

std::vector<PictureProblem> DecodeFormat(absl::string_view bytes, PictureFormat format, bool keeps_alpha, Picture* picture) {
  switch (format) {
    case PictureFormat::kJpeg:
      return DecodeJpeg(bytes, picture);
    case PictureFormat::kPng:
      return DecodePng(bytes, picture, keeps_alpha);
    case PictureFormat::kBmp:
      return DecodeBmp(bytes, picture, keeps_alpha);
    case PictureFormat::kWebp:
      return DecodeWebp(bytes, picture, keeps_alpha);
    case PictureFormat::kPnm:
      return DecodePnm(bytes, picture);
  }
  return {Unusable(PictureFault::kUnsupportedFormat, "has an unknown format")};
}

}  // namespace

bool IsUsable(const std::vector<PictureProblem>& problems) {
  return std::all_of(problems.begin(), problems.end(), [](const PictureProblem& problem) { return problem.is_usable; });
}

std::vector<PictureProblem> PictureDecoder::Decode(absl::string_view bytes, PictureFormat format, Picture* picture,
                                                   AlphaGround ground) const {
  std::vector<PictureProblem> problems;
  try {
    problems = DecodeFormat(bytes, format, ground != AlphaGround::kNone, picture);
  } catch (const std::bad_alloc&) {
    problems = {NoMemory()};
  }
  if (!IsUsable(problems)) {
    picture->Reshape(0, 0, 0);
  } else if (picture->channels == 2 || picture->channels == 4) {
    BlendAlpha(ground, picture);
  }
  return problems;
}

DecodeResult PictureDecoder::Decode(absl::string_view bytes, PictureFormat format) const {
  DecodeResult result;
  result.picture.emplace();
  result.problems = Decode(bytes, format, &*result.picture);
  if (!IsUsable(result.problems)) result.picture.reset();
  return result;
}

}  // namespace mica
