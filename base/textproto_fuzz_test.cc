// Broken texts by the thousand: whatever is read, the parser neither crashes nor refuses without a reason.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "base/textproto.h"
#include "base/textproto_example.pb.h"

namespace mica {
namespace {

constexpr char kText[] =
    "# comment\nname: \"caf\xc3\xa9 \\x41\" epochs: 3\nseed: 0x1f amp: true\ndevice: CUDA cosine { floor_fraction: 1e-3 }\n"
    "stage { learning_rate: 0.1 layers: [\"a\", 'b' 'c'] part < count: -12 > nested { momentum: inf } }\n"
    "labels: 'x' labels: [] sizes: [1, 2, 3]; stages [{ momentum: 0 }, {}], rate32: -nan\n";

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  std::string Mutate(std::string text) {
    const int changes = 1 + Below(4);
    for (int i = 0; i < changes; ++i) Change(&text);
    return text;
  }

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  void Change(std::string* text) {
    static const std::vector<std::string> kPieces = {"{",           "}",
                                                     "[",           "]",
                                                     "<",           ">",
                                                     ":",           "\"",
                                                     "'",           "#",
                                                     "-",           "010",
                                                     "08",          "1e400",
                                                     "0x",          "1.2.",
                                                     "\n",          "\t",
                                                     "\r",          "\xff",
                                                     "\\",          "nan:",
                                                     "--",          "unknown: ",
                                                     "epochs: ",    "99999999999999999999",
                                                     "[a.b/c]",     ",",
                                                     ";",           "\xef\xbb\xbf",
                                                     "stage {",     "constant {}",
                                                     "device: 7",   "name",
                                                     "\xe2\x80\x9c"};
    const size_t place = Below(text->size());
    const size_t length = Below(std::min<size_t>(20, text->size() - place));
    switch (Below(6)) {
      case 0:
        if (!text->empty()) (*text)[place] ^= 1 << Below(8);
        break;
      case 1:
        text->erase(place, length);
        break;
      case 2:
        text->insert(Below(text->size()), text->substr(place, length));
        break;
      case 3:
        if (Below(4) == 0) text->resize(place);
        break;
      default:
        text->insert(place, kPieces[Below(kPieces.size())]);
        break;
    }
  }

  std::mt19937 random_;
};

TEST(TextprotoFuzzTest, EveryTextIsReadOrRefusedWithAReason) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  Mutator mutator(20240607);
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

}  // namespace
}  // namespace mica
