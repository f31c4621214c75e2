// What people look at, made right after the numbers, while the data are at hand.
//   const ArtefactReport made = MakeArtefacts(result.folder, loaded.experiment, ready.index, &ready.survey);
#ifndef MICA_CLI_ARTEFACTS_H_
#define MICA_CLI_ARTEFACTS_H_

#include <string>

#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"
#include "experiments/artefacts/run_artefacts.h"
#include "experiments/experiment.pb.h"

namespace mica {

// "mica train runs/x/a/experiment.textproto"
std::string RepeatCommand(const std::string& folder);

// Results are whole without them, so whatever goes wrong is a warning on stderr. `folder` is that of a
// run or of an evaluation. `survey` may be null. Nothing, if the experiment's report wants none.
ArtefactReport MakeArtefacts(const std::string& folder, const Experiment& experiment, const DatasetIndex& index,
                             const PictureSurvey* survey);

}  // namespace mica

#endif  // MICA_CLI_ARTEFACTS_H_
