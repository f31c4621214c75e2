#include "bench/jpeg_region_limit.h"

// jpeglib.h needs size_t and FILE.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <vector>

namespace mica {
namespace {

// Smooth colours look at neighbours; so the columns beside the region are decoded too.
constexpr int32_t kMargin = 16;

}  // namespace

struct JpegRegionLimit::Codec {
  jpeg_decompress_struct jpeg = {};
  jpeg_error_mgr errors = {};
  std::vector<uint8_t> row;
};

JpegRegionLimit::JpegRegionLimit() : codec_(std::make_unique<Codec>()) {
  codec_->jpeg.err = jpeg_std_error(&codec_->errors);
  jpeg_create_decompress(&codec_->jpeg);
}

JpegRegionLimit::~JpegRegionLimit() {
  jpeg_destroy_decompress(&codec_->jpeg);
}

int64_t JpegRegionLimit::Decode(absl::string_view jpeg, PictureRegion region) {
  jpeg_decompress_struct* const codec = &codec_->jpeg;
  jpeg_mem_src(codec, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
  jpeg_read_header(codec, TRUE);
  codec->out_color_space = JCS_RGB;
  jpeg_start_decompress(codec);
  JDIMENSION left = std::max(0, region.left_px - kMargin);
  const auto right = std::min(static_cast<JDIMENSION>(region.right_px() + kMargin), codec->output_width);
  JDIMENSION width = right - left;
  jpeg_crop_scanline(codec, &left, &width);
  codec_->row.resize(size_t{3} * codec->image_width);
  JSAMPROW row = codec_->row.data();
  jpeg_skip_scanlines(codec, region.top_px);
  for (int32_t y = 0; y < region.height_px; ++y) jpeg_read_scanlines(codec, &row, 1);
  jpeg_abort_decompress(codec);
  return int64_t{width} * region.height_px;
}

}  // namespace mica
