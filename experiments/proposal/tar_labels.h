// Which member of the samples in a tar shard holds their label.
//   SetTarLabels("/d/train-000.tar", &config);   // label_extension: "json" label_field: "label"
#ifndef MICA_EXPERIMENTS_PROPOSAL_TAR_LABELS_H_
#define MICA_EXPERIMENTS_PROPOSAL_TAR_LABELS_H_

#include <string>

#include "data/index/dataset.pb.h"

namespace mica {

// Looks at the first members of the shard. Nothing is set where the default will do ("cls", "txt"),
// and where the shard cannot be read, which the index then says. Of a JSON object the key is
// "label", "class", "cls", "category" or "target", whichever comes first in this list.
void SetTarLabels(const std::string& shard, TarShardsConfig* config);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_TAR_LABELS_H_
