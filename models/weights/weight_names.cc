#include "models/weights/weight_names.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace mica {
namespace {

constexpr char kCompiled[] = "_orig_mod";    // torch.compile puts this part before the names of what it compiles
constexpr size_t kMaxNameBytes = 4096;       // rules that double names would else take all memory
constexpr char kModulePrefix[] = "module.";  // DataParallel puts this before all names

std::string WithoutCompiled(const std::string& name) {
  std::vector<absl::string_view> parts = absl::StrSplit(name, '.');
  // A name's last part is the tensor's own.
  parts.erase(std::remove(parts.begin(), parts.end() - 1, kCompiled), parts.end() - 1);
  return absl::StrJoin(parts, ".");
}

bool IsCompiled(const std::string& name) {
  return WithoutCompiled(name) != name;
}

bool HasModulePrefix(const std::string& name) {
  return absl::StartsWith(name, kModulePrefix);
}

bool StripCompiled(absl::Span<const std::string> model_names, std::vector<std::string>* names) {
  if (std::none_of(names->begin(), names->end(), IsCompiled) || std::any_of(model_names.begin(), model_names.end(), IsCompiled)) {
    return false;
  }
  std::vector<std::string> stripped;
  for (const std::string& name : *names) stripped.push_back(WithoutCompiled(name));
  if (std::set<std::string>(stripped.begin(), stripped.end()).size() < names->size()) return false;
  *names = std::move(stripped);
  return true;
}

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

std::vector<std::string> StripWrappers(absl::Span<const std::string> model_names, std::vector<std::string>* names) {
  std::vector<std::string> taken;
  if (StripCompiled(model_names, names)) taken.push_back(absl::StrCat(kCompiled, "."));
  if (std::any_of(model_names.begin(), model_names.end(), HasModulePrefix)) return taken;
  while (!names->empty() && std::all_of(names->begin(), names->end(), HasModulePrefix)) {
    for (std::string& name : *names) name.erase(0, sizeof(kModulePrefix) - 1);
    if (taken.empty() || taken.back() != kModulePrefix) taken.push_back(kModulePrefix);
  }
  return taken;
}

std::vector<size_t> ApplyRules(absl::Span<const RenameRule> rules, std::vector<std::string>* names) {
  std::vector<size_t> unused;
  for (size_t i = 0; i < rules.size(); ++i) {
    const RE2 from(rules[i].from, Quiet());
    bool used = false;
    for (std::string& name : *names) {
      std::string renamed = name;
      if (!RE2::Replace(&renamed, from, rules[i].to) || renamed == name || renamed.size() > kMaxNameBytes) continue;
      used = true;
      name = std::move(renamed);
    }
    if (!used) unused.push_back(i);
  }
  return unused;
}

std::string RenameRuleProblem(const RenameRule& rule) {
  const RE2 from(rule.from, Quiet());
  if (!from.ok()) return absl::StrCat("from: ", from.error());
  std::string error;
  return from.CheckRewriteString(rule.to, &error) ? "" : absl::StrCat("to: ", error);
}

}  // namespace mica
