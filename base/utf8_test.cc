#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

TEST(Utf8Test, AcceptsCharactersOfEveryLength) {
  const std::string text = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
  EXPECT_EQ(ValidUtf8Prefix(text), text.size());
  EXPECT_EQ(ValidUtf8Prefix(""), 0);
}

TEST(Utf8Test, StopsAtBytesThatAreNone) {
  const std::string broken[] = {"\xff",
                                "\x80",
                                "\xc3",
                                "\xc3(",
                                "\xc0\xaf",
                                "\xe0\x80\x80",
                                "\xed\xa0\x80",
                                "\xe2\x82",
                                "\xf0\x80\x80\x80",
                                "\xf4\x90\x80\x80",
                                "\xf5\x80",
                                "\xe2(\xac",
                                "\xf0\x9f\x98"};
  for (const std::string& bytes : broken) EXPECT_EQ(ValidUtf8Prefix("ok" + bytes), 2) << bytes;
}

}  // namespace
}  // namespace mica
