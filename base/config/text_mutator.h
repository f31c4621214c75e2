// Breaks texts in Protobuf text form at random, to test that readers survive any input.
//   TextMutator mutator(/*seed=*/1);
//   const std::string broken = mutator.Mutate(text);
// The same seed gives the same texts.
#ifndef MICA_BASE_CONFIG_TEXT_MUTATOR_H_
#define MICA_BASE_CONFIG_TEXT_MUTATOR_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace mica {

class TextMutator {
 public:
  explicit TextMutator(uint32_t seed) : random_(seed) {}

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
                                                     "1,5",         "1'000",
                                                     "10%",         "//",
                                                     "/*",          "\xc2\xa0",
                                                     "[a]\n",       "<<<<<<< ",
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

}  // namespace mica

#endif  // MICA_BASE_CONFIG_TEXT_MUTATOR_H_
