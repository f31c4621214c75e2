#include "data/index/sources/json_label.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"

namespace mica {
namespace {

using ::testing::HasSubstr;

std::string Label(absl::string_view json) {
  const auto label = LabelInJson(json, "label");
  return label.ok() ? *label : absl::StrCat("error: ", label.status().message());
}

TEST(JsonLabelTest, FindsTextsAndWholeNumbers) {
  EXPECT_EQ(Label(R"({"label": "cat"})"), "cat");
  EXPECT_EQ(Label(R"({"id": [1, {"label": 2}], "label": 7, "o": {"label": 3}})"), "7");
  EXPECT_EQ(Label(R"({"label": -1})"), "-1");
  EXPECT_EQ(Label(R"({"label": 18446744073709551615})"), "18446744073709551615");
  EXPECT_EQ(Label(R"({"label": "caf\u00e9"})"), "caf\xc3\xa9");
  EXPECT_EQ(Label(R"({"label": null, "label": "last"})"), "last");
  EXPECT_EQ(Label("\xef\xbb\xbf{\"label\": 1}\n"), "1") << "a byte order mark";
}

TEST(JsonLabelTest, SaysWhyThereIsNone) {
  EXPECT_EQ(Label("{}"), "error: has no key \"label\"");
  EXPECT_EQ(Label(R"({"o": {"label": 3}})"), "error: has no key \"label\"");
  EXPECT_EQ(Label(R"({"label": 1.5})"), "error: has the number 1.5 as \"label\", expected text or a whole number");
  EXPECT_EQ(Label(R"({"label": [1]})"), "error: has a list as \"label\", expected text or a whole number");
  EXPECT_EQ(Label(R"({"label": {"label": 1}})"), "error: has an object as \"label\", expected text or a whole number");
  EXPECT_EQ(Label(R"({"label": true})"), "error: has a boolean as \"label\", expected text or a whole number");
  EXPECT_EQ(Label(R"({"label": 1, "label": null})"), "error: has null as \"label\", expected text or a whole number");
  EXPECT_EQ(Label("[1]"), "error: is a list, expected an object");
  EXPECT_EQ(Label("1"), "error: is a single value, expected an object");
  EXPECT_EQ(Label("null"), "error: is a single value, expected an object");
  EXPECT_EQ(Label(R"({"label": 1)"), "error: is not valid JSON at byte 11");
  EXPECT_EQ(Label(R"({"label": 1} x)"), "error: is not valid JSON at byte 13");
  EXPECT_EQ(Label(""), "error: is not valid JSON at byte 0");
  EXPECT_THAT(Label("{\"label\": \"\xff\"}"), HasSubstr("is not valid JSON at byte"));
}

TEST(JsonLabelTest, BoundsNesting) {
  const auto nested = [](int depth) {
    return absl::StrCat("{\"x\": ", std::string(depth, '['), std::string(depth, ']'), ", \"label\": 1}");
  };
  EXPECT_EQ(Label(nested(99)), "1");
  EXPECT_EQ(Label(nested(100)), "error: is nested deeper than 100");
  EXPECT_EQ(Label("{\"x\": " + std::string(1 << 20, '[')), "error: is nested deeper than 100");
}

// The library's document parser is the reference.
TEST(JsonLabelTest, AgreesWithTheWholeDocument) {
  std::mt19937 random(3);
  const std::string sound = R"({"a": [1, "label"], "label": 12, "b": {"label": "x"}, "c": null})";
  int labels = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = sound;
    for (size_t change = random() % 3; change > 0; --change) text[random() % text.size()] = "{}[]\",:1lx"[random() % 10];
    const nlohmann::json document = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    std::string expected;
    if (document.is_object() && document.contains("label")) {
      const nlohmann::json& value = document["label"];
      if (value.is_string()) expected = value.get<std::string>();
      if (value.is_number_integer()) expected = value.dump();
    }
    const auto label = LabelInJson(text, "label");
    ASSERT_EQ(label.ok() ? *label : "", expected) << text;
    labels += label.ok();
  }
  EXPECT_GT(labels, 5000);
  EXPECT_LT(labels, 19000);
}

}  // namespace
}  // namespace mica
