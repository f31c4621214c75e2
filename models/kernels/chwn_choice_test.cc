#include "models/kernels/chwn_choice.h"

#include <gtest/gtest.h>

#include <string>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

TEST(ConvolvesInChwnTest, FewChannelsAndAPlainKernel) {
  const auto convolves = [](const std::string& text, int64_t in) { return ConvolvesInChwn(ParseTextOrDie<Conv2dConfig>(text), in); };
  EXPECT_TRUE(convolves("out_channels: 10 padding_px: 1", 1));
  EXPECT_TRUE(convolves("out_channels: 12", 12));
  EXPECT_FALSE(convolves("out_channels: 64", 3));
  EXPECT_FALSE(convolves("out_channels: 8", 64));
  EXPECT_FALSE(convolves("out_channels: 10 stride: 2", 1));
  EXPECT_FALSE(convolves("out_channels: 10 dilation: 2", 1));
  EXPECT_FALSE(convolves("out_channels: 10 groups: 2", 10));
  EXPECT_FALSE(convolves("out_channels: 10 kernel_size_px: 1 padding_px: 1", 1));
  EXPECT_FALSE(convolves("out_channels: 10 kernel_size_px: 8", 1));
}

}  // namespace
}  // namespace mica
