#include "data/decode/probe_result.h"

#include <gtest/gtest.h>

#include "data/decode/picture_bytes.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

TEST(WithSizeTest, TakesEverySizeUpToTheLimit) {
  const ProbeResult largest = WithSize(PictureHeader(), kMaxPicturePixels, 1);
  ASSERT_TRUE(largest.header.has_value());
  EXPECT_EQ(largest.header->width_px, kMaxPicturePixels);
  EXPECT_EQ(largest.header->height_px, 1);
  EXPECT_FALSE(largest.problem.has_value());
}

TEST(WithSizeTest, RefusesOnePixelMore) {
  const ProbeResult larger = WithSize(PictureHeader(), kMaxPicturePixels + 1, 1);
  EXPECT_FALSE(larger.header.has_value());
  ASSERT_TRUE(larger.problem.has_value());
  EXPECT_EQ(larger.problem->fault, PictureFault::kTooLarge);
  EXPECT_EQ(larger.problem->message,
            "has 90 Mpx (89478486 x 1), above the limit of 89 Mpx; scale it down (convert IN -resize 4000x4000 OUT)");
}

TEST(WithSizeTest, ShowsWhatDoesNotFit64Bits) {
  const ProbeResult result = WithSize(PictureHeader(), UINT32_MAX, UINT32_MAX);
  ASSERT_TRUE(result.problem.has_value());
  EXPECT_EQ(result.problem->fault, PictureFault::kTooLarge);
  EXPECT_EQ(result.problem->message.find("has 4294967295 x 4294967295 pixels, above the limit of 89 Mpx; "), 0u);
}

TEST(WithSizeTest, RefusesEmptyPictures) {
  EXPECT_EQ(WithSize(PictureHeader(), 0, 5).problem->message, "has width 0 in its header; copy or download it again");
  EXPECT_EQ(WithSize(PictureHeader(), 5, 0).problem->message, "has height 0 in its header; copy or download it again");
  EXPECT_EQ(WithSize(PictureHeader(), -3, 5).problem->fault, PictureFault::kBrokenHeader);
}

// A sparse picture without end.
class EndlessZeros : public PictureBytes {
 public:
  int64_t size() const override { return INT64_MAX; }
  absl::string_view Read(int64_t, int64_t) override { return absl::string_view("\0", 1); }
};

TEST(EndsBeforeTest, TellsACutPictureFromAnEndlessHeader) {
  PictureInMemory cut("abc");
  HeaderWindow cut_window(cut);
  EXPECT_EQ(EndsBefore(cut_window, "its size").problem->fault, PictureFault::kTruncated);
  EXPECT_EQ(EndsBefore(cut_window, "its size").problem->message, "ends after 3 bytes, before its size; copy or download it again");

  EndlessZeros endless;
  HeaderWindow window(endless);
  for (int64_t i = 0; i <= kMaxHeaderReads; ++i) window.At(i << 20, 1);
  EXPECT_EQ(EndsBefore(window, "its size").problem->fault, PictureFault::kBrokenHeader);
  EXPECT_EQ(EndsBefore(window, "its size").problem->message,
            "has too much other data before its size; save it again without metadata (exiftool -all= FILE)");
}

}  // namespace
}  // namespace mica
