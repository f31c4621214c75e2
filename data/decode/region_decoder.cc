#include "data/decode/region_decoder.h"

#include <glog/logging.h>

#include <new>
#include <utility>

#include "data/decode/decode_policy.h"
#include "data/decode/decode_problem.h"
#include "data/decode/jpeg_decoder.h"
#include "data/decode/upright_picture.h"

namespace mica {
namespace {

AlphaGround GroundOf(DecodeConfig::Alpha alpha) {
  switch (alpha) {
    case DecodeConfig::OVER_WHITE:
      return AlphaGround::kWhite;
    case DecodeConfig::OVER_BLACK:
      return AlphaGround::kBlack;
    case DecodeConfig::DROP:
    case DecodeConfig::ALPHA_UNSPECIFIED:
      return AlphaGround::kNone;
  }
  return AlphaGround::kNone;
}

// Gives `scratch` as it asks for, in `pixels`: `region` of it, upright.
void Finish(PictureRegion region, int orientation, int channels, PicturePart* part) {
  const Picture& stored = part->scratch;
  part->box = UprightBox(part->box, region.size(), orientation);
  const bool is_ready = orientation == 1 && stored.channels == channels && region.size() == stored.size();
  if (is_ready) return std::swap(part->pixels, part->scratch);
  TurnUpright(stored, region, orientation, channels, &part->pixels);
}

}  // namespace

RegionDecoder::RegionDecoder(const DecodeConfig& config, int channels)
    : config_(config), channels_(channels), ground_(GroundOf(config.alpha())) {
  CHECK(channels == 1 || channels == 3) << channels;
}

PictureSize RegionDecoder::SizeOf(const PictureHeader& header) const {
  return UprightSize(config_, header);
}

std::optional<PictureProblem> RegionDecoder::Rejection(const PictureHeader& header) const {
  return mica::Rejection(config_, header);
}

int RegionDecoder::ReductionOf(PictureSize region, PictureSize output) const {
  if (!config_.jpeg_reduction() || output.pixels() == 0) return 1;
  for (const int reduction : {8, 4, 2}) {
    if (region.height_px / reduction >= output.height_px && region.width_px / reduction >= output.width_px) return reduction;
  }
  return 1;
}

// `region` and `output` as stored. Leaves the pixels in part->scratch, and in part->box where the
// region lies in the part of them that Finish takes.
std::vector<PictureProblem> RegionDecoder::DecodeStored(absl::string_view bytes, const PictureHeader& header, PictureRegion region,
                                                        PictureSize output, PicturePart* part) const {
  const PictureSize whole{header.height_px, header.width_px};
  if (header.format == PictureFormat::kJpeg) {
    return DecodeJpegPart(bytes, {whole, region, ReductionOf(region.size(), output)}, &part->scratch, &part->box);
  }
  part->box = {0, 0, static_cast<double>(region.width_px), static_cast<double>(region.height_px)};
  std::vector<PictureProblem> problems = PictureDecoder().Decode(bytes, header.format, &part->scratch, ground_);
  const PictureSize found = part->scratch.size();
  if (IsUsable(problems) && found != whole) problems = {OtherSize(header.format, found, whole)};
  return problems;
}

std::vector<PictureProblem> RegionDecoder::Decode(absl::string_view bytes, const PictureHeader& header, PictureRegion region,
                                                  PictureSize output, PicturePart* part) const {
  CHECK(PictureRegion::Whole(SizeOf(header)).Contains(region))
      << region.left_px << " " << region.top_px << " " << region.width_px << " " << region.height_px;
  std::vector<PictureProblem> problems;
  if (std::optional<PictureProblem> rejection = Rejection(header)) {
    problems.push_back(*std::move(rejection));
  } else {
    const int orientation = AppliedOrientation(config_, header);
    const PictureRegion stored = StoredRegion(region, SizeOf(header), orientation);
    if (IsTransposed(orientation)) std::swap(output.height_px, output.width_px);
    try {
      problems = DecodeStored(bytes, header, stored, output, part);
      const PictureRegion decoded = header.format == PictureFormat::kJpeg ? PictureRegion::Whole(part->scratch.size()) : stored;
      if (IsUsable(problems)) Finish(decoded, orientation, channels_, part);
    } catch (const std::bad_alloc&) {
      problems = {NoMemory()};
    }
  }
  if (!IsUsable(problems)) part->pixels.Reshape(0, 0, 0);
  return problems;
}

}  // namespace mica
