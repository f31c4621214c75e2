#include "training/optim/parameter_coverage.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/console_table.h"
#include "base/number_format.h"
#include "training/optim/base_learning_rate.h"

namespace mica {
namespace {

// A group of the config: the sum of the planned groups that it was divided into.
struct Coverage {
  std::string name;
  int64_t tensors = 0;
  int64_t parameters = 0;
  std::pair<double, double> rates;   // lowest and highest
  std::pair<double, double> decays;  // likewise
  std::string trains;
};

void Widen(std::pair<double, double>* range, double value) {
  *range = {std::min(range->first, value), std::max(range->second, value)};
}

// As f32 in few digits: 0.1 * 0.1 is 0.010000000000000002.
std::string Shown(double value) {
  return FormatNumber(static_cast<float>(value));
}

std::string Shown(const std::pair<double, double>& range, const char* to) {
  return range.first == range.second ? Shown(range.first) : absl::StrCat(Shown(range.first), to, Shown(range.second));
}

std::string WhenItTrains(const OptimizerConfig& config, int group) {
  if (group < 0 || !config.group(group).has_freeze()) return "always";
  const FreezeConfig& freeze = config.group(group).freeze();
  return absl::StrCat(freeze.has_epochs() ? absl::StrCat("from epoch ", freeze.epochs() + int64_t{1}) : "never",
                      freeze.batch_norms() == FreezeConfig::UPDATED ? ", batch norms updated" : "");
}

std::vector<Coverage> CoverageOf(const OptimizerConfig& config, const ParameterPlan& plan) {
  std::vector<Coverage> all(std::max(1, config.group_size()));
  for (const PlannedGroup& group : plan.groups) {
    const double rate = BaseLearningRate(config) * group.learning_rate_factor;
    const double decay = group.weight_decay.value_or(BaseWeightDecay(config));
    Coverage& coverage = all[std::max(0, group.config_group)];
    if (coverage.tensors == 0) {
      coverage.name = group.config_group < 0 ? "all" : config.group(group.config_group).name();
      coverage.rates = {rate, rate};
      coverage.decays = {decay, decay};
      coverage.trains = WhenItTrains(config, group.config_group);
    }
    coverage.tensors += static_cast<int64_t>(group.parameters.size());
    coverage.parameters += group.size;
    Widen(&coverage.rates, rate);
    Widen(&coverage.decays, decay);
  }
  return all;
}

bool IsWorthShowing(const OptimizerConfig& config, const ParameterPlan& plan) {
  return config.group_size() > 0 || plan.groups.size() > 1;
}

}  // namespace

std::string CoverageTable(const OptimizerConfig& config, const ParameterPlan& plan) {
  if (!IsWorthShowing(config, plan)) return "";
  std::vector<std::vector<std::string>> rows = {{"group", "tensors", "parameters", "learning rate", "weight decay", "trains"}};
  for (const Coverage& group : CoverageOf(config, plan)) {
    rows.push_back({group.name, absl::StrCat(group.tensors), absl::StrCat(group.parameters), Shown(group.rates, " to "),
                    Shown(group.decays, " or "), group.trains});
  }
  return ConsoleTable(rows);
}

std::vector<std::string> CoverageLog(const OptimizerConfig& config, const ParameterPlan& plan) {
  std::vector<std::string> lines;
  if (!IsWorthShowing(config, plan)) return lines;
  for (const Coverage& group : CoverageOf(config, plan)) {
    lines.push_back(absl::StrCat("group name=", group.name, " tensors=", group.tensors, " parameters=", group.parameters, " learning_rate=",
                                 Shown(group.rates, ".."), " weight_decay=", Shown(group.decays, ".."), " trains=\"", group.trains, "\""));
  }
  return lines;
}

}  // namespace mica
