// Which split a sample falls into: a pure function of the sample itself.
//   SplitDraw draw(DrawPurpose::kSplit, /*seed=*/0);
//   SplitOf(draw.Position(identity, /*label=*/0), {/*validation=*/0.1, /*test=*/0.1})
// `identity` distinguishes the sample from others, wherever the data lies: its path below its
// source's folder, its member's name in a tar file, or its pixels if a file packs many samples. The
// hash of identity, class and seed is read as a number u in [0, 1):
//   [0, validation) -> validation    [validation, 1 - test) -> train    [1 - test, 1) -> test
// A class is known by its label where the data's labels are numbers, and by its name where they are
// names: their labels change with each class that is added.
// So nothing depends on the other samples: adding some moves none, equal samples of one class share
// a split, and a larger fraction takes samples from train alone. The price: in every class, shares
// are near the fractions, not exact. A class of n samples misses its share v by sqrt(n v (1 - v))
// samples on average (6000 samples at 0.1: about 23).
// Worked example, identity "\x00\x01\x02\x03", label 0, seed 0: u = 0.470066. At fractions 0.1 and
// 0.1 the sample is in train. It becomes validation once that fraction exceeds 0.470066, and test
// once that fraction exceeds 0.529934.
#ifndef MICA_DATA_INDEX_SPLIT_ASSIGNMENT_H_
#define MICA_DATA_INDEX_SPLIT_ASSIGNMENT_H_

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "data/index/dataset_index.h"

namespace mica {

// Draws of different purposes are independent of one another.
enum class DrawPurpose { kSplit, kSubset, kLabelled };

// Single-thread: it remembers the keys of classes.
class SplitDraw {
 public:
  SplitDraw(DrawPurpose purpose, uint64_t seed) : purpose_(purpose), seed_(seed) {}

  // The number u above.
  double Position(absl::string_view identity, int32_t label);

  // The same in a class that has a name. "3" is another class than 3.
  double PositionInClass(absl::string_view identity, absl::string_view name);

  // The same for all samples of a group, whatever their labels.
  double PositionOfGroup(absl::string_view group) { return Position(group, kGroupLabel); }

 private:
  static constexpr int32_t kGroupLabel = -2;

  const DrawPurpose purpose_;
  const uint64_t seed_;
  std::unordered_map<int32_t, uint64_t> keys_;
  std::unordered_map<std::string, uint64_t> keys_of_names_;
  // Samples of a class often follow one another.
  int32_t last_label_ = std::numeric_limits<int32_t>::min();
  uint64_t last_key_ = 0;
  std::string last_name_;
  uint64_t last_key_of_name_ = 0;  // 0: none so far
};

// Each in [0, 1), together below 1.
struct SplitFractions {
  double validation = 0;
  double test = 0;
};

// Thread-safe.
Split SplitOf(double position, const SplitFractions& fractions);

// One of `of` parts of equal size, from 1, of the positions that are not in the test split.
// Thread-safe.
int FoldOf(double position, int of, double test_fraction);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SPLIT_ASSIGNMENT_H_
