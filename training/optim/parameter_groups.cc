#include "training/optim/parameter_groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/name_pattern.h"
#include "base/number_format.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "training/optim/base_learning_rate.h"

namespace mica {
namespace {

constexpr size_t kMaxListed = 6;  // names in a message

// A few names in full, of many the first.
std::string Listed(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kMaxListed);
  return absl::StrCat(absl::StrJoin(names.begin(), names.begin() + static_cast<int64_t>(shown), ", "),
                      names.size() > shown ? absl::StrCat(" and ", names.size() - shown, " more") : "");
}

std::string Counted(size_t count) {
  return absl::StrCat(count, count == 1 ? " parameter" : " parameters");
}

// Finds the group of each parameter.
class GroupSearch {
 public:
  GroupSearch(const OptimizerConfig& config, absl::Span<const ModelParameter> parameters) : config_(config), parameters_(parameters) {}

  // [parameters]: indices in optimizer.group; all -1 without groups.
  absl::StatusOr<std::vector<int>> Run() {
    groups_.assign(parameters_.size(), -1);
    for (int group = 0; group < config_.group_size(); ++group) {
      for (int i = 0; i < config_.group(group).pattern_size(); ++i) Take(group, i);
    }
    if (config_.group_size() > 0) TakeRest();
    return lines_.empty() ? absl::StatusOr<std::vector<int>>(groups_) : WithFields(ConfigError(absl::StrJoin(lines_, "\n")), fields_);
  }

 private:
  void Error(const std::string& field, const std::string& message) {
    lines_.push_back(absl::StrCat(field, ": ", message));
    fields_.push_back(field);
  }

  void Take(int group, int index) {
    const std::string& pattern = config_.group(group).pattern(index);
    const std::string field = absl::StrCat("optimizer.group[", group, "].pattern[", index, "]");
    std::map<int, std::vector<std::string>> taken;  // by others
    bool covers_any = false;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (!Covers(pattern, parameters_[i].name)) continue;
      covers_any = true;
      if (groups_[i] < 0) groups_[i] = group;
      if (groups_[i] != group) taken[groups_[i]].push_back(parameters_[i].name);
    }
    if (!covers_any) Error(field, absl::StrCat(InQuotes(pattern), " covers no parameter of the model", Hint(pattern)));
    for (const auto& [other, names] : taken) {
      Error(field, absl::StrCat(InQuotes(pattern), " covers ", Counted(names.size()), " of the group ",
                                InQuotes(config_.group(other).name()), " before it: ", Listed(names), "; each belongs to one group"));
    }
  }

  std::string Hint(const std::string& pattern) const {
    std::vector<std::string> names, first_parts;
    for (const ModelParameter& parameter : parameters_) {
      names.push_back(parameter.name);
      const std::string part = parameter.name.substr(0, parameter.name.find('.'));
      if (std::find(first_parts.begin(), first_parts.end(), part) == first_parts.end()) first_parts.push_back(part);
    }
    return absl::StrCat("; there are ", Listed(first_parts), NearestCovered(pattern, names));
  }

  void TakeRest() {
    const auto rest = std::find_if(config_.group().begin(), config_.group().end(), [](const auto& group) { return group.rest(); });
    std::vector<std::string> names;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (groups_[i] >= 0) continue;
      names.push_back(parameters_[i].name);
      groups_[i] = static_cast<int>(rest - config_.group().begin());
    }
    if (rest == config_.group().end()) {
      if (!names.empty()) {
        Error("optimizer.group", absl::StrCat(Counted(names.size()), names.size() == 1 ? " is" : " are", " in no group: ", Listed(names),
                                              "; add a pattern, or a group with rest: true"));
      }
    } else if (names.empty()) {
      Error(absl::StrCat("optimizer.group[", rest - config_.group().begin(), "].rest"),
            "is true, but the other groups have every parameter; leave this group out");
    }
  }

  const OptimizerConfig& config_;
  const absl::Span<const ModelParameter> parameters_;
  std::vector<int> groups_;
  std::vector<std::string> lines_, fields_;
};

int64_t FirstStep(const ParameterGroupConfig& group, int64_t steps_per_epoch) {
  if (!group.has_freeze()) return 0;
  return group.freeze().has_epochs() ? group.freeze().epochs() * steps_per_epoch : kNeverTrains;
}

// Divides the config's groups into those that train alike.
class Division {
 public:
  Division(const OptimizerConfig& config, int last_part, int64_t steps_per_epoch)
      : config_(config), last_part_(last_part), steps_per_epoch_(steps_per_epoch) {}

  void Add(const ModelParameter& parameter, int config_group) {
    const ParameterGroupConfig* const group = config_group < 0 ? nullptr : &config_.group(config_group);
    const int part = config_.layer_decay() == 1 ? last_part_ : parameter.part;
    const bool decays = config_.decay_norms_and_biases() || parameter.is_weight || (group != nullptr && group->has_weight_decay());
    const auto [found, is_new] = indices_.try_emplace({config_group, part, decays}, groups_.size());
    if (is_new) groups_.push_back(NewGroup(group, config_group, part, decays));
    PlannedGroup& planned = groups_[found->second];
    planned.parameters.push_back(parameter.name);
    planned.size += parameter.size;
  }

  std::vector<PlannedGroup> groups() && { return std::move(groups_); }

 private:
  PlannedGroup NewGroup(const ParameterGroupConfig* group, int config_group, int part, bool decays) const {
    PlannedGroup planned;
    planned.config_group = config_group;
    planned.learning_rate_factor = std::pow(config_.layer_decay(), last_part_ - part);
    std::vector<std::string> name;
    if (group != nullptr) {
      name.push_back(group->name());
      planned.learning_rate_factor *= group->learning_rate_factor();
      if (group->has_weight_decay()) planned.weight_decay = group->weight_decay();
      planned.first_step = FirstStep(*group, steps_per_epoch_);
    }
    if (config_.layer_decay() != 1) name.push_back(absl::StrCat("part_", part));
    if (!decays) {
      name.push_back("no_decay");
      planned.weight_decay = 0;
    }
    planned.name = absl::StrJoin(name, "/");
    return planned;
  }

  const OptimizerConfig& config_;
  const int last_part_;
  const int64_t steps_per_epoch_;
  std::map<std::tuple<int, int, bool>, size_t> indices_;  // of groups_, by config group, part, decays
  std::vector<PlannedGroup> groups_;
};

// A batch norm is fixed as long as none of its parameters trains and none of their groups says
// otherwise.
std::vector<FixedBatchNorm> FixedBatchNorms(const OptimizerConfig& config, absl::Span<const ModelParameter> parameters,
                                            const std::vector<int>& groups, int64_t steps_per_epoch) {
  std::vector<FixedBatchNorm> norms;  // of every batch norm
  std::map<std::string, size_t> indices;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const std::string& layer = parameters[i].batch_norm;
    if (layer.empty() || groups[i] < 0) continue;
    const ParameterGroupConfig& group = config.group(groups[i]);
    const bool fixes = group.freeze().batch_norms() == FreezeConfig::FIXED;
    const auto [found, is_new] = indices.try_emplace(layer, norms.size());
    if (is_new) norms.push_back({layer, kNeverTrains});
    int64_t& until_step = norms[found->second].until_step;
    until_step = std::min(until_step, fixes ? FirstStep(group, steps_per_epoch) : 0);
  }
  norms.erase(std::remove_if(norms.begin(), norms.end(), [](const FixedBatchNorm& norm) { return norm.until_step == 0; }), norms.end());
  return norms;
}

// layer_decay is a power of the number of parts, so a rate may vanish.
absl::Status RequireRates(const OptimizerConfig& config, absl::Span<const PlannedGroup> groups) {
  for (const PlannedGroup& group : groups) {
    if (config.layer_decay() == 1) break;
    const double rate = BaseLearningRate(config) * group.learning_rate_factor;
    if (rate >= std::numeric_limits<float>::min()) continue;
    return WithFields(ConfigError(absl::StrCat("optimizer.layer_decay: leaves ", group.parameters.front(), " a learning rate of ",
                                               FormatNumber(rate), ", which is 0 as a 32-bit number; raise it")),
                      {"optimizer.layer_decay"});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParameterPlan> PlanParameters(const OptimizerConfig& config, absl::Span<const ModelParameter> parameters,
                                             int64_t steps_per_epoch) {
  MICA_ASSIGN_OR_RETURN(const std::vector<int> groups, GroupSearch(config, parameters).Run());
  int last_part = 0;
  for (const ModelParameter& parameter : parameters) last_part = std::max(last_part, parameter.part);
  Division division(config, last_part, steps_per_epoch);
  for (size_t i = 0; i < parameters.size(); ++i) division.Add(parameters[i], groups[i]);
  ParameterPlan plan;
  plan.groups = std::move(division).groups();
  plan.fixed_batch_norms = FixedBatchNorms(config, parameters, groups, steps_per_epoch);
  MICA_RETURN_IF_ERROR(RequireRates(config, plan.groups));
  return plan;
}

}  // namespace mica
