// Small random damage to a config text, the same for the same seed.
//   TextMutator mutator(7);
//   const std::string broken = mutator.Mutate(text);
#ifndef MICA_TESTS_INPUTS_TEXT_MUTATOR_H_
#define MICA_TESTS_INPUTS_TEXT_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>

namespace mica {

class TextMutator {
 public:
  explicit TextMutator(uint32_t seed) : random_(seed) {}

  // One to three changes: a bit flipped, a piece removed, doubled or inserted, the rest cut off.
  std::string Mutate(std::string text);

 private:
  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  void Change(std::string* text);

  std::mt19937 random_;
};

}  // namespace mica

#endif  // MICA_TESTS_INPUTS_TEXT_MUTATOR_H_
