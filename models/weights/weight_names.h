// Makes the names of a file's tensors those of a model: takes off what PyTorch's wrappers add, and
// renames by rules.
//   std::vector<std::string> names = {"module.features.1.conv.0.weight"};
//   StripWrappers(model_names, &names);                                     // "features.1.conv.0.weight"
//   ApplyRules({{"^features\\.1\\.conv\\.0", "features.1.conv.0.0"}}, &names);  // "features.1.conv.0.0.weight"
// Torch-free, thread-safe.
#ifndef MICA_MODELS_WEIGHTS_WEIGHT_NAMES_H_
#define MICA_MODELS_WEIGHTS_WEIGHT_NAMES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace mica {

// The first match of the regular expression `from` (RE2) becomes `to`, in which \1 to \9 are its
// groups.
struct RenameRule {
  std::string from;
  std::string to;
};

// How somebody else names the tensors of a model.
struct NamingTable {
  std::string name;  // "timm's MobileNetV2"
  std::vector<RenameRule> rules;
};

// Takes any "_orig_mod." (torch.compile) and each "module." in front of all names (DataParallel)
// away, unless the model's own names have them or two names would become one. Returns what it took.
std::vector<std::string> StripWrappers(absl::Span<const std::string> model_names, std::vector<std::string>* names);

// Applies every rule in turn, on what the rules before it left; names that would become longer than
// 4096 bytes stay. Returns the positions of rules that changed no name. The rules must be valid
// (RenameRuleProblem).
std::vector<size_t> ApplyRules(absl::Span<const RenameRule> rules, std::vector<std::string>* names);

// Why a rule cannot be applied: "from: missing ): (a"; "" if it can.
std::string RenameRuleProblem(const RenameRule& rule);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_WEIGHT_NAMES_H_
