#include "data/loader/decoded_picture_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/config/parse_text_or_die.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class DecodedPictureCacheTest : public testing::Test {
 protected:
  DecodedPictureCacheTest() {
    WriteTestFile(folder_ + "/1.pgm", "P5 2 1 255\nab");
    index_.files.emplace_back().path = folder_ + "/1.pgm";
    index_.records.emplace_back();
    talk_.tell = [this](const std::string& line) { lines_.push_back(line); };
  }

  std::shared_ptr<DecodedPictures> Open(const std::string& config) {
    return OpenDecodedPictures(ParseTextOrDie<LoaderConfig>(config), index_, DecodeConfig(), talk_).value();
  }

  const std::string folder_ = MakeTestFolder("decoded_picture_cache");
  DatasetIndex index_;
  CacheTalk talk_;
  std::vector<std::string> lines_;
};

TEST_F(DecodedPictureCacheTest, ThereIsNoneUnlessItIsAskedFor) {
  EXPECT_EQ(Open(""), nullptr);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(DecodedPictureCacheTest, PackedPixelsNeedNoneAndThatIsTold) {
  index_.files[0].raw = ImageShape{1, 1, 2};
  EXPECT_EQ(Open(""), nullptr);
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_EQ(Open("memory_cache {}"), nullptr);
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("are packed")));
}

TEST_F(DecodedPictureCacheTest, MemoryIsToldAndFilledByItsUsers) {
  const auto cache = Open("memory_cache {}");

  EXPECT_THAT(lines_, ElementsAre(StartsWith("memory_cache: 1 decoded pictures take 0.0 MiB of ")));
  EXPECT_EQ(cache->SizeOf(0), std::nullopt);
}

TEST_F(DecodedPictureCacheTest, AFileIsFullFromTheStart) {
  const auto cache = Open("disk_cache { folder: '" + folder_ + "/cache' }");

  EXPECT_THAT(lines_, ElementsAre(StartsWith("disk_cache: " + folder_ + "/cache/pictures-")));
  EXPECT_EQ(cache->SizeOf(0), (PictureSize{1, 2}));
}

TEST_F(DecodedPictureCacheTest, AFolderThatCannotBeMadeIsAnError) {
  const auto config = ParseTextOrDie<LoaderConfig>("disk_cache { folder: '" + folder_ + "/1.pgm/cache' }");

  EXPECT_THAT(OpenDecodedPictures(config, index_, DecodeConfig(), {}), Fails(ExitCode::kOutput, HasSubstr("1.pgm")));
}

}  // namespace
}  // namespace mica
