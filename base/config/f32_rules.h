// Checks of numbers that a config holds as 64-bit and the computation as 32-bit ones: learning
// rates and all else that moves weights. What is 0, 1 or infinite only there would go unnoticed.
//   RequirePositiveF32(config.epsilon(), JoinPath(path, "epsilon"), problems);
//   // "optimizer.adam.epsilon must be at least 1.1754944e-38, as it is a 32-bit number in the
//   // computation (got 1e-60)"
#ifndef MICA_BASE_CONFIG_F32_RULES_H_
#define MICA_BASE_CONFIG_F32_RULES_H_

#include "absl/strings/string_view.h"
#include "base/config/config_problems.h"

namespace mica {

// Above 0. Numbers below 1.2e-38 keep fewer digits and are 0 on many devices, so they are refused.
void RequirePositiveF32(double value, absl::string_view field_path, ConfigProblems* problems);

// 0, or as above.
void RequireNonNegativeF32(double value, absl::string_view field_path, ConfigProblems* problems);

// In [0, 1), and not rounded to 1. Small numbers may be rounded to 0.
void RequireBelowOneF32(double value, absl::string_view field_path, ConfigProblems* problems);

}  // namespace mica

#endif  // MICA_BASE_CONFIG_F32_RULES_H_
