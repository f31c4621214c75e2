#include "training/observers/progress_observer.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/number_format.h"
#include "base/process_clock.h"
#include "base/text_bar.h"

namespace mica {
namespace {

constexpr int kBarColumns = 10;

std::string Eta(const StepReport& step) {
  const double samples_left =
      static_cast<double>(step.total_steps - step.step) / static_cast<double>(step.step) * static_cast<double>(step.samples_seen);
  const auto seconds = static_cast<int64_t>(samples_left / step.images_per_second);
  if (seconds >= 3600) return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
}

// "▕█████▌    ▏ 55 %": how much of the epoch is done.
std::string Done(const StepReport& step) {
  const double share = static_cast<double>(step.step_in_epoch) / static_cast<double>(step.steps_per_epoch);
  const std::string bar = TextBar(share, kBarColumns);
  constexpr size_t kBytesOfABlock = 3;
  const std::string rest(kBarColumns - bar.size() / kBytesOfABlock, ' ');
  return absl::StrCat("▕", bar, rest, "▏ ", FormatFixed(100 * share, 0), " %");
}

std::string Percent(double share) {
  return absl::StrCat(FormatFixed(100 * share, 2), " %");
}

std::string EpochLine(const EpochReport& epoch) {
  const EpochRow& row = epoch.row;
  std::string line = absl::StrCat("epoch ", row.epoch, "/", epoch.last_step.epochs, "  train loss ", FormatFixed(row.train_loss, 4),
                                  " accuracy ", Percent(row.train_accuracy));
  for (const EpochRow::SplitMetrics& evaluated : row.evaluations) {
    absl::StrAppend(&line, "  ", SplitName(evaluated.split), " loss ", FormatFixed(evaluated.metrics.Get("loss"), 4), " accuracy ",
                    Percent(evaluated.metrics.Get("accuracy")));
  }
  absl::StrAppend(&line, "  ", FormatFixed(row.train_seconds, 2), " s  ", FormatFixed(row.images_per_second, 0), " images/s");
  return absl::StrCat(line, epoch.is_best ? "  -> best" : "");
}

}  // namespace

std::string LiveLine(const StepReport& step) {
  return absl::StrCat("epoch ", step.epoch, "/", step.epochs, " ", Done(step), "  loss ", FormatFixed(step.epoch_loss, 4), "  accuracy ",
                      FormatFixed(100 * step.epoch_accuracy, 1), " %  ", FormatFixed(step.images_per_second, 0), " images/s  ETA ",
                      Eta(step), step.device_memory_mib > 0 ? absl::StrCat("  GPU ", FormatFixed(step.device_memory_mib, 0), " MiB") : "");
}

absl::Status ProgressObserver::OnStep(const StepReport& step) {
  if (!seconds_to_first_step_.has_value()) seconds_to_first_step_ = SecondsSinceProcessStart();
  line_.Update([&] { return LiveLine(step); });
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnEpoch(const EpochReport& epoch) {
  line_.Finish(EpochLine(epoch));
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnStop(const StopReport& stop) {
  const StepReport& step = stop.last_step;
  line_.Finish(absl::StrCat("stopped by a signal after step ", step.step, " of ", step.total_steps, " (epoch ", step.epoch, ")"));
  return absl::OkStatus();
}

absl::Status ProgressObserver::OnNonFinite(const NonFiniteStep& non_finite) {
  const StepReport& step = non_finite.step;
  line_.Finish(absl::StrCat("stopped at step ", step.step, " of ", step.total_steps, " (epoch ", step.epoch, "): loss ",
                            FormatNumber(step.loss), ", gradient norm ", FormatNumber(step.grad_norm)));
  return absl::OkStatus();
}

}  // namespace mica
