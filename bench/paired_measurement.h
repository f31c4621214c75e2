// Measures contestants in turn, so that the machine's drift affects all alike: peers and mica A B B
// A …, mica twice in each round.
//   MICA_ASSIGN_OR_RETURN(const PairedSamples samples,
//                         MeasureInTurn({idiomatic, expert}, mica, {.pairs = 15}, on_run));
//   const RatioEstimate speedup = samples.Ratio(/*peer=*/0, /*value=*/0);
//   // mica against mica: must contain 1.
//   const RatioEstimate control = samples.Control(/*value=*/0);
// The first round runs the peers, mica, and mica once more; the second the same backwards, and so
// on. Each round gives one pair for every peer and one for the control. If the control does not
// contain 1, the machine was not quiet enough for any claim.
#ifndef MICA_BENCH_PAIRED_MEASUREMENT_H_
#define MICA_BENCH_PAIRED_MEASUREMENT_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "bench/median_ratio.h"

namespace mica {

// The result of one run of the work: a number above 0 for each compared quantity, in the same order
// for all contestants.
using Sample = std::vector<double>;

struct Contestant {
  std::string name;
  std::function<absl::StatusOr<Sample>()> run;
};

struct MeasurementPlan {
  int pairs = 15;  // odd (median_ratio.h)
  // Before the first round, runs each once without counting it; that fills the page cache.
  bool warm_up = false;
};

// Thread-compatible.
class PairedSamples {
 public:
  // Each has one sample for each round, in the same order; `control` is mica's second run.
  PairedSamples(std::vector<std::vector<Sample>> peers, std::vector<Sample> mica, std::vector<Sample> control)
      : peers_(std::move(peers)), mica_(std::move(mica)), control_(std::move(control)) {}

  // For the quantity at index `value` in a sample.
  double PeerMedian(size_t peer, size_t value) const;
  double MicaMedian(size_t value) const;
  RatioEstimate Ratio(size_t peer, size_t value) const;  // peer / mica
  RatioEstimate Control(size_t value) const;             // mica / mica

 private:
  std::vector<std::vector<Sample>> peers_;
  std::vector<Sample> mica_, control_;
};

// Calls `on_run` before every run with the round, from 1 (0: warm-up), and the contestant's name.
// The first error ends everything.
absl::StatusOr<PairedSamples> MeasureInTurn(absl::Span<const Contestant> peers, const Contestant& mica, const MeasurementPlan& plan,
                                            const std::function<void(int round, const std::string& name)>& on_run);

}  // namespace mica

#endif  // MICA_BENCH_PAIRED_MEASUREMENT_H_
