// Thousands of broken texts: the parser must not crash on one or refuse one without a reason.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "base/config/text_mutator.h"
#include "base/config/textproto.h"
#include "base/config/textproto_example.pb.h"

namespace mica {
namespace {

constexpr char kText[] =
    "# comment\nname: \"caf\xc3\xa9 \\x41\" epochs: 3\nseed: 0x1f amp: true\ndevice: CUDA cosine { floor_fraction: 1e-3 }\n"
    "stage { learning_rate: 0.1 layers: [\"a\", 'b' 'c'] part < count: -12 > nested { momentum: inf } }\n"
    "labels: 'x' labels: [] sizes: [1, 2, 3]; stages [{ momentum: 0 }, {}], rate32: -nan\n";

TEST(TextprotoFuzzTest, EveryTextIsReadOrRefusedWithAReason) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  TextMutator mutator(20240607);
  int clean = 0;
  int refused = 0;
  for (int i = 0; i < 20000 && std::chrono::steady_clock::now() < deadline; ++i) {
    const std::string text = mutator.Mutate(kText);
    SCOPED_TRACE(absl::CHexEscape(text));
    ExampleConfig config;
    FieldLocations locations;
    TextprotoErrors errors;
    ParseTextproto(text, "x", &config, &locations, &errors);
    ASSERT_TRUE(!errors.stopped || !errors.messages.empty());
    for (const std::string& message : errors.messages) ASSERT_TRUE(absl::StartsWith(message, "x:") && message.size() > 5) << message;
    ++(errors.messages.empty() ? clean : refused);
    if (!errors.messages.empty()) continue;
    ExampleConfig again;
    ParseTextproto(PrintTextproto(config), "x", &again, &locations, &errors);
    ASSERT_TRUE(errors.messages.empty()) << errors.messages[0];
    ASSERT_EQ(PrintTextproto(again), PrintTextproto(config));
  }
  EXPECT_GT(clean, 100);
  EXPECT_GT(refused, 1000);
}

// Quadratic work on 1 MiB would take minutes. AddressSanitizer makes linear work several times
// slower.
#ifdef __SANITIZE_ADDRESS__
constexpr std::chrono::seconds kMaxTime(30);
#else
constexpr std::chrono::seconds kMaxTime(5);
#endif

// Time and memory grow linearly, up to the largest text that is accepted.
TEST(TextprotoFuzzTest, LargeTextsTakeSecondsAtMost) {
  for (const std::string piece : {"zz:1\n",
                                  "labels:'x' ",
                                  "sizes:[1,2]",
                                  "name:'a'",
                                  "{",
                                  "}",
                                  "a{b<c[",
                                  "'",
                                  "'a' ",
                                  "-",
                                  "\t",
                                  "#\n",
                                  "\xff",
                                  "0",
                                  "1e",
                                  "stages{}",
                                  "stage{}",
                                  "name:\n",
                                  "\xe2\x80\x9c",
                                  "a[",
                                  "constant{}cosine{}",
                                  "epochs: 'x' "}) {
    std::string text;
    while (text.size() + piece.size() <= 1 << 20) text += piece;
    for (const std::string& prefix : {std::string(), std::string("stage { name: ")}) {
      ExampleConfig config;
      FieldLocations locations;
      TextprotoErrors errors;
      const auto start = std::chrono::steady_clock::now();
      ParseTextproto((prefix + text).substr(0, 1 << 20), "x", &config, &locations, &errors);
      EXPECT_LT(std::chrono::steady_clock::now() - start, kMaxTime) << piece;
      EXPECT_LE(errors.messages.size(), 101);
    }
  }
}

}  // namespace
}  // namespace mica
