#include "bench/paired_measurement.h"

#include <algorithm>

#include "base/status_macros.h"

namespace mica {
namespace {

std::vector<double> ValuesOf(const std::vector<Sample>& samples, size_t value) {
  std::vector<double> values;
  for (const Sample& sample : samples) values.push_back(sample.at(value));
  return values;
}

}  // namespace

double PairedSamples::PeerMedian(size_t peer, size_t value) const {
  return Median(ValuesOf(peers_.at(peer), value));
}

double PairedSamples::MicaMedian(size_t value) const {
  return Median(ValuesOf(mica_, value));
}

RatioEstimate PairedSamples::Ratio(size_t peer, size_t value) const {
  return EstimateMedianRatio(ValuesOf(peers_.at(peer), value), ValuesOf(mica_, value));
}

RatioEstimate PairedSamples::Control(size_t value) const {
  return EstimateMedianRatio(ValuesOf(control_, value), ValuesOf(mica_, value));
}

absl::StatusOr<PairedSamples> MeasureInTurn(absl::Span<const Contestant> peers, const Contestant& mica, const MeasurementPlan& plan,
                                            const std::function<void(int round, const std::string& name)>& on_run) {
  std::vector<const Contestant*> order;
  for (const Contestant& peer : peers) order.push_back(&peer);
  order.push_back(&mica);
  if (plan.warm_up) {
    for (const Contestant* contestant : order) {
      on_run(0, contestant->name);
      MICA_RETURN_IF_ERROR(contestant->run().status());
    }
  }
  order.push_back(&mica);  // the control

  std::vector<size_t> turn(order.size());
  for (size_t i = 0; i < turn.size(); ++i) turn[i] = i;
  std::vector<std::vector<Sample>> samples(order.size());
  for (int round = 1; round <= plan.pairs; ++round) {
    for (const size_t contestant : turn) {
      on_run(round, order[contestant]->name);
      MICA_ASSIGN_OR_RETURN(Sample sample, order[contestant]->run());
      samples[contestant].push_back(std::move(sample));
    }
    std::reverse(turn.begin(), turn.end());
  }
  std::vector<Sample> control = std::move(samples.back());
  samples.pop_back();
  std::vector<Sample> mica_samples = std::move(samples.back());
  samples.pop_back();
  return PairedSamples(std::move(samples), std::move(mica_samples), std::move(control));
}

}  // namespace mica
