#include "viz/tensorboard/readable_utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "base/rng.h"
#include "base/utf8.h"

namespace mica {
namespace {

TEST(ReadableUtf8Test, KeepsWhatIsUtf8) {
  EXPECT_EQ(ReadableUtf8(""), "");
  EXPECT_EQ(ReadableUtf8("| a |\n\t猫 größe \U0001F600"), "| a |\n\t猫 größe \U0001F600");
}

TEST(ReadableUtf8Test, ReplacesOtherBytesOneByOne) {
  EXPECT_EQ(ReadableUtf8("caf\xe9!"), "caf\xef\xbf\xbd!");
  EXPECT_EQ(ReadableUtf8("\xff\xc3"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(ReadableUtf8Test, AnyBytesBecomeUtf8) {
  Rng rng(/*seed=*/2, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes;
    for (int byte = 0; byte < 20; ++byte) bytes.push_back(static_cast<char>(rng.NextU32()));
    const std::string readable = ReadableUtf8(bytes);
    ASSERT_EQ(ValidUtf8Prefix(readable), readable.size()) << i;
    ASSERT_EQ(ReadableUtf8(readable), readable) << i;
  }
}

}  // namespace
}  // namespace mica
