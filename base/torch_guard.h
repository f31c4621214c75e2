// Turns LibTorch's exceptions into Status: the one place, called by the loop, the evaluator, checkpoints and factories.
//   MICA_RETURN_IF_ERROR(GuardTorch("making the model", [&] { model = std::make_shared<LayeredClassifier>(…); }));
// A lack of memory, on the CPU too, becomes a config error (batch or model are too large), any other exception an internal one.
#ifndef MICA_BASE_TORCH_GUARD_H_
#define MICA_BASE_TORCH_GUARD_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mica {

// `what` says in the message what was being done: "training step 12".
absl::Status GuardTorch(absl::string_view what, absl::FunctionRef<void()> action);

}  // namespace mica

#endif  // MICA_BASE_TORCH_GUARD_H_
