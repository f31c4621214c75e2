#include "viz/heat_overlay.h"

#include <glog/logging.h>

#include <algorithm>
#include <cstdint>
#include <opencv2/imgproc.hpp>

namespace mica {
namespace {

// 0 to 255, as large as the picture.
cv::Mat EnlargedHeat(const HeatField& heat, const Picture& picture) {
  cv::Mat values(heat.height, heat.width, CV_32F), enlarged, bytes;
  std::copy(heat.values.begin(), heat.values.end(), values.ptr<float>());
  cv::resize(values, enlarged, cv::Size(picture.width_px, picture.height_px), 0, 0, cv::INTER_LINEAR);
  enlarged.convertTo(bytes, CV_8U, 255);
  return bytes;
}

cv::Mat GreyOf(const Picture& picture) {
  const cv::Mat pixels(picture.height_px, picture.width_px, CV_8UC(picture.channels), const_cast<uint8_t*>(picture.pixels.data()));
  cv::Mat grey = pixels;
  if (picture.channels == 3) cv::cvtColor(pixels, grey, cv::COLOR_RGB2GRAY);
  return grey;
}

// 2/5 of the grey between 64 and 191 and 3/5 of the colour. With all its contrast the picture would
// hide the heat: yellow on black would be as dark as blue on white.
uint8_t Mixed(int grey, int colour) {
  return static_cast<uint8_t>((2 * 64 + grey + 3 * colour + 2) / 5);
}

}  // namespace

Picture OverlayHeat(const Picture& picture, const HeatField& heat) {
  CHECK_EQ(heat.values.size(), static_cast<size_t>(heat.height) * heat.width);
  cv::Mat colours;
  cv::applyColorMap(EnlargedHeat(heat, picture), colours, cv::COLORMAP_VIRIDIS);  // BGR
  const cv::Mat grey = GreyOf(picture);
  Picture shown;
  shown.Reshape(picture.height_px, picture.width_px, /*channel_count=*/3);
  for (int y = 0; y < shown.height_px; ++y) {
    uint8_t* to = shown.Row(y);
    for (int x = 0; x < shown.width_px; ++x, to += 3) {
      const cv::Vec3b colour = colours.at<cv::Vec3b>(y, x);
      for (int c = 0; c < 3; ++c) to[c] = Mixed(grey.at<uint8_t>(y, x), colour[2 - c]);
    }
  }
  return shown;
}

}  // namespace mica
