#include "data/export/tar_format.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace mica {
namespace {

std::string Zeros(size_t count) {
  return std::string(count, '\0');
}

std::string Field(absl::string_view text, size_t size) {
  return absl::StrCat(text, Zeros(size - text.size()));
}

// The bytes that GNU tar 1.34 wrote with --format=ustar --mtime=@0 --owner=0 --group=0
// --numeric-owner --mode=644, and its checksum.
TEST(TarFormatTest, AHeaderIsThatOfGnuTar) {
  const std::string expected =
      absl::StrCat(Field("train-000012.cls", 100), Field("0000644", 8), Field("0000000", 8), Field("0000000", 8), Field("00000000005", 12),
                   Field("00000000000", 12), Field("011540", 7), " ", "0", Zeros(100), Field("ustar", 6), "00", Zeros(64),
                   absl::StrCat(Field("0000000", 8), Field("0000000", 8), Zeros(167)));
  ASSERT_EQ(expected.size(), 512);
  EXPECT_EQ(UstarHeader("train-000012.cls", 5), expected);
}

TEST(TarFormatTest, SizesAreOctal) {
  EXPECT_EQ(UstarHeader("a", 0).substr(124, 12), Field("00000000000", 12));
  EXPECT_EQ(UstarHeader("a", kMaxUstarMemberBytes).substr(124, 12), Field("77777777777", 12));
}

TEST(TarFormatTest, ANameOf100BytesHasNoZeroBehind) {
  EXPECT_EQ(UstarHeader(std::string(100, 'n'), 1).substr(0, 101), std::string(100, 'n') + "0");
}

TEST(TarFormatTest, FilesFillBlocksAndArchivesRecords) {
  EXPECT_EQ(UstarPadding(0).size(), 0);
  EXPECT_EQ(UstarPadding(1), Zeros(511));
  EXPECT_EQ(UstarPadding(512).size(), 0);
  EXPECT_EQ(UstarPadding(513).size(), 511);
  EXPECT_EQ(UstarEnd(0), Zeros(10240));
  EXPECT_EQ(UstarEnd(1024), Zeros(9216));
  EXPECT_EQ(UstarEnd(9216), Zeros(1024));
  EXPECT_EQ(UstarEnd(9728), Zeros(10240 + 512));
}

}  // namespace
}  // namespace mica
