#include "data/decode/webp_decoder.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "data/decode/decode_problem.h"

namespace mica {
namespace {

const uint8_t* Data(absl::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

absl::string_view Cause(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return "no error";
    case VP8_STATUS_OUT_OF_MEMORY:
      return "libwebp gets no memory";
    case VP8_STATUS_INVALID_PARAM:
      return "sizes that do not fit each other";
    case VP8_STATUS_BITSTREAM_ERROR:
      return "bitstream error";
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return "unsupported feature";
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "not enough data";
    case VP8_STATUS_USER_ABORT:
      return "aborted";
  }
  return "unknown error";
}

bool IsEnd(VP8StatusCode status) {
  return status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED;
}

std::optional<PictureProblem> HeaderProblem(VP8StatusCode status) {
  if (status == VP8_STATUS_OK) return std::nullopt;
  if (status == VP8_STATUS_OUT_OF_MEMORY) return NoMemory();
  if (IsEnd(status)) return EndsInHeader(PictureFormat::kWebp);
  return Unusable(PictureFault::kBrokenHeader, absl::StrCat("broken WebP header: ", Cause(status)));
}

// Where a still picture, which may be a frame of a larger one, goes.
struct Target {
  uint8_t* pixels;
  int64_t stride;
  int32_t height;
  int32_t width;
  int32_t channels;
};

std::optional<PictureProblem> DecodeStill(absl::string_view bytes, const Target& target) {
  WebPDecBuffer output;
  WebPInitDecBuffer(&output);
  output.colorspace = target.channels == 4 ? MODE_RGBA : MODE_RGB;
  output.is_external_memory = 1;
  output.u.RGBA.rgba = target.pixels;
  output.u.RGBA.stride = static_cast<int>(target.stride);
  output.u.RGBA.size = target.stride * (target.height - 1) + int64_t{target.width} * target.channels;
  // The incremental decoder costs no more and knows the row in which the data end.
  const std::unique_ptr<WebPIDecoder, decltype(&WebPIDelete)> decoder(WebPINewDecoder(&output), &WebPIDelete);
  if (decoder == nullptr) return NoMemory();
  const VP8StatusCode status = WebPIUpdate(decoder.get(), Data(bytes), bytes.size());
  int rows = 0;
  int width = 0;
  int height = 0;
  WebPIDecGetRGB(decoder.get(), &rows, &width, &height, nullptr);
  if (IsEnd(status)) return EndsEarly(PictureFormat::kWebp, rows, target.height);
  if (status == VP8_STATUS_OUT_OF_MEMORY) return NoMemory();
  const bool fits = rows == target.height && width == target.width && height == target.height;
  if (status == VP8_STATUS_OK && fits) return std::nullopt;
  const absl::string_view cause = Cause(status == VP8_STATUS_OK ? VP8_STATUS_INVALID_PARAM : status);
  return Unusable(PictureFault::kCorrupt, absl::StrCat("corrupt WebP data: ", cause, " (row ", rows, " of ", target.height, ")"));
}

using Demuxer = std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)>;

std::optional<PictureProblem> DecodeFirstFrame(absl::string_view bytes, Picture* picture) {
  const WebPData data = {Data(bytes), bytes.size()};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  const Demuxer demuxer(WebPDemuxPartial(&data, &state), &WebPDemuxDelete);
  WebPIterator frame = {};
  const std::unique_ptr<WebPIterator, decltype(&WebPDemuxReleaseIterator)> release(&frame, &WebPDemuxReleaseIterator);
  if (demuxer == nullptr || WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) {
    if (state == WEBP_DEMUX_PARSE_ERROR) return Unusable(PictureFault::kCorrupt, "corrupt WebP data: no frame can be read");
    return EndsEarly(PictureFormat::kWebp, 0, picture->height_px);
  }
  const int64_t bottom = int64_t{frame.y_offset} + frame.height;
  const int64_t right = int64_t{frame.x_offset} + frame.width;
  if (frame.x_offset < 0 || frame.y_offset < 0 || bottom > picture->height_px || right > picture->width_px) {
    return Unusable(PictureFault::kCorrupt, "corrupt WebP data: the first frame exceeds the picture");
  }
  if (frame.width < picture->width_px || frame.height < picture->height_px) {
    std::fill(picture->pixels.begin(), picture->pixels.end(), uint8_t{0});
  }
  uint8_t* const corner = picture->Row(frame.y_offset) + int64_t{frame.x_offset} * picture->channels;
  const absl::string_view fragment(reinterpret_cast<const char*>(frame.fragment.bytes), frame.fragment.size);
  return DecodeStill(fragment, {corner, picture->row_bytes(), frame.height, frame.width, picture->channels});
}

std::optional<PictureProblem> Decode(absl::string_view bytes, bool keeps_alpha, Picture* picture) {
  WebPBitstreamFeatures features;
  if (auto problem = HeaderProblem(WebPGetFeatures(Data(bytes), bytes.size(), &features))) return problem;
  if (auto problem = SizeProblem(PictureFormat::kWebp, features.height, features.width)) return problem;
  picture->Reshape(features.height, features.width, keeps_alpha && features.has_alpha != 0 ? 4 : 3);
  if (features.has_animation != 0) return DecodeFirstFrame(bytes, picture);
  return DecodeStill(bytes, {picture->pixels.data(), picture->row_bytes(), features.height, features.width, picture->channels});
}

}  // namespace

std::vector<PictureProblem> DecodeWebp(absl::string_view bytes, Picture* picture, bool keeps_alpha) {
  if (auto problem = Decode(bytes, keeps_alpha, picture)) return {*std::move(problem)};
  return {};
}

}  // namespace mica
