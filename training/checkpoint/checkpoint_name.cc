#include "training/checkpoint/checkpoint_name.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace mica {

std::string CheckpointName(int64_t step) {
  return absl::StrFormat("step-%09d", step);
}

std::optional<int64_t> StepOfCheckpoint(absl::string_view name) {
  absl::string_view digits = name;
  int64_t step = 0;
  if (!absl::ConsumePrefix(&digits, "step-") || !absl::SimpleAtoi(digits, &step)) return std::nullopt;
  return step >= 0 && CheckpointName(step) == name ? std::optional(step) : std::nullopt;
}

}  // namespace mica
