#include "experiments/preview/learning_rate_curve.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config/config_problems.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/files/csv.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "training/loop/run_length.h"
#include "training/loop/trainer_validation.h"
#include "training/optim/base_learning_rate.h"
#include "training/optim/lr_schedule.h"
#include "training/optim/optimizer_validation.h"
#include "training/optim/schedule_validation.h"
#include "viz/area_plot.h"

namespace mica {
namespace {

constexpr int kMostTicks = 10;

using Point = LearningRateCurve::Point;

// Of a step that is counted from 1.
int64_t EpochOf(const LearningRateCurve& curve, int64_t step) {
  return (step - 1) / curve.steps_per_epoch + 1;
}

// As f32 in few digits: 0.1 * 0.1 is 0.010000000000000002.
std::string Shown(double rate) {
  return FormatNumber(static_cast<float>(rate));
}

std::string Counted(int64_t count, absl::string_view thing) {
  return absl::StrCat(count, " ", thing, count == 1 ? "" : "s");
}

std::string LengthText(const LearningRateCurve& curve) {
  return absl::StrCat(Counted(curve.total_steps, "step"), ", ", Counted(EpochOf(curve, curve.total_steps), "epoch"), " of ",
                      curve.steps_per_epoch);
}

// Where epochs begin, or every 2nd, 5th, 10th, 20th … of many.
std::vector<PlotTick> EpochTicks(const LearningRateCurve& curve) {
  const int64_t epochs = EpochOf(curve, curve.total_steps);
  int64_t every = 1;
  for (int i = 0; epochs / every > kMostTicks; ++i) every = i % 3 == 1 ? every / 2 * 5 : every * 2;
  std::vector<PlotTick> ticks;
  for (int64_t epoch = 1; epoch <= epochs; epoch = epoch == 1 && every > 1 ? every : epoch + every) {
    const double done = static_cast<double>(epoch - 1) * static_cast<double>(curve.steps_per_epoch);
    ticks.push_back({done / static_cast<double>(curve.total_steps), absl::StrCat(epoch)});
  }
  return ticks;
}

std::string LossesText(const LearningRateCurve& curve) {
  if (curve.reads_losses.empty()) return "";
  return absl::StrCat("schedule.", curve.reads_losses, " lowers it when losses do not fall; nobody knows that before the run\n");
}

absl::Status Validate(const Experiment& experiment) {
  ConfigProblems problems;
  ValidateOptimizerConfig(experiment.optimizer(), "optimizer", &problems);
  ValidateScheduleConfig(experiment.schedule(), "schedule", &problems);
  ValidateTrainerConfig(experiment.trainer(), "trainer", &problems);
  std::vector<std::string> messages, fields;
  for (const ConfigProblem& problem : problems.all()) {
    if (problem.severity != ConfigProblem::Severity::kError) continue;
    messages.push_back(problem.message);
    fields.push_back(problem.field_path);
  }
  return messages.empty() ? absl::OkStatus() : WithFields(ConfigError(absl::StrJoin(messages, "\n")), fields);
}

RunLength LengthOf(const TrainerConfig& trainer, int64_t steps_per_epoch) {
  const std::optional<int64_t> max_steps = trainer.has_max_steps() ? std::optional<int64_t>(trainer.max_steps()) : std::nullopt;
  return LengthOfRun(trainer.epochs(), max_steps, steps_per_epoch);
}

}  // namespace

absl::StatusOr<LearningRateCurve> BuildLearningRateCurve(const Experiment& experiment, int64_t steps_per_epoch) {
  MICA_RETURN_IF_ERROR(Validate(experiment));
  LearningRateCurve curve;
  curve.steps_per_epoch = steps_per_epoch;
  const RunLength length = LengthOf(experiment.trainer(), steps_per_epoch);
  curve.total_steps = length.total_steps;
  curve.stride = (curve.total_steps + kMaxCurvePoints - 1) / kMaxCurvePoints;
  MICA_ASSIGN_OR_RETURN(const LrSchedule schedule, CreateLrSchedule(experiment.schedule(), length));
  if (schedule.reads_losses()) curve.reads_losses = ChosenArm(experiment.schedule(), "kind");
  const double base_rate = BaseLearningRate(experiment.optimizer());
  const auto add = [&](int64_t step) { curve.points.push_back({step, base_rate * schedule.Factor(step - 1)}); };
  for (int64_t step = 1; step <= curve.total_steps; step += curve.stride) add(step);
  if (curve.points.back().step != curve.total_steps) add(curve.total_steps);
  return curve;
}

std::string LearningRateCsv(const LearningRateCurve& curve) {
  std::string csv = CsvRow({"step", "epoch", "learning_rate"});
  for (const Point& point : curve.points) {
    csv += CsvRow({absl::StrCat(point.step), absl::StrCat(EpochOf(curve, point.step)), FormatNumber(point.rate)});
  }
  return csv;
}

std::string LearningRateText(const LearningRateCurve& curve) {
  const auto lower = [](const Point& a, const Point& b) { return a.rate < b.rate; };
  const auto lowest = std::min_element(curve.points.begin(), curve.points.end(), lower);
  const auto highest = std::max_element(curve.points.begin(), curve.points.end(), lower);
  if (!(lowest->rate < highest->rate)) {
    return absl::StrCat("Learning rate: ", Shown(highest->rate), " at every step (", LengthText(curve), ")\n", LossesText(curve));
  }
  std::vector<double> rates;
  for (const Point& point : curve.points) rates.push_back(point.rate);
  return absl::StrCat("Learning rate (", LengthText(curve), ")\n", AreaPlot(rates, EpochTicks(curve), "epoch"), "first ",
                      Shown(curve.points.front().rate), ", highest ", Shown(highest->rate), " from step ", highest->step, ", last ",
                      Shown(curve.points.back().rate), "\n", LossesText(curve));
}

}  // namespace mica
