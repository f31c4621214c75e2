// LibTorch's wheel has names that collide with those of other libraries (Protobuf headers, LOG,
// CHECK). This binary links all libraries and runs each.
#include <gflags/gflags.h>
#include <glog/logging.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <opencv2/imgproc.hpp>

#include "absl/strings/str_cat.h"

DEFINE_int32(image_height_px, 4, "Image height in pixels.");

namespace mica {
namespace {

TEST(StackTest, AllLibrariesWorkInOneBinary) {
  google::protobuf::Duration parsed;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString("seconds: 2", &parsed));
  const cv::Mat image(FLAGS_image_height_px, 4, CV_8UC3, cv::Scalar(1, 2, 3));
  const torch::Tensor pixels = torch::from_blob(image.data, {FLAGS_image_height_px, 4, 3}, torch::kByte).to(torch::kFloat);
  torch::nn::Linear head(3, 2);
  head(pixels.reshape({-1, 3})).square().mean().backward();
  LOG(INFO) << absl::StrCat("gradient norm ", head->weight.grad().norm().item<float>());
  EXPECT_FLOAT_EQ(pixels.mean().item<float>(), static_cast<float>(parsed.seconds()));
}

}  // namespace
}  // namespace mica
