// Which samples a run shows as pictures.
//   const std::vector<SheetSample> chosen = ChooseSamples(predictions, /*seed=*/42);
// The largest losses, a few at random, for each pair of classes that was confused the surest of those
// mistakes, and for each class the surest of the right ones. Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_CHOICE_H_
#define MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_CHOICE_H_

#include <cstdint>
#include <vector>

#include "experiments/artefacts/run_table.h"
#include "experiments/artefacts/sample_sheet.h"

namespace mica {

inline constexpr size_t kMostWorst = 24;
inline constexpr size_t kMostRandom = 9;
inline constexpr size_t kMostConfused = 240;  // of all pairs together, in turns, frequent pairs first
inline constexpr size_t kMostConfusedOfPair = 12;
inline constexpr size_t kMostRight = 100;  // of all classes together, in turns
inline constexpr size_t kMostRightOfClass = 8;

// predictions: predictions.csv. Rows without an id or with a class that is no number are passed
// over. A sample stands once, with all its ranks; by ascending id, without regions. Equal values
// rank by id; a loss that is NaN is the largest.
std::vector<SheetSample> ChooseSamples(const RunTable& predictions, uint64_t seed);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_SAMPLE_CHOICE_H_
