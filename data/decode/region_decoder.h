// Decodes the part of an encoded picture that is needed, as a DecodeConfig says: upright, in one or
// three channels, without alpha.
//   const RegionDecoder decoder(config.decode(), /*channels=*/3);
//   const ProbeResult probe = ProbePicture(bytes);
//   const PictureSize size = decoder.SizeOf(*probe.header);  // in which the region is chosen
//   PicturePart part;  // keeps its memory from one call to the next
//   const PictureSize output = {224, 224};
//   const auto problems = decoder.Decode(bytes, *probe.header, region, output, &part);
//   if (!IsUsable(problems)) return DataError(StrCat(path, ": ", problems.front().message));
// JPEG is decoded in part (jpeg_decoder.h), the other formats whole and then cropped. Damage in
// what is decoded is a problem; damage below a JPEG's region is not found.
#ifndef MICA_DATA_DECODE_REGION_DECODER_H_
#define MICA_DATA_DECODE_REGION_DECODER_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "data/decode/decode.pb.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_format.h"
#include "data/decode/probe_result.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {

struct PicturePart {
  Picture pixels;   // upright; around the box may be other pixels, which mean nothing
  PictureBox box;   // where the wanted region lies in `pixels`; whole numbers unless it is reduced
  Picture scratch;  // the decoder's
};

// Thread-safe: what is kept from one picture to the next is in the caller's PicturePart.
class RegionDecoder {
 public:
  // `channels` of the result: 1 or 3. config.colour() is for the caller, who knows what else the
  // data set has.
  RegionDecoder(const DecodeConfig& config, int channels);

  // Of the whole picture, upright.
  PictureSize SizeOf(const PictureHeader& header) const;

  // What the config says of a header alone: kUnsupportedFormat, or nullopt if it is accepted.
  std::optional<PictureProblem> Rejection(const PictureHeader& header) const;

  // `header` is that of `bytes`. `region` lies inside SizeOf(header) and has a pixel. `output` is
  // what the region will be scaled to, {} if it will not be: a JPEG of which it takes at least two
  // pixels for one is reduced if the config allows it, by the largest of 8, 4 and 2 that leaves as
  // many pixels as `output` has in both directions.
  // The pixels are complete if all problems are usable, and empty otherwise. One that is rejected
  // is not decoded.
  std::vector<PictureProblem> Decode(absl::string_view bytes, const PictureHeader& header, PictureRegion region, PictureSize output,
                                     PicturePart* part) const;

 private:
  int ReductionOf(PictureSize region, PictureSize output) const;
  std::vector<PictureProblem> DecodeStored(absl::string_view bytes, const PictureHeader& header, PictureRegion region, PictureSize output,
                                           PicturePart* part) const;

  const DecodeConfig config_;
  const int channels_;
  const AlphaGround ground_;
};

}  // namespace mica

#endif  // MICA_DATA_DECODE_REGION_DECODER_H_
