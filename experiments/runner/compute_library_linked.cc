// OpenComputeLibrary for programs that are linked with everything.
#include "experiments/runner/compute_library.h"

namespace mica {

absl::StatusOr<const ComputeLibrary*> OpenComputeLibrary() {
  return MicaComputeLibrary();
}

}  // namespace mica
