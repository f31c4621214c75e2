#include "data/decode/pnm_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "data/decode/problem_matchers.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PnmDecoderTest : public testing::Test {
 protected:
  std::vector<PictureProblem> Decode(absl::string_view bytes) { return DecodePnm(bytes, &picture_); }

  Picture picture_;
};

TEST_F(PnmDecoderTest, ReadsCommentsAnywhereInTheHeader) {
  EXPECT_THAT(Decode("P5#a\n# b\n2#c\r#d\n1 # e\n255#f\nxy"), IsEmpty());
  EXPECT_THAT(picture_.pixels, ElementsAre('x', 'y'));
}

TEST_F(PnmDecoderTest, ReadsCommentsBetweenPlainSamples) {
  EXPECT_THAT(Decode("P2 2 2 255 1 2 # the second row\n3#\n4"), IsEmpty());
  EXPECT_THAT(picture_.pixels, ElementsAre(1, 2, 3, 4));
}

TEST_F(PnmDecoderTest, TakesOneSpaceBeforeRawSamples) {
  EXPECT_THAT(Decode("P5 3 1 255\n \n#"), IsEmpty());
  EXPECT_THAT(picture_.pixels, ElementsAre(' ', '\n', '#'));
}

// Against floating point, for maxvals of one and of two bytes.
TEST_F(PnmDecoderTest, ScalesSamplesByTheMaxval) {
  for (const int maxval : {1, 2, 3, 15, 100, 254, 255, 256, 1023, 4095, 65534, 65535}) {
    std::string samples;
    std::vector<int> values;
    for (int value = 0; value <= maxval; value += 1 + maxval / 100) {
      values.push_back(value);
      if (maxval > 255) samples.push_back(static_cast<char>(value >> 8));
      samples.push_back(static_cast<char>(value));
    }
    ASSERT_THAT(Decode(absl::StrCat("P5 ", values.size(), " 1 ", maxval, "\n", samples)), IsEmpty());
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(picture_.pixels[i], std::floor(values[i] * 255.0 / maxval + 0.5)) << values[i] << " of " << maxval;
    }
  }
}

TEST_F(PnmDecoderTest, SaysInWhichRowSamplesAreMissing) {
  for (const absl::string_view bytes : {"P5 2 3 255\nabc", "P2 2 3 255\n1 2 3", "P1 2 3\n0 1 1"}) {
    EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kTruncated, "PNM ends early (row 1 of 3)"))) << bytes;
  }
  EXPECT_THAT(Decode("P4 9 3\nabc"), ElementsAre(IsUnusable(PictureFault::kTruncated, "PNM ends early (row 1 of 3)")));
  EXPECT_THAT(Decode(absl::StrCat("P6 1 2 256\n", std::string(11, '\0'))),
              ElementsAre(IsUnusable(PictureFault::kTruncated, "PNM ends early (row 1 of 2)")));
}

TEST_F(PnmDecoderTest, RefusesSamplesAboveTheMaxval) {
  for (const absl::string_view bytes : {"P2 1 2 60\n60 61", "P5 1 2 60\n<="}) {
    EXPECT_THAT(Decode(bytes),
                ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt PNM data: sample 61 is above the maxval 60 (row 1 of 2)")));
  }
}

TEST_F(PnmDecoderTest, RefusesTextThatIsNoSample) {
  for (const absl::string_view bytes : {"P2 1 2 255\n1 x", "P2 1 2 255\n1 -1", "P1 1 2\n1 2"}) {
    EXPECT_THAT(Decode(bytes), ElementsAre(IsUnusable(PictureFault::kCorrupt, "corrupt PNM data: not a number (row 1 of 2)"))) << bytes;
  }
}

TEST_F(PnmDecoderTest, NamesABrokenHeader) {
  const auto broken = [](absl::string_view text) {
    return ElementsAre(IsUnusable(PictureFault::kBrokenHeader, testing::HasSubstr(std::string(text))));
  };
  for (const absl::string_view bytes : {"P7 1 1 255\nx", "P55 1 255\nx", "S5 1 1 255\nx"}) {
    EXPECT_THAT(Decode(bytes), broken("does not begin with P1 to P6")) << bytes;
  }
  for (const absl::string_view bytes : {"P5 a 1 255\nx", "P5 1 -1 255\nx", "P5 1 1 255x", "P5 99999999999999999999 1 255\nx"}) {
    EXPECT_THAT(Decode(bytes), broken("has no number up to 2147483647 at byte ")) << bytes;
  }
  EXPECT_THAT(Decode("P5 1 1 0\nx"), broken("has the largest value 0, which must be 1 to 65535"));
  EXPECT_THAT(Decode("P5 1 1 65536\nx"), broken("has the largest value 65536"));
  EXPECT_THAT(Decode("P5 2147483647 2147483647 255\nx"), ElementsAre(IsUnusable(PictureFault::kTooLarge, testing::HasSubstr(" pixels"))));
}

}  // namespace
}  // namespace mica
