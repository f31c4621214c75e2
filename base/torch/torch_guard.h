// Turns LibTorch's exceptions into Status. Only the loop, the evaluator, checkpoints and factories
// call it.
//   MICA_RETURN_IF_ERROR(GuardTorch("making the model", [&] {
//     model = std::make_shared<LayeredClassifier>(…);
//   }));
// Out of memory, also on the CPU, becomes a config error (batch or model are too large); any other
// exception an internal one.
#ifndef MICA_BASE_TORCH_GUARD_H_
#define MICA_BASE_TORCH_GUARD_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

// `what` tells the message what was being done: "training step 12".
absl::Status GuardTorch(absl::string_view what, absl::FunctionRef<void()> action);

}  // namespace mica

#endif  // MICA_BASE_TORCH_GUARD_H_
