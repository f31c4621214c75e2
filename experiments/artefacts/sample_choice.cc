#include "experiments/artefacts/sample_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include "base/rng.h"

namespace mica {
namespace {

using Places = std::vector<size_t>;  // in the list of all samples

constexpr double kMostIds = 1e15;  // what a double counts exactly

// Whether a value, which may be NaN, is a number from 0 on.
bool IsBelow(double value, double limit) {
  return value >= 0 && value < limit;
}

std::vector<SheetSample> AllSamples(const RunTable& table) {
  const std::vector<double> ids = table.Reals("id"), truths = table.Reals("truth"), predictions = table.Reals("prediction");
  const std::vector<double> confidences = table.Reals("confidence"), losses = table.Reals("loss");
  const std::vector<std::string> paths = table.Texts("path"), truth_names = table.Texts("truth_name");
  const std::vector<std::string> prediction_names = table.Texts("prediction_name");
  std::vector<SheetSample> samples;
  for (size_t row = 0; row < table.size(); ++row) {
    if (!IsBelow(ids[row], kMostIds) || !IsBelow(truths[row], kMostClasses) || !IsBelow(predictions[row], kMostClasses)) continue;
    SheetSample sample;
    sample.id = static_cast<int64_t>(ids[row]);
    sample.path = paths[row];
    sample.truth = static_cast<int64_t>(truths[row]);
    sample.prediction = static_cast<int64_t>(predictions[row]);
    sample.truth_name = truth_names[row];
    sample.prediction_name = prediction_names[row];
    sample.confidence = confidences[row];
    sample.loss = losses[row];
    samples.push_back(std::move(sample));
  }
  std::sort(samples.begin(), samples.end(), [](const SheetSample& a, const SheetSample& b) { return a.id < b.id; });
  return samples;
}

// The first of all places by falling value.
Places Largest(const std::vector<SheetSample>& samples, double SheetSample::*value, double of_nan, Places places, size_t most) {
  const auto key = [&](size_t place) { return std::isnan(samples[place].*value) ? of_nan : samples[place].*value; };
  std::stable_sort(places.begin(), places.end(), [&](size_t a, size_t b) { return key(a) > key(b); });
  places.resize(std::min(places.size(), most));
  return places;
}

Places AllPlaces(size_t samples) {
  Places places(samples);
  std::iota(places.begin(), places.end(), size_t{0});
  return places;
}

// A partial shuffle.
Places AtRandom(size_t samples, uint64_t seed) {
  Places places = AllPlaces(samples);
  Rng rng(seed, RngStream::kSampling, /*epoch=*/0, /*sample=*/0);
  const size_t drawn = std::min(samples, kMostRandom);
  for (size_t i = 0; i < drawn; ++i) std::swap(places[i], places[i + rng.UniformBelow(samples - i)]);
  places.resize(drawn);
  return places;
}

// Takes one of each list in turns.
Places InTurns(const std::vector<Places>& lists, size_t most) {
  Places taken;
  for (size_t turn = 0;; ++turn) {
    const size_t before = taken.size();
    for (const Places& list : lists) {
      if (turn < list.size() && taken.size() < most) taken.push_back(list[turn]);
    }
    if (taken.size() == before) return taken;
  }
}

// The surest of each cell of the confusion matrix, on its diagonal or beside it; the cells by
// falling number of samples.
std::vector<Places> SurestOfCells(const std::vector<SheetSample>& samples, bool is_right, size_t most_of_cell) {
  std::map<std::pair<int64_t, int64_t>, Places> cells;
  for (size_t place = 0; place < samples.size(); ++place) {
    if (samples[place].is_right() == is_right) cells[{samples[place].truth, samples[place].prediction}].push_back(place);
  }
  std::vector<Places> lists;
  for (auto& [cell, places] : cells) lists.push_back(std::move(places));
  std::stable_sort(lists.begin(), lists.end(), [](const Places& a, const Places& b) { return a.size() > b.size(); });
  for (Places& list : lists) list = Largest(samples, &SheetSample::confidence, /*of_nan=*/-1, std::move(list), most_of_cell);
  return lists;
}

void Rank(const Places& places, int64_t SheetSample::*rank, std::vector<SheetSample>* samples) {
  for (size_t i = 0; i < places.size(); ++i) (*samples)[places[i]].*rank = static_cast<int64_t>(i) + 1;
}

}  // namespace

std::vector<SheetSample> ChooseSamples(const RunTable& predictions, uint64_t seed) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<SheetSample> samples = AllSamples(predictions);
  const Places worst = Largest(samples, &SheetSample::loss, kInfinity, AllPlaces(samples.size()), kMostWorst);
  const Places random = AtRandom(samples.size(), seed);
  Rank(worst, &SheetSample::worst_rank, &samples);
  Rank(random, &SheetSample::random_rank, &samples);
  Places chosen = worst;
  for (const Places& more : {random, InTurns(SurestOfCells(samples, /*is_right=*/false, kMostConfusedOfPair), kMostConfused),
                             InTurns(SurestOfCells(samples, /*is_right=*/true, kMostRightOfClass), kMostRight)}) {
    chosen.insert(chosen.end(), more.begin(), more.end());
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  std::vector<SheetSample> shown;
  for (const size_t place : chosen) shown.push_back(samples[place]);
  return shown;
}

}  // namespace mica
