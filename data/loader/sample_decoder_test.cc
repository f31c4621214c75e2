#include "data/loader/sample_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

// One grey picture packed in memory, one RGB picture packed in memory, one PPM and one PGM file.
class SampleDecoderTest : public testing::Test {
 protected:
  enum { kPackedGrey, kPackedColour, kPpm, kPgm, kBroken };

  SampleDecoderTest() {
    AddPacked({/*channels=*/1, /*height_px=*/2, /*width_px=*/3}, "\x01\x02\x03\x04\x05\x06");
    AddPacked({/*channels=*/3, /*height_px=*/1, /*width_px=*/2}, "\x0a\x14\x1e\x28\x32\x3c");
    AddFile("c.ppm", "P6 2 1 255\n\x0a\x1e\x32\x14\x28\x3c");
    AddFile("g.pgm", "P5 3 2 255\n\x01\x02\x03\x04\x05\x06");
    AddFile("b.pgm", "P5 3 2 255\n\x01");
  }

  void AddPacked(const ImageShape& shape, const std::string& bytes) {
    AddRecord(static_cast<int64_t>(bytes.size()));
    index_.files.push_back({"packed", std::make_shared<const std::string>(bytes), shape, nullptr});
  }

  void AddFile(const std::string& name, absl::string_view bytes) {
    WriteTestFile(folder_ + "/" + name, bytes);
    AddRecord(0);
    index_.files.emplace_back().path = folder_ + "/" + name;
  }

  void AddRecord(int64_t length) {
    ImageRecord record;
    record.id = static_cast<int64_t>(index_.records.size());
    record.file = static_cast<int32_t>(index_.files.size());
    record.length = length;
    index_.records.push_back(record);
  }

  // The pixels of the region, as far as they are in the part.
  std::vector<int> Decode(int record, const DecodeConfig& config = DecodeConfig()) {
    const SampleDecoder decoder(index_, config);
    SampleDecoderScratch scratch(index_);
    const absl::StatusOr<PictureSize> size = decoder.Read(index_.records[record], &scratch);
    EXPECT_THAT(size, IsOk());
    EXPECT_THAT(decoder.Decode(index_.records[record], PictureRegion::Whole(*size), {}, &scratch, &part_), IsOk());
    EXPECT_EQ(part_.pixels.channels, decoder.channels());
    return {part_.pixels.pixels.begin(), part_.pixels.pixels.end()};
  }

  static DecodeConfig Colour(DecodeConfig::Colour colour) {
    DecodeConfig config;
    config.set_colour(colour);
    return config;
  }

  const std::string folder_ = MakeTestFolder("sample_decoder");
  DatasetIndex index_;
  PicturePart part_;
};

TEST_F(SampleDecoderTest, PackedAndEncodedPicturesBecomeAlike) {
  const std::vector<int> colour = {10, 30, 50, 20, 40, 60};
  EXPECT_EQ(Decode(kPackedColour), colour);
  EXPECT_EQ(Decode(kPpm), colour);
  const std::vector<int> grey = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6};
  EXPECT_EQ(Decode(kPackedGrey), grey);
  EXPECT_EQ(Decode(kPgm), grey);
}

TEST_F(SampleDecoderTest, GreyIsLuma) {
  EXPECT_THAT(Decode(kPgm, Colour(DecodeConfig::GREY)), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Decode(kPackedGrey, Colour(DecodeConfig::GREY)), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Decode(kPpm, Colour(DecodeConfig::GREY)), ElementsAre(26, 36));
  EXPECT_THAT(Decode(kPackedColour, Colour(DecodeConfig::GREY)), ElementsAre(26, 36));
}

TEST_F(SampleDecoderTest, ChannelsFollowFromTheDataUnlessTheyAreSet) {
  EXPECT_EQ(ChannelsOf(index_, DecodeConfig()), 3);
  EXPECT_EQ(ChannelsOf(index_, Colour(DecodeConfig::GREY)), 1);
  index_.files.resize(1);
  EXPECT_EQ(ChannelsOf(index_, DecodeConfig()), 1);
  EXPECT_EQ(ChannelsOf(index_, Colour(DecodeConfig::RGB)), 3);
}

TEST_F(SampleDecoderTest, APartKnowsWhereItsRegionLies) {
  const SampleDecoder decoder(index_, DecodeConfig());
  SampleDecoderScratch scratch(index_);
  for (const int record : {kPackedGrey, kPgm}) {
    ASSERT_THAT(decoder.Read(index_.records[record], &scratch), IsOkAndHolds(PictureSize{2, 3}));
    ASSERT_THAT(
        decoder.Decode(index_.records[record], {/*left_px=*/1, /*top_px=*/1, /*width_px=*/2, /*height_px=*/1}, {}, &scratch, &part_),
        IsOk());
    EXPECT_EQ(part_.pixels.Row(static_cast<int64_t>(part_.box.top))[3 * static_cast<int64_t>(part_.box.left)], 5);
  }
}

TEST_F(SampleDecoderTest, ErrorsBeginWithThePath) {
  const SampleDecoder decoder(index_, DecodeConfig());
  SampleDecoderScratch scratch(index_);

  EXPECT_THAT(decoder.Read(index_.records[kBroken], &scratch), Fails(ExitCode::kData, StartsWith(folder_ + "/b.pgm: ")));
}

}  // namespace
}  // namespace mica
