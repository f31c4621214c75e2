// Finds the weights in what a training program saved: at the top, or below "state_dict", "model"
// and the like, with epochs, arguments and an optimizer's state beside them.
//   MICA_ASSIGN_OR_RETURN(const StateDictSection section, FindStateDict(container, /*wanted=*/""));
//   section.name == "model"   // others: "ema"
// The first of these that holds tensors is taken:
//   1. the section that is asked for by name: "ema", "ema.module";
//   2. model_state_dict, state_dict, model_state, model, module, net, network, weights, params, and
//      then, as averages of these: model_ema, ema_model, ema_state_dict, state_dict_ema, ema,
//      params_ema. Inside of one, again one of these if it holds no tensors itself;
//   3. the dictionary at the top, by itself;
//   4. the dictionary below it that holds tensors, if it is the only one and no optimizer's;
//   5. all dictionaries below it that are no optimizer's, with dotted names.
#ifndef MICA_MODELS_WEIGHTS_TORCH_FILE_STATE_DICT_SECTION_H_
#define MICA_MODELS_WEIGHTS_TORCH_FILE_STATE_DICT_SECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "models/weights/torch_file/pickle_reader.h"
#include "models/weights/torch_file/torch_container.h"

namespace mica {

struct FoundTensor {
  std::string name;
  const PickleValue* value = nullptr;  // in the container's pickle
};

struct StateDictSection {
  std::string name;                  // where it was found, dotted; empty: at the top
  std::vector<std::string> others;   // further sections that hold tensors, in the file's order
  std::vector<FoundTensor> tensors;  // in the file's order; names are UTF-8 and unique
};

// Entries that are no tensors are passed over. Returns a CheckpointError (exit code 4) if there are
// no weights, with what was found instead, or if a tensor's key is not text or stands there twice.
absl::StatusOr<StateDictSection> FindStateDict(const TorchContainer& container, absl::string_view wanted);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_TORCH_FILE_STATE_DICT_SECTION_H_
