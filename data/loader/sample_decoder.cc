#include "data/loader/sample_decoder.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "data/decode/picture_header.h"
#include "data/decode/upright_picture.h"

namespace mica {
namespace {

constexpr int kAsStored = 1;  // EXIF's orientation

const PictureProblem* FindUnusable(const std::vector<PictureProblem>& problems) {
  const auto found = std::find_if(problems.begin(), problems.end(), [](const PictureProblem& problem) { return !problem.is_usable; });
  return found == problems.end() ? nullptr : &*found;
}

}  // namespace

int ChannelsOf(const DatasetIndex& index, const DecodeConfig& decode) {
  if (decode.has_colour()) return decode.colour() == DecodeConfig::GREY ? 1 : 3;
  const bool is_grey = std::all_of(index.files.begin(), index.files.end(),
                                   [](const SampleFile& file) { return file.raw.has_value() && file.raw->channels == 1; });
  return is_grey ? 1 : 3;
}

SampleDecoder::SampleDecoder(const DatasetIndex& index, const DecodeConfig& decode)
    : index_(index), channels_(ChannelsOf(index, decode)), decoder_(decode, channels_) {}

absl::Status SampleDecoder::Failed(const ImageRecord& record, absl::string_view reason) const {
  return DataError(absl::StrCat(index_.PathOf(record), ": ", reason));
}

absl::StatusOr<PictureSize> SampleDecoder::Read(const ImageRecord& record, SampleDecoderScratch* scratch) const {
  MICA_ASSIGN_OR_RETURN(scratch->content_, scratch->bytes_.Read(record));
  if (const std::optional<ImageShape>& raw = index_.files[record.file].raw; raw.has_value()) {
    return PictureSize{raw->height_px, raw->width_px};
  }
  const ProbeResult probe = ProbePicture(scratch->content_);
  if (!probe.header.has_value()) return Failed(record, probe.problem->message);
  scratch->header_ = *probe.header;
  return decoder_.SizeOf(scratch->header_);
}

absl::Status SampleDecoder::Decode(const ImageRecord& record, PictureRegion region, PictureSize output, SampleDecoderScratch* scratch,
                                   PicturePart* part) const {
  if (const std::optional<ImageShape>& raw = index_.files[record.file].raw; raw.has_value()) {
    Unpack(*raw, scratch, &part->pixels);
    part->box = {static_cast<double>(region.left_px), static_cast<double>(region.top_px), static_cast<double>(region.width_px),
                 static_cast<double>(region.height_px)};
    return absl::OkStatus();
  }
  const std::vector<PictureProblem> problems = decoder_.Decode(scratch->content_, scratch->header_, region, output, part);
  const PictureProblem* const problem = FindUnusable(problems);
  return problem == nullptr ? absl::OkStatus() : Failed(record, problem->message);
}

void SampleDecoder::Unpack(const ImageShape& shape, SampleDecoderScratch* scratch, Picture* picture) const {
  const bool is_as_wanted = shape.channels == channels_;
  Picture& planes = is_as_wanted ? *picture : scratch->planes_;
  FromPlanes(scratch->content_, shape.height_px, shape.width_px, shape.channels, &planes);
  if (!is_as_wanted) TurnUpright(planes, PictureRegion::Whole(planes.size()), kAsStored, channels_, picture);
}

}  // namespace mica
