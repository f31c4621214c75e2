// The verbs of the mica binary, one file each.
#ifndef MICA_CLI_VERBS_H_
#define MICA_CLI_VERBS_H_

#include "absl/status/statusor.h"
#include "base/error.h"
#include "cli/verb_flags.h"

namespace mica {

// What a verb takes, and what it does with it. Run prints its results on stdout and its progress and warnings on stderr; the exit code of a
// success is kDone, or kPreempted when a signal stopped it with a checkpoint.
struct Verb {
  VerbTable table;
  absl::StatusOr<ExitCode> (*run)(const VerbArguments& arguments);
};

Verb CheckVerb();
Verb CompareVerb();
Verb EvaluateVerb();
Verb SummaryVerb();
Verb TrainVerb();

}  // namespace mica

#endif  // MICA_CLI_VERBS_H_
