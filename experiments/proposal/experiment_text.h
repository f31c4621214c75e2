// A proposal as the text of an experiment's file, with the reasons as comments.
//   const std::string text = ExperimentText(proposal, "Made for flowers/.", "/home/me");
// Messages stand on one line where 100 columns allow it. Paths below `folder`, that of the file,
// become relative to it; others stay absolute. Thread-safe.
#ifndef MICA_EXPERIMENTS_PROPOSAL_EXPERIMENT_TEXT_H_
#define MICA_EXPERIMENTS_PROPOSAL_EXPERIMENT_TEXT_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "experiments/proposal/recipe.h"

namespace mica {

std::string ExperimentText(const Proposal& proposal, absl::string_view introduction, const std::string& folder);

// Text that reads back as an equal message: "sgd { learning_rate: 0.1 momentum: 0.9 }". Lines end
// with LF.
std::string CompactText(const google::protobuf::Message& message);

// Whether the text reads back as the proposed experiment and is valid. A DataError (exit code 3) if
// a name cannot stand in an experiment, as it is not UTF-8 or a path that holds "${"; all else that
// is wrong is our bug.
absl::Status CheckExperimentText(absl::string_view text, const Proposal& proposal, const std::string& folder);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_PROPOSAL_EXPERIMENT_TEXT_H_
