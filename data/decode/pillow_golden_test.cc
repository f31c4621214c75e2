// Pictures that Pillow wrote, against the pixels that it reads from them: testdata/make_goldens.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/config/parse_text_or_die.h"
#include "data/decode/decode.pb.h"
#include "data/decode/picture_decoder.h"
#include "data/decode/picture_format.h"
#include "data/decode/picture_header.h"
#include "data/decode/region_decoder.h"
#include "data/picture/picture.h"
#include "data/picture/picture_region.h"

namespace mica {
namespace {

struct Golden {
  std::string file;
  std::string config;
  int channels = 3;
  std::string expected;
  int bound = 0;  // by how much a value may differ
};

std::string Read(const std::string& name) {
  std::ifstream file(absl::StrCat("data/decode/testdata/", name), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<Golden> Goldens() {
  std::vector<Golden> goldens;
  for (const absl::string_view row : absl::StrSplit(Read("goldens.csv"), '\n', absl::SkipEmpty())) {
    if (absl::StartsWith(row, "file,")) continue;
    const std::vector<std::string> fields = absl::StrSplit(row, ',');
    Golden& golden = goldens.emplace_back();
    golden.file = fields[0];
    golden.config = fields[1];
    EXPECT_TRUE(absl::SimpleAtoi(fields[2], &golden.channels) && absl::SimpleAtoi(fields[4], &golden.bound)) << row;
    golden.expected = fields[3];
  }
  return goldens;
}

Picture Expected(const Golden& golden) {
  Picture picture;
  EXPECT_TRUE(IsUsable(PictureDecoder().Decode(Read(golden.expected), PictureFormat::kPnm, &picture))) << golden.expected;
  return picture;
}

int LargestDifference(const Picture& a, const Picture& b) {
  int largest = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

class PillowGoldenTest : public testing::TestWithParam<Golden> {};
INSTANTIATE_TEST_SUITE_P(AllKinds, PillowGoldenTest, testing::ValuesIn(Goldens()), [](const testing::TestParamInfo<Golden>& info) {
  return absl::StrReplaceAll(info.param.expected, {{".", "_"}});
});

TEST_P(PillowGoldenTest, GivesThePixelsThatPillowReads) {
  const std::string bytes = Read(GetParam().file);
  const RegionDecoder decoder(ParseTextOrDie<DecodeConfig>(GetParam().config), GetParam().channels);
  const ProbeResult probe = ProbePicture(bytes);
  ASSERT_TRUE(probe.header.has_value()) << probe.problem->message;
  PicturePart part;
  const auto problems = decoder.Decode(bytes, *probe.header, PictureRegion::Whole(decoder.SizeOf(*probe.header)), {}, &part);
  ASSERT_TRUE(IsUsable(problems)) << problems[0].message;
  const Picture expected = Expected(GetParam());
  ASSERT_EQ(part.pixels.height_px, expected.height_px);
  ASSERT_EQ(part.pixels.width_px, expected.width_px);
  ASSERT_EQ(part.pixels.channels, expected.channels);
  EXPECT_LE(LargestDifference(part.pixels, expected), GetParam().bound);
}

TEST(PillowGoldenTest, AllGoldensAreThere) {
  EXPECT_GT(Goldens().size(), 45u);
}

}  // namespace
}  // namespace mica
