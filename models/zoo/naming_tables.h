// How others name the tensors of the zoo's models, as rules that give them the zoo's names.
//   rules.tables = NamingTablesFor(config);   // models/weights/weight_match.h
// Torch-free, thread-safe.
#ifndef MICA_MODELS_ZOO_NAMING_TABLES_H_
#define MICA_MODELS_ZOO_NAMING_TABLES_H_

#include <vector>

#include "models/model.pb.h"
#include "models/weights/weight_names.h"

namespace mica {

// Those of the config's kind; none where everybody uses the same names. A table is no promise that
// the numbers mean the same: that is so for the networks named in docs/weights.md.
std::vector<NamingTable> NamingTablesFor(const ModelConfig& config);

}  // namespace mica

#endif  // MICA_MODELS_ZOO_NAMING_TABLES_H_
