#include "base/files/gzip_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

struct Content {
  std::string bytes;
  bool gzip = false;
  bool cut = false;
};

class GzipReaderTest : public testing::Test {
 protected:
  // Reads in pieces of `piece` bytes.
  absl::StatusOr<Content> ReadAll(absl::string_view file_bytes, size_t piece = 7) {
    WriteTestFile(path_, file_bytes);
    InputFile file(path_);
    if (const absl::Status status = file.Open(); !status.ok()) return status;
    GzipReader reader(&file);
    if (const absl::Status status = reader.Start(); !status.ok()) return status;
    Content content;
    std::string buffer(piece, '\0');
    for (size_t got = piece; got == piece;) {
      const absl::StatusOr<size_t> read = reader.Read(buffer.data(), piece);
      if (!read.ok()) return read.status();
      got = *read;
      content.bytes.append(buffer, 0, got);
    }
    content.gzip = reader.gzip();
    content.cut = reader.cut();
    return content;
  }

  const std::string path_ = MakeTestFolder("gzip_reader") + "/file";
};

TEST_F(GzipReaderTest, ReadsPlainAndPackedFilesInPiecesOfAnySize) {
  std::mt19937 random(1);
  std::string bytes(600000, '\0');  // more than the buffer
  for (char& byte : bytes) byte = static_cast<char>(random() % 200);
  for (const size_t piece : {1000, 4096, 1 << 20}) {
    EXPECT_TRUE(ReadAll(bytes, piece)->bytes == bytes);
    EXPECT_TRUE(ReadAll(Gzip(bytes), piece)->bytes == bytes);
    EXPECT_TRUE(ReadAll(Gzip(bytes) + Gzip(bytes), piece)->bytes == bytes + bytes);
  }
  EXPECT_FALSE(ReadAll(bytes)->gzip);
  EXPECT_TRUE(ReadAll(Gzip(bytes))->gzip);
}

TEST_F(GzipReaderTest, TellsThatDataIsCut) {
  const std::string packed = Gzip("some bytes");
  EXPECT_FALSE(ReadAll(packed)->cut);
  EXPECT_TRUE(ReadAll(packed.substr(0, packed.size() - 1))->cut);
  EXPECT_TRUE(ReadAll(packed.substr(0, 5))->cut);
}

TEST_F(GzipReaderTest, SkipsZerosBehindTheData) {
  for (const size_t zeros : {size_t{1}, size_t{512}, (size_t{1} << 18) + 5}) {
    const absl::StatusOr<Content> content = ReadAll(Gzip("abc") + std::string(zeros, '\0'));
    ASSERT_THAT(content, IsOk()) << zeros;
    EXPECT_EQ(content->bytes, "abc");
    EXPECT_FALSE(content->cut);
  }
}

TEST_F(GzipReaderTest, RefusesOtherBytesBehindTheData) {
  EXPECT_THAT(ReadAll(Gzip("abc") + "m"),
              Fails(ExitCode::kData, path_ + ": bytes after the end of the gzip data; copy or download the file again"));
  EXPECT_THAT(ReadAll(Gzip("abc") + std::string(3, '\0') + "m"), Fails(ExitCode::kData, HasSubstr("bytes after the end")));
}

TEST_F(GzipReaderTest, NamesDamage) {
  std::string packed = Gzip("some bytes");
  packed[packed.size() - 8] ^= 1;
  EXPECT_THAT(ReadAll(packed), Fails(ExitCode::kData, HasSubstr("damaged gzip data (incorrect data check)")));
}

}  // namespace
}  // namespace mica
