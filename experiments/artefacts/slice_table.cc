#include "experiments/artefacts/slice_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "eval/metrics/slices.h"

namespace mica {
namespace {

// Sides double from slice to slice: "64 to 127 px". Digits are filled up so that names sort as sizes do.
std::string SizeSlice(const PictureFacts& facts) {
  const int32_t side = std::min(facts.width_px, facts.height_px);
  int64_t low = 1;
  while (2 * low <= side) low *= 2;
  return absl::StrCat(absl::Dec(low, absl::kSpacePad5), " to ", absl::Dec(2 * low - 1, absl::kSpacePad5), " px");
}

struct Sample {
  const ImageRecord* record;
  const PictureFacts* facts;  // null: nothing is known
  bool is_right;
  double loss;
};

// The labelled rows.
std::vector<Sample> SamplesOf(const RunTable& predictions, const DatasetIndex& index, const PictureSurvey& survey) {
  const std::vector<double> ids = predictions.Reals("id"), correct = predictions.Reals("correct"), losses = predictions.Reals("loss");
  std::vector<Sample> samples;
  for (size_t row = 0; row < predictions.size(); ++row) {
    const bool has_truth = correct[row] == 0 || correct[row] == 1;
    if (!has_truth || !(ids[row] >= 0 && ids[row] < static_cast<double>(index.records.size()))) continue;
    const auto id = static_cast<size_t>(ids[row]);
    const bool is_known = id < survey.facts.size() && survey.facts[id].is_known();
    samples.push_back({&index.records[id], is_known ? &survey.facts[id] : nullptr, correct[row] == 1, losses[row]});
  }
  return samples;
}

// `slice_of` names a sample's slice.
template <typename SliceOf>
void AppendSlices(const char* by, const std::vector<Sample>& samples, SliceOf slice_of, std::string* csv) {
  std::vector<SlicedSample> sliced;
  for (const Sample& sample : samples) sliced.push_back({slice_of(sample), sample.is_right, sample.loss});
  const std::vector<SliceScores> slices = ScoreSlices(sliced);
  if (slices.size() < 2) return;
  for (const SliceScores& slice : slices) {
    *csv += CsvRow({by, slice.name, absl::StrCat(slice.samples), absl::StrCat(slice.right), FormatNumber(slice.accuracy),
                    FormatNumber(slice.accuracy_interval.low), FormatNumber(slice.accuracy_interval.high), FormatNumber(slice.loss)});
  }
}

std::string FormatSlice(const PictureFacts& facts) {
  return facts.is_raw ? "packed pixels" : std::string(PictureFormatName(facts.format));
}

}  // namespace

std::string SlicesCsv(const RunTable& predictions, const DatasetIndex& index, const PictureSurvey& survey) {
  const std::vector<Sample> samples = SamplesOf(predictions, index, survey);
  const auto of_facts = [](auto name_of) {
    return [=](const Sample& sample) { return sample.facts == nullptr ? std::string("unknown") : name_of(*sample.facts); };
  };
  std::string csv = CsvRow({"by", "slice", "samples", "right", "accuracy", "accuracy_low", "accuracy_high", "loss"});
  AppendSlices("size", samples, of_facts(SizeSlice), &csv);
  AppendSlices("format", samples, of_facts(FormatSlice), &csv);
  AppendSlices("colours", samples, of_facts([](const PictureFacts& facts) { return std::string(ColourKindName(facts.colour)); }), &csv);
  const auto group_of = [&](const Sample& sample) { return sample.record->group < 0 ? "none" : index.groups[sample.record->group]; };
  AppendSlices("group", samples, group_of, &csv);
  return csv;
}

}  // namespace mica
