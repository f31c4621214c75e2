// What the functions and classes that pickles name mean to a reader that calls none of them.
//   JudgeGlobal("posix", "system") == GlobalMeaning::kDangerous
// Names that are in no list are kUnknown: results of theirs stay opaque.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_GLOBALS_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_GLOBALS_H_

#include "absl/strings/string_view.h"

namespace mica {

enum class GlobalMeaning {
  kDangerous,    // runs programs, or finds what does: the whole file is refused
  kDict,         // makes a dictionary that keeps its order
  kTensorMaker,  // makes a tensor of stored numbers, or a parameter of a tensor
  kUnknown,
};

GlobalMeaning JudgeGlobal(absl::string_view module, absl::string_view name);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_PICKLE_GLOBALS_H_
