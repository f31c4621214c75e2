#include "training/optim/lr_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/number_format.h"
#include "base/status_macros.h"

namespace mica {
namespace {

constexpr double kPi = 3.141592653589793;

int64_t StepsOf(double epochs, const RunLength& run) {
  return std::max<int64_t>(1, std::llround(epochs * static_cast<double>(run.steps_per_epoch)));
}

// Steps in a `length` oneof of cosine or linear; the rest of the run if it is not set.
template <typename Config>
int64_t Length(const Config& config, const RunLength& run, int64_t warmup_steps) {
  if (config.has_length_steps()) return config.length_steps();
  if (config.has_length_epochs()) return StepsOf(config.length_epochs(), run);
  return std::max<int64_t>(1, run.total_steps - warmup_steps);
}

// Steps in an `every` oneof of step or exponential.
template <typename Config>
int64_t Every(const Config& config, const RunLength& run) {
  return config.has_every_epochs() ? StepsOf(config.every_epochs(), run) : config.every_steps();
}

LrSchedule Constant() {
  return LrSchedule([](int64_t) { return 1.0; });
}

LrSchedule Step(double gamma, int64_t every) {
  return LrSchedule([=](int64_t step) { return std::pow(gamma, static_cast<double>(step / every)); });
}

LrSchedule Cosine(double floor, int64_t length) {
  return LrSchedule([=](int64_t step) {
    const double progress = static_cast<double>(step) / static_cast<double>(length);
    return floor + (1 - floor) / 2 * (1 + std::cos(kPi * progress));
  });
}

LrSchedule Linear(double start, double end, int64_t length) {
  return LrSchedule([=](int64_t step) {
    const double progress = static_cast<double>(std::min(step, length)) / static_cast<double>(length);
    return start + (end - start) * progress;
  });
}

LrSchedule Exponential(double gamma, int64_t every) {
  return LrSchedule([=](int64_t step) { return std::pow(gamma, static_cast<double>(step) / static_cast<double>(every)); });
}

LrSchedule DecayOnRise(double gamma) {
  return LrSchedule([=](int64_t, absl::Span<const EpochLosses> losses) {
    double factor = 1;
    for (size_t i = 1; i < losses.size(); ++i) {
      if (losses[i].train > losses[i - 1].train) factor *= gamma;
    }
    return factor;
  });
}

double WatchedLoss(PlateauScheduleConfig::Watch watch, const EpochLosses& losses) {
  switch (watch) {
    case PlateauScheduleConfig::TRAIN_LOSS:
      return losses.train;
    case PlateauScheduleConfig::VAL_LOSS:
    case PlateauScheduleConfig::WATCH_UNSPECIFIED:
      break;
  }
  return losses.validation;
}

// torch.optim.lr_scheduler.ReduceLROnPlateau with its defaults. A loss that is NaN is no better.
LrSchedule Plateau(const PlateauScheduleConfig& config) {
  return LrSchedule([=](int64_t, absl::Span<const EpochLosses> losses) {
    constexpr double kThreshold = 1e-4;
    double factor = 1, lowest = std::numeric_limits<double>::infinity();
    int epochs_without = 0;
    for (const EpochLosses& epoch : losses) {
      const double loss = WatchedLoss(config.watch(), epoch);
      const bool is_better = loss < lowest * (1 - kThreshold);
      if (is_better) lowest = loss;
      epochs_without = is_better ? 0 : epochs_without + 1;
      if (epochs_without <= config.patience_epochs()) continue;
      factor = std::max(factor * config.gamma(), config.floor_fraction());
      epochs_without = 0;
    }
    return factor;
  });
}

double WarmupFactor(int64_t step, int64_t warmup_steps) {
  return static_cast<double>(step + 1) / static_cast<double>(warmup_steps);
}

LrSchedule WarmedUp(int64_t warmup_steps, const LrSchedule& schedule, const RunLength& run) {
  if (!schedule.reads_losses()) {
    return LrSchedule(
        [=](int64_t step) { return step < warmup_steps ? WarmupFactor(step, warmup_steps) : schedule.Factor(step - warmup_steps); });
  }
  const auto epochs = static_cast<size_t>(warmup_steps / run.steps_per_epoch);  // that end within the warm-up
  return LrSchedule([=](int64_t step, absl::Span<const EpochLosses> losses) {
    if (step < warmup_steps) return WarmupFactor(step, warmup_steps);
    return schedule.Factor(step - warmup_steps, losses.subspan(std::min(epochs, losses.size())));
  });
}

absl::StatusOr<int64_t> WarmupSteps(const ScheduleConfig& config, const RunLength& run) {
  if (!config.has_warmup()) return 0;
  const WarmupConfig& warmup = config.warmup();
  const int64_t steps = warmup.has_epochs() ? StepsOf(warmup.epochs(), run) : warmup.steps();
  if (steps < run.total_steps) return steps;
  const std::string field = warmup.has_epochs() ? "schedule.warmup.epochs" : "schedule.warmup.steps";
  const std::string length =
      warmup.has_epochs() ? absl::StrCat(FormatNumber(warmup.epochs()), " = ", steps, " steps") : absl::StrCat(steps);
  return WithFields(
      ConfigError(absl::StrCat(field, " is ", length, ", but the run has ", run.total_steps, " steps of ", run.steps_per_epoch,
                               " an epoch; write warmup { steps: ", std::max<int64_t>(1, run.total_steps / 10),
                               " }, or raise trainer.epochs (and trainer.max_steps)")),
      {field});
}

absl::StatusOr<LrSchedule> CreateKind(const ScheduleConfig& config, const RunLength& run, int64_t warmup_steps) {
  switch (config.kind_case()) {
    case ScheduleConfig::kConstant:
      return Constant();
    case ScheduleConfig::kStep:
      return Step(config.step().gamma(), Every(config.step(), run));
    case ScheduleConfig::kCosine:
      return Cosine(config.cosine().floor_fraction(), Length(config.cosine(), run, warmup_steps));
    case ScheduleConfig::kLinear:
      return Linear(config.linear().start_fraction(), config.linear().end_fraction(), Length(config.linear(), run, warmup_steps));
    case ScheduleConfig::kExponential:
      return Exponential(config.exponential().gamma(), Every(config.exponential(), run));
    case ScheduleConfig::kDecayOnRise:
      return DecayOnRise(config.decay_on_rise().gamma());
    case ScheduleConfig::kPlateau:
      return Plateau(config.plateau());
    case ScheduleConfig::KIND_NOT_SET:
      return ConfigError(absl::StrCat("schedule is required: ", ChooseOneOf(config, "kind")));
  }
  return absl::InternalError("ScheduleConfig.kind: unknown arm");
}

}  // namespace

absl::StatusOr<LrSchedule> CreateLrSchedule(const ScheduleConfig& config, const RunLength& run) {
  MICA_ASSIGN_OR_RETURN(const int64_t warmup_steps, WarmupSteps(config, run));
  MICA_ASSIGN_OR_RETURN(const LrSchedule schedule, CreateKind(config, run, warmup_steps));
  return warmup_steps == 0 ? schedule : WarmedUp(warmup_steps, schedule, run);
}

}  // namespace mica
