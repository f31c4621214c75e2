#include "data/survey/label_shortcut.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/fingerprint.h"

namespace mica {
namespace {

constexpr int64_t kMinClassSamples = 10;
constexpr int64_t kMinSamples = 100;
constexpr int64_t kMinBinSamples = 20;  // in the half that makes the bins
constexpr int64_t kMaxBins = 64;
constexpr double kDeviationsOf95Percent = 1.959964;
constexpr double kDeviationsOfOneClass = 4;
constexpr double kMinOddsRatio = 4;
constexpr double kMinAdvantage = 0.5;  // of one class: recall minus false positive rate

// A sample that takes part; classes are numbered anew, without gaps.
template <typename Value>
struct Sample {
  Value value;
  int32_t label;
};

template <typename Value>
using Halves = std::array<std::vector<Sample<Value>>, 2>;

struct Interval {
  double low, high;
};

// Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference".
Interval WilsonInterval(double share, double samples, double deviations) {
  const double z2 = deviations * deviations / samples;
  const double middle = share + z2 / 2;
  const double radius = std::sqrt(z2 * (share * (1 - share) + z2 / 4));
  return {(middle - radius) / (1 + z2), (middle + radius) / (1 + z2)};
}

// Bins of an ordered value. The last is NaN's.
class QuantileBins {
 public:
  explicit QuantileBins(const std::vector<Sample<double>>& samples) {
    std::vector<double> values;
    for (const auto& sample : samples) {
      if (!std::isnan(sample.value)) values.push_back(sample.value);
    }
    std::sort(values.begin(), values.end());
    const int64_t size = static_cast<int64_t>(values.size());
    const int64_t bins = std::min(size / kMinBinSamples, kMaxBins - 1);
    for (int64_t i = 1; i < bins; ++i) edges_.push_back(values[i * size / bins]);
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
  }

  int Of(double value) const {
    if (std::isnan(value)) return count() - 1;
    return static_cast<int>(std::upper_bound(edges_.begin(), edges_.end(), value) - edges_.begin());
  }
  int count() const { return static_cast<int>(edges_.size()) + 2; }

 private:
  std::vector<double> edges_;  // ascending; bin i holds [edges_[i - 1], edges_[i])
};

// Bins of the most frequent categories. The last is for all others.
class CategoryBins {
 public:
  explicit CategoryBins(const std::vector<Sample<int64_t>>& samples) {
    std::map<int64_t, int64_t> counts;
    for (const auto& sample : samples) ++counts[sample.value];
    std::vector<std::pair<int64_t, int64_t>> frequent;  // -count, category
    for (const auto& [category, count] : counts) {
      if (count >= kMinBinSamples) frequent.emplace_back(-count, category);
    }
    std::sort(frequent.begin(), frequent.end());
    frequent.resize(std::min<size_t>(frequent.size(), kMaxBins - 1));
    for (const auto& [count, category] : frequent) bins_.emplace(category, static_cast<int>(bins_.size()));
  }

  int Of(int64_t category) const {
    const auto found = bins_.find(category);
    return found == bins_.end() ? count() - 1 : found->second;
  }
  int count() const { return static_cast<int>(bins_.size()) + 1; }

 private:
  std::map<int64_t, int> bins_;
};

// The classes that a bin stands for.
struct Choice {
  int32_t most_frequent = 0;
  int32_t most_enriched = 0;
};

// Samples per class, of a bin or a whole half.
using ClassCounts = std::vector<int64_t>;

int64_t Total(const ClassCounts& counts) {
  int64_t total = 0;
  for (const int64_t count : counts) total += count;
  return total;
}

Choice Choose(const ClassCounts& bin, const ClassCounts& half) {
  Choice choice;
  choice.most_frequent = static_cast<int32_t>(std::max_element(bin.begin(), bin.end()) - bin.begin());
  const double share = static_cast<double>(Total(bin)) / static_cast<double>(Total(half));
  double highest = -1e300;
  for (size_t label = 0; label < bin.size(); ++label) {
    const double expected = share * static_cast<double>(half[label]);
    if (expected == 0) continue;
    const double excess = (static_cast<double>(bin[label]) - expected) / std::sqrt(expected);
    if (excess > highest) choice.most_enriched = static_cast<int32_t>(label);
    highest = std::max(highest, excess);
  }
  return choice;
}

// What the choices of bins got right in the halves that they were not made on.
struct Outcome {
  explicit Outcome(int classes) : samples(classes), hits(classes), taken(classes) {}

  int64_t correct = 0;               // of the most frequent classes
  ClassCounts samples, hits, taken;  // per class; of the most enriched: how many were taken for it, rightly and in all
};

template <typename Bins, typename Value>
void JudgeHalf(const std::vector<Sample<Value>>& made_on, const std::vector<Sample<Value>>& judged_on, Outcome* outcome) {
  const size_t classes = outcome->samples.size();
  const Bins bins(made_on);
  ClassCounts half(classes);
  std::vector<ClassCounts> counts(bins.count(), ClassCounts(classes));
  for (const auto& sample : made_on) {
    ++half[sample.label];
    ++counts[bins.Of(sample.value)][sample.label];
  }
  // A bin that was empty knows no more than the whole half.
  std::vector<Choice> choices;
  for (const ClassCounts& bin : counts) choices.push_back(Choose(Total(bin) > 0 ? bin : half, half));
  for (const auto& sample : judged_on) {
    const Choice& choice = choices[bins.Of(sample.value)];
    ++outcome->samples[sample.label];
    ++outcome->taken[choice.most_enriched];
    outcome->correct += choice.most_frequent == sample.label;
    outcome->hits[sample.label] += choice.most_enriched == sample.label;
  }
}

// The class that is told from all others most clearly, if any is.
int RevealedClass(const Outcome& outcome, int64_t samples) {
  int revealed = -1;
  double highest = 0;
  for (size_t label = 0; label < outcome.samples.size(); ++label) {
    const double own = static_cast<double>(outcome.samples[label]);
    const double others = static_cast<double>(samples) - own;
    const double hits = static_cast<double>(outcome.hits[label]);
    const double recall = WilsonInterval(hits / own, own, kDeviationsOfOneClass).low;
    const double mistaken = WilsonInterval((static_cast<double>(outcome.taken[label]) - hits) / others, others, kDeviationsOfOneClass).high;
    if (recall - mistaken < kMinAdvantage || recall - mistaken <= highest) continue;
    highest = recall - mistaken;
    revealed = static_cast<int>(label);
  }
  return revealed;
}

void SetFigures(const Outcome& outcome, ShortcutResult* result) {
  const double samples = static_cast<double>(result->samples), classes = result->classes;
  result->accuracy = static_cast<double>(outcome.correct) / samples;
  result->majority_accuracy = static_cast<double>(*std::max_element(outcome.samples.begin(), outcome.samples.end())) / samples;
  double recalls = 0, inverses = 0;
  for (int label = 0; label < result->classes; ++label) {
    const double own = static_cast<double>(outcome.samples[label]);
    recalls += static_cast<double>(outcome.hits[label]) / own;
    inverses += 1 / own;
  }
  result->balanced_accuracy = recalls / classes;
  const double effective_samples = classes * classes / inverses / 2;
  const Interval interval = WilsonInterval(result->balanced_accuracy, effective_samples, kDeviationsOf95Percent);
  result->low = interval.low;
  result->high = interval.high;
}

// The classes that are large enough, numbered without gaps.
struct Participants {
  std::vector<int32_t> new_labels;  // -1: too small
  std::vector<int32_t> old_labels;
  int64_t samples = 0;
};

Participants FindParticipants(absl::Span<const int32_t> labels, int classes) {
  ClassCounts counts(classes);
  for (const int32_t label : labels) {
    CHECK(label >= -1 && label < classes) << label;
    if (label >= 0) ++counts[label];
  }
  Participants participants;
  participants.new_labels.resize(classes, -1);
  for (int32_t label = 0; label < classes; ++label) {
    if (counts[label] < kMinClassSamples) continue;
    participants.new_labels[label] = static_cast<int32_t>(participants.old_labels.size());
    participants.old_labels.push_back(label);
    participants.samples += counts[label];
  }
  return participants;
}

uint64_t HashOf(uint64_t position) {
  return Fingerprint(absl::string_view(reinterpret_cast<const char*>(&position), sizeof position));
}

// In the order of their positions' hashes, the samples of a class go to one half and the other in
// turn. Were the halves of a class unequal, those that are rare in one would be chosen by chance
// more often, and be many in the other.
template <typename Value>
Halves<Value> Divide(absl::Span<const Value> values, absl::Span<const int32_t> labels, const Participants& participants) {
  std::vector<std::pair<uint64_t, size_t>> order;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && participants.new_labels[labels[i]] >= 0) order.emplace_back(HashOf(i), i);
  }
  std::sort(order.begin(), order.end());
  Halves<Value> halves;
  std::vector<int> next(participants.old_labels.size());
  for (size_t label = 0; label < next.size(); ++label) next[label] = label % 2;  // the odd ones of classes
  for (const auto& [hash, i] : order) {
    const int32_t label = participants.new_labels[labels[i]];
    halves[next[label]].push_back({values[i], label});
    next[label] = 1 - next[label];
  }
  return halves;
}

template <typename Bins, typename Value>
ShortcutResult Judge(absl::Span<const Value> values, absl::Span<const int32_t> labels, int classes) {
  CHECK_EQ(values.size(), labels.size());
  const Participants participants = FindParticipants(labels, classes);
  ShortcutResult result;
  result.classes = static_cast<int>(participants.old_labels.size());
  result.samples = participants.samples;
  if (result.classes < 2 || result.samples < kMinSamples) return result;
  result.is_judged = true;

  const Halves<Value> halves = Divide(values, labels, participants);
  Outcome outcome(result.classes);
  JudgeHalf<Bins>(halves[0], halves[1], &outcome);
  JudgeHalf<Bins>(halves[1], halves[0], &outcome);
  SetFigures(outcome, &result);
  const int revealed = RevealedClass(outcome, result.samples);
  if (revealed >= 0) result.revealed_class = participants.old_labels[revealed];
  result.is_suspicious = revealed >= 0 || result.low >= kMinOddsRatio / (result.classes - 1 + kMinOddsRatio);
  return result;
}

}  // namespace

ShortcutResult TestShortcut(absl::Span<const double> values, absl::Span<const int32_t> labels, int classes) {
  return Judge<QuantileBins>(values, labels, classes);
}

ShortcutResult TestCategoricalShortcut(absl::Span<const int64_t> categories, absl::Span<const int32_t> labels, int classes) {
  return Judge<CategoryBins>(categories, labels, classes);
}

}  // namespace mica
