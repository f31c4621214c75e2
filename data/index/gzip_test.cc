#include "data/index/gzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/testing/test_files.h"

namespace mica {
namespace {

using ::testing::Eq;
using ::testing::Optional;

std::string Noise(size_t size) {
  std::mt19937 random(1);
  std::string noise(size, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  return noise;
}

std::string Text() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i);
  return text;
}

TEST(GzipTest, UnpacksWhatZlibPacked) {
  // Huffman codes, stored blocks (noise does not shrink), long matches, one byte.
  for (const std::string& content : {Text(), Noise(300000), std::string(300000, 'x'), std::string("a")}) {
    EXPECT_THAT(UnpackGzip(Gzip(content), content.size()), Optional(Eq(content))) << content.size();
  }
  EXPECT_GT(Gzip(Noise(300000)).size(), 300000);
}

TEST(GzipTest, RefusesAnotherSize) {
  const std::string content = Text();
  const std::string packed = Gzip(content);
  EXPECT_EQ(UnpackGzip(packed, content.size() - 1), std::nullopt);
  EXPECT_EQ(UnpackGzip(packed, content.size() + 1), std::nullopt);
}

TEST(GzipTest, RefusesACutStream) {
  const std::string packed = Gzip("abcdefghijkl");
  for (size_t size = 0; size < packed.size(); ++size) EXPECT_EQ(UnpackGzip(packed.substr(0, size), 12), std::nullopt) << size;
}

TEST(GzipTest, RefusesWhatFollowsTheStream) {
  const std::string packed = Gzip("abc");
  EXPECT_EQ(UnpackGzip(packed + "m", 3), std::nullopt);
  EXPECT_EQ(UnpackGzip(packed + Gzip(""), 3), std::nullopt);
  EXPECT_EQ(UnpackGzip(packed + Gzip("def"), 6), std::nullopt);
}

TEST(GzipTest, RefusesADamagedStream) {
  const std::string content = Text();
  const std::string packed = Gzip(content);
  // In the data, the checksum and the size.
  for (const size_t place : {packed.size() / 2, packed.size() - 8, packed.size() - 4}) {
    std::string damaged = packed;
    damaged[place] ^= 1;
    EXPECT_EQ(UnpackGzip(damaged, content.size()), std::nullopt) << place;
  }
  EXPECT_EQ(UnpackGzip(content, content.size()), std::nullopt) << "no gzip";
}

}  // namespace
}  // namespace mica
