#include "data/index/idx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"

namespace mica {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class IdxReaderTest : public testing::Test {
 protected:
  absl::StatusOr<IdxFile> Read(absl::string_view bytes, int dimensions = 3) {
    WriteTestFile(path_, bytes);
    return ReadIdxFile(path_, dimensions == 3 ? IdxContent::kImages : IdxContent::kLabels);
  }

  // The plain and the packed file fail alike, with the path in front.
  void ExpectBothFail(const std::string& bytes, int dimensions, const std::string& text) {
    const auto error = Fails(ExitCode::kData, AllOf(StartsWith(path_ + ": "), HasSubstr(text)));
    EXPECT_THAT(Read(bytes, dimensions), error);
    EXPECT_THAT(Read(Gzip(bytes), dimensions), error);
  }

  const std::string folder_ = MakeTestFolder("idx_reader");
  const std::string path_ = folder_ + "/file";
};

// Two pictures of 2x3.
std::string Pictures() {
  return IdxBytes({2, 2, 3}, "abcdefghijkl");
}

TEST_F(IdxReaderTest, ReadsPlainAndPackedFilesAlike) {
  for (const std::string& bytes : {Pictures(), Gzip(Pictures())}) {
    const absl::StatusOr<IdxFile> idx = Read(bytes);
    ASSERT_THAT(idx, IsOk());
    EXPECT_EQ(idx->path, path_);
    EXPECT_THAT(idx->dimensions, ElementsAre(2, 2, 3));
    EXPECT_EQ(idx->samples(), 2);
    EXPECT_EQ(idx->data_offset, 16);
    EXPECT_EQ(idx->data(), "abcdefghijkl");
    EXPECT_EQ(idx->bytes, Pictures());
  }
}

TEST_F(IdxReaderTest, WritesTheHeaderOfTheFormat) {
  EXPECT_EQ(IdxBytes({60000, 28, 28}, ""), std::string("\0\0\x08\x03\0\0\xea\x60\0\0\0\x1c\0\0\0\x1c", 16));
}

TEST_F(IdxReaderTest, JoinsGzipStreamsThatFollowEachOther) {
  const std::string bytes = Pictures();
  const absl::StatusOr<IdxFile> idx = Read(Gzip(bytes.substr(0, 20)) + Gzip(bytes.substr(20)));
  ASSERT_THAT(idx, IsOk());
  EXPECT_EQ(idx->bytes, bytes);
}

TEST_F(IdxReaderTest, ReadsMoreThanItsFirstGuess) {
  const std::string bytes = IdxBytes({50, 300, 300}, std::string(50 * 300 * 300, 'x'));  // packs to a hundredth
  const absl::StatusOr<IdxFile> idx = Read(Gzip(bytes));
  ASSERT_THAT(idx, IsOk());
  EXPECT_EQ(idx->bytes, bytes);
}

TEST_F(IdxReaderTest, ReadsWhateverZlibPacked) {
  std::mt19937 random(1);
  for (const int values : {256, 16, 1}) {  // stored blocks, Huffman codes, long matches
    std::string data(400 * 28 * 28, '\0');
    for (char& byte : data) byte = static_cast<char>(random() % values);
    const std::string bytes = IdxBytes({400, 28, 28}, data);
    const absl::StatusOr<IdxFile> plain = Read(bytes);
    const absl::StatusOr<IdxFile> packed = Read(Gzip(bytes));
    ASSERT_THAT(plain, IsOk());
    ASSERT_THAT(packed, IsOk());
    EXPECT_TRUE(packed->bytes == plain->bytes) << values;
    EXPECT_EQ(packed->dimensions, plain->dimensions);
    EXPECT_EQ(packed->data_offset, plain->data_offset);
  }
}

TEST_F(IdxReaderTest, ReadsColourPictures) {
  const std::string bytes = IdxBytes({2, 1, 2, 3}, "abcdefghijkl");
  for (const std::string& file : {bytes, Gzip(bytes)}) {
    const absl::StatusOr<IdxFile> idx = Read(file);
    ASSERT_THAT(idx, IsOk());
    EXPECT_THAT(idx->dimensions, ElementsAre(2, 1, 2, 3));
    EXPECT_EQ(idx->data_offset, 20);
    EXPECT_EQ(idx->data(), "abcdefghijkl");
  }
  ExpectBothFail(bytes.substr(0, 17), 3, "cut after 17 bytes, inside the header of 20");
  ExpectBothFail(bytes.substr(0, 25), 3, "cut after 25 of 32 bytes (header 20 + data 2 x 1 x 2 x 3 = 12)");
}

TEST_F(IdxReaderTest, ReadsLabelsOfEveryForm) {
  EXPECT_EQ(Read(IdxBytes({2, 3}, "abcdef"), 1)->data(), "abcdef");
  std::string numbers = IdxBytes({2}, "abcdefgh");
  numbers[2] = 0x0C;
  const absl::StatusOr<IdxFile> idx = Read(numbers, 1);
  ASSERT_THAT(idx, IsOk());
  EXPECT_EQ(idx->value_bytes, 4);
  EXPECT_EQ(idx->data(), "abcdefgh");
  ExpectBothFail(numbers.substr(0, 15), 1, "cut after 15 of 16 bytes (header 8 + data 2 x 4 = 8)");
  ExpectBothFail(IdxBytes({2, 0}, ""), 1, "empty labels (dimension 1 of 2 x 0 = 0 is 0)");
  ExpectBothFail(IdxBytes({2, 0x0a000000}, ""), 1, "its dimensions are little-endian");
  std::string pictures = Pictures();
  pictures[2] = 0x0C;
  ExpectBothFail(pictures, 3, "type int (0x0C); only 0x08 is supported (unsigned bytes); convert the file");
  numbers[2] = 0x0D;
  ExpectBothFail(numbers, 1,
                 "type float (0x0D); only 0x08 is supported (unsigned bytes), for labels 0x0C too (32-bit numbers); convert the file");
}

// X1
TEST_F(IdxReaderTest, X1RefusesLabelsGivenAsPicturesAndTheReverse) {
  ExpectBothFail(IdxBytes({20}, std::string(20, '\1')), 3, "expected 3 dimensions, file has 1 (magic 0x00000801)");
  ExpectBothFail(Pictures(), 1, "expected 1 dimension, file has 3 (magic 0x00000803)");
}

TEST_F(IdxReaderTest, X1GuessesWhyTheDimensionsAreOthers) {
  ExpectBothFail(IdxBytes({2, 3, 2, 1}, std::string(12, 'x')), 3,
                 "the last of its 4 dimensions (2 x 3 x 2 x 1) is 1; colour pictures are samples x height x width x 3, grey ones samples x "
                 "height x width");
  ExpectBothFail(IdxBytes({2, 6, 1, 1}, std::string(12, 'x')), 1, "expected 1 dimension, file has 4 (magic 0x00000804)");
  ExpectBothFail(IdxBytes({2, 6}, std::string(12, 'x')), 3, "flattened pictures? write them as samples x height x width");
  ExpectBothFail(IdxBytes({20}, std::string(20, '\1')), 3, "are the two swapped?");
  ExpectBothFail(IdxBytes({2, 1, 1, 2, 3}, std::string(12, 'x')), 3,
                 "file has 5 (magic 0x00000805); pictures have 3 (0x00000803), labels 1 "
                 "(0x00000801); name another file");
}

TEST_F(IdxReaderTest, X1NamesNumbersWithTheLowestByteFirst) {
  std::string all = Pictures();
  for (size_t i = 0; i < 16; i += 4) std::reverse(all.begin() + i, all.begin() + i + 4);
  ExpectBothFail(all, 3, "its numbers are little-endian (starts with 03 08 00 00); expected 00 00 08 03");
  std::string dimensions = Pictures();
  for (size_t i = 4; i < 16; i += 4) std::reverse(dimensions.begin() + i, dimensions.begin() + i + 4);
  ExpectBothFail(dimensions, 3,
                 "its dimensions are little-endian (read so they are 2 x 2 x 3 = 12); write each with the highest byte first");
  std::string labels = IdxBytes({20}, std::string(20, '\1'));
  std::reverse(labels.begin() + 4, labels.begin() + 8);
  ExpectBothFail(labels, 1, "its dimensions are little-endian (read so they are 20)");
}

TEST_F(IdxReaderTest, X2NamesGzipInsideGzip) {
  EXPECT_THAT(Read(Gzip(Gzip(Pictures()))), Fails(ExitCode::kData, HasSubstr("is gzip inside gzip; unpack it once (gunzip)")));
}

// As `gzip -t` does.
TEST_F(IdxReaderTest, X2AcceptsZerosBehindGzipData) {
  for (const size_t zeros : {1, 3, 512, (1 << 18) + 5}) {  // the last one exceeds the buffer
    const absl::StatusOr<IdxFile> idx = Read(Gzip(Pictures()) + std::string(zeros, '\0'));
    ASSERT_THAT(idx, IsOk()) << zeros;
    EXPECT_EQ(idx->bytes, Pictures());
  }
  EXPECT_THAT(Read(Gzip(Pictures()) + std::string(7, '\0') + "m"),
              Fails(ExitCode::kData, HasSubstr("bytes after the end of the gzip data")));
}

TEST_F(IdxReaderTest, X1RefusesWhatIsNoIdx) {
  ExpectBothFail("<html>not found</html>", 3,
                 "not an IDX file (starts with 3c 68 74 6d); expected 00 00 08 03; it is a web page; download");
  // Also a .zip that was renamed to .gz.
  ExpectBothFail("PK\3\4zip", 1, "not an IDX file (starts with 50 4b 03 04); expected 00 00 08 01; it is a zip archive; unpack it");
  ExpectBothFail("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", 3, "it is a Git LFS pointer, not the file");
  ExpectBothFail("\1\2\3\4\5\6\7\1\1\1", 3, "not an IDX file (starts with 01 02 03 04); expected 00 00 08 03; copy or download");
  ExpectBothFail("", 3, "0 bytes; an IDX header has 16");
  ExpectBothFail(std::string("\0\0\x08", 3), 3, "cut after 3 bytes, inside the header of 16");
}

// X2
TEST_F(IdxReaderTest, X2SaysHowMuchOfACutFileIsThere) {
  const std::string bytes = Pictures();
  ExpectBothFail(bytes.substr(0, 20), 3, "cut after 20 of 28 bytes (header 16 + data 2 x 2 x 3 = 12)");
  ExpectBothFail(bytes.substr(0, 10), 3, "cut after 10 bytes, inside the header of 16");
}

TEST_F(IdxReaderTest, X2NoticesCutGzipDataWhereverItIsCut) {
  const std::string packed = Gzip(Pictures());
  for (size_t size = 2; size < packed.size(); ++size) {
    EXPECT_THAT(Read(packed.substr(0, size)), Fails(ExitCode::kData, testing::AnyOf(HasSubstr("cut"), HasSubstr("0 bytes")))) << size;
  }
  EXPECT_THAT(Read(packed.substr(0, packed.size() - 1)), Fails(ExitCode::kData, HasSubstr("cut inside the checksum")));
}

TEST_F(IdxReaderTest, X2RefusesBytesAfterTheEnd) {
  ExpectBothFail(Pictures() + "m", 3, "bytes after the end: the file has");
  EXPECT_THAT(Read(Pictures() + "m"), Fails(ExitCode::kData, HasSubstr("the file has 29, expected 28 (header 16 + data 2 x 2 x 3 = 12)")));
  for (const std::string& garbage : {std::string("m"), std::string("garbage"), std::string("\x1f"), std::string("\x1f\x8b\x08")}) {
    EXPECT_THAT(Read(Gzip(Pictures()) + garbage), Fails(ExitCode::kData, HasSubstr("bytes after the end of the gzip data")));
  }
  EXPECT_THAT(Read(Gzip(Pictures()) + Gzip("m")), Fails(ExitCode::kData, HasSubstr("bytes after the end: the file has more than 28")));
}

TEST_F(IdxReaderTest, X2NoticesAWrongChecksum) {
  std::string packed = Gzip(Pictures());
  packed[packed.size() - 8] ^= 1;
  EXPECT_THAT(Read(packed), Fails(ExitCode::kData, HasSubstr("damaged gzip data (incorrect data check)")));
}

// X3
TEST_F(IdxReaderTest, X3ShowsTheProductOfTheDimensions) {
  ExpectBothFail(IdxBytes({3, 2, 3}, "abcdefghijkl"), 3, "cut after 28 of 34 bytes (header 16 + data 3 x 2 x 3 = 18)");
  ExpectBothFail(IdxBytes({0xffffffff, 0xffffffff, 0xffffffff}, "abc"), 3,
                 "dimensions 4294967295 x 4294967295 x 4294967295 = 7.9228162458924");
  ExpectBothFail(IdxBytes({0xffffffff, 0x7fffffff, 1}, "abc"), 3, "4294967295 x 2147483647 x 1 = 9223372030412324865");
}

// X3, F43
TEST_F(IdxReaderTest, X3RefusesADimensionOfZero) {
  ExpectBothFail(IdxBytes({0, 28, 28}, ""), 3, "no samples (dimension 0 of 0 x 28 x 28 = 0 is 0); at least 1 is needed");
  ExpectBothFail(IdxBytes({2, 0, 28}, ""), 3, "empty pictures (dimension 1 of 2 x 0 x 28 = 0 is 0)");
}

// X4
TEST_F(IdxReaderTest, X4NamesTheTypeThatIsNotSupported) {
  std::string bytes = Pictures();
  bytes[2] = 0x0D;
  ExpectBothFail(bytes, 3, "type float (0x0D); only 0x08 is supported");
  bytes[2] = 0x42;
  ExpectBothFail(bytes, 3, "type unknown (0x42)");
}

// X6
TEST_F(IdxReaderTest, X6CapsUnpackingByTheHeader) {
  const std::string bomb = Gzip(Pictures() + std::string(100 << 20, '\0'));
  EXPECT_THAT(Read(bomb), Fails(ExitCode::kData, HasSubstr("bytes after the end: the file has more than 28")));
}

TEST_F(IdxReaderTest, X6RefusesMoreThanTheMachineHolds) {
  EXPECT_THAT(Read(Gzip(IdxBytes({0xffffffff, 0xffff, 1}, "abc"))),
              Fails(ExitCode::kData, HasSubstr("bytes of memory (4294967295 x 65535")));
}

// D1, D7
TEST_F(IdxReaderTest, D7OpensRegularFilesOnly) {
  EXPECT_THAT(ReadIdxFile(folder_ + "/missing", IdxContent::kImages),
              Fails(ExitCode::kData, HasSubstr("missing: cannot open: No such file")));
  EXPECT_THAT(ReadIdxFile(folder_, IdxContent::kImages), Fails(ExitCode::kData, HasSubstr("is a folder")));
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(ReadIdxFile(fifo, IdxContent::kImages), Fails(ExitCode::kData, HasSubstr("not a regular file")));
}

int64_t PeakMemoryBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

// Flips bytes, writes random dimensions or cuts; never more than a few places, so that many mutants
// get past the header.
std::string Mutate(std::string bytes, std::mt19937* random) {
  const auto below = [&](size_t bound) { return (*random)() % bound; };
  for (int change = below(4); change >= 0; --change) {
    switch (below(4)) {
      case 0:
        bytes[below(bytes.size())] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[below(std::min<size_t>(bytes.size(), 20))] ^= 1 << below(8);
        break;
      case 2:
        for (size_t i = 4 + 4 * below(3), end = i + 4; i < end && i < bytes.size(); ++i) bytes[i] = static_cast<char>(below(256));
        break;
      case 3:
        bytes.resize(1 + below(bytes.size() + 20));
        break;
    }
  }
  return bytes;
}

// Whatever the bytes are, the answer is a Status, and a file of 2 KB never costs memory worth
// mentioning.
TEST_F(IdxReaderTest, X6SurvivesMutatedFiles) {
  std::mt19937 random(20240607);
  std::string noise(30 * 8 * 8, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  const std::string bytes = IdxBytes({30, 8, 8}, noise);
  const int64_t before = PeakMemoryBytes();
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string mutants[] = {Mutate(bytes, &random), Gzip(Mutate(bytes, &random)), Mutate(Gzip(bytes), &random)};
    for (const std::string& mutant : mutants) {
      const absl::StatusOr<IdxFile> idx = Read(mutant);
      accepted += idx.ok();
      if (idx.ok()) continue;
      ASSERT_THAT(idx, Fails(ExitCode::kData, StartsWith(path_))) << i;
    }
  }
  EXPECT_GT(accepted, 100) << "the mutants are too wild to test what lies behind the header";
  EXPECT_LT(PeakMemoryBytes() - before, 64 << 20);
}

}  // namespace
}  // namespace mica
