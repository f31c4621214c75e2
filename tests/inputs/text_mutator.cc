#include "tests/inputs/text_mutator.h"

#include <algorithm>
#include <iterator>

namespace mica {

std::string TextMutator::Mutate(std::string text) {
  const size_t changes = 1 + Below(3);
  for (size_t i = 0; i < changes; ++i) Change(&text);
  return text;
}

void TextMutator::Change(std::string* text) {
  static constexpr const char* kPieces[] = {"{",
                                            "}",
                                            "[",
                                            "]",
                                            "<",
                                            ":",
                                            "\"",
                                            "#",
                                            "-",
                                            "010",
                                            "1e400",
                                            "0x",
                                            "\n",
                                            "\t",
                                            "\xff",
                                            "\\",
                                            "nan",
                                            "inf",
                                            "0",
                                            "-1",
                                            "9999999999",
                                            "unknown: 1",
                                            "include: \"x.textproto\"",
                                            "adamw {}",
                                            "seed: 1",
                                            "''",
                                            "1e38",
                                            "warmup { steps: 1 }",
                                            "0.5"};
  const size_t place = Below(text->size());
  const size_t length = Below(std::min<size_t>(12, text->size() - place));
  switch (Below(6)) {
    case 0:
      if (!text->empty()) (*text)[place] ^= 1 << Below(8);
      return;
    case 1:
      text->erase(place, length);
      return;
    case 2:
      text->insert(Below(text->size()), text->substr(place, length));
      return;
    case 3:
      if (Below(4) == 0) text->resize(place);
      return;
    default:
      text->insert(place, kPieces[Below(std::size(kPieces))]);
      return;
  }
}

}  // namespace mica
