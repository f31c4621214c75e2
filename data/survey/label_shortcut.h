// How well one simple fact about the pictures alone (their width, their brightness, their format)
// tells the class. A model may learn it instead of what the pictures show.
//   const ShortcutResult result = TestShortcut(widths, labels, /*classes=*/10);
//   if (result.is_suspicious) …  // "width alone: balanced accuracy 0.93, chance 0.10"
// Honest, as in two-fold cross-validation: a hash of the position, not the position itself, puts
// each sample of a class into one of two equal halves. Bins are made and each bin's class is chosen
// on one half, and both are judged on the other; then the other way round. Each bin chooses twice:
//   - its most frequent class, for `accuracy`
//   - the class most above its share, in standard deviations (n_bc - n_c s_b) / sqrt(n_c s_b) with
//     s_b the bin's share of all samples, for the rest. So rare classes are chosen too.
// If the fact says nothing, the second choice has a balanced accuracy of 1 / classes on average,
// however the classes are distributed.
// The rule: suspicious, if either
//   - the balanced accuracy is surely 4 / (classes + 3) or more, which is where its odds are four
//     times those of chance: 0.8 of 2 classes, 0.31 of 10, 0.004 of 1000. Facts of honest pictures
//     differ between classes too, but rarely so much: brightness has 0.28 on Fashion-MNIST.
//   - one class surely has a recall that is 0.5 above the share of other samples that are taken for
//     it: pictures of one class came from elsewhere, which many classes would hide in the mean.
// "Surely" means with the lower end of a Wilson interval, of 95 % above, of 4 standard deviations
// for one class among many. Noise practically never reaches either.
#ifndef MICA_DATA_SURVEY_LABEL_SHORTCUT_H_
#define MICA_DATA_SURVEY_LABEL_SHORTCUT_H_

#include <cstdint>

#include "absl/types/span.h"

namespace mica {

struct ShortcutResult {
  bool is_judged = false;  // false: too few samples or classes; then only the numbers of them are set
  bool is_suspicious = false;

  int64_t samples = 0;  // that took part
  int classes = 0;      // that took part

  double accuracy = 0;           // share of samples that the most frequent class of their bin is right for
  double majority_accuracy = 0;  // the share of the largest class
  double balanced_accuracy = 0;  // mean of the classes' recalls; chance is 1 / classes

  // The 95 % Wilson interval of balanced_accuracy, as of classes^2 / sum of 1/n_c samples: so many
  // would give it its variance if all recalls were equal. Half of them count, as what chance puts
  // into a bin of both halves is right, or wrong, twice.
  double low = 0;
  double high = 0;

  int32_t revealed_class = -1;  // the one that the second rule found, the most clearly if several; -1: none
};

// `values` and `labels`: one per sample. A label of -1 means none and leaves the sample out; so do
// classes of fewer than 10 samples. At least two classes and 100 samples must be left. Values are
// divided at up to 63 quantiles into bins of at least 20 samples, so that only their order counts;
// NaN, for a value that is missing, is a bin of its own. Time n log n. Thread-safe.
ShortcutResult TestShortcut(absl::Span<const double> values, absl::Span<const int32_t> labels, int classes);

// For facts without an order: any number per category. Up to 63 categories of at least 20 samples
// are bins, all others are one.
ShortcutResult TestCategoricalShortcut(absl::Span<const int64_t> categories, absl::Span<const int32_t> labels, int classes);

}  // namespace mica

#endif  // MICA_DATA_SURVEY_LABEL_SHORTCUT_H_
