// The verbs of the mica binary, one file each.
#ifndef MICA_CLI_VERBS_H_
#define MICA_CLI_VERBS_H_

#include "absl/status/statusor.h"
#include "base/error.h"
#include "cli/verb_flags.h"
#include "cli/verb_table.h"

namespace mica {

// What a verb accepts and what it does. `run` prints results on stdout, progress and warnings on
// stderr. On success it returns kDone, or kPreempted if a signal stopped it; a run that
// has begun has a checkpoint then.
struct Verb {
  VerbTable table;
  absl::StatusOr<ExitCode> (*run)(const VerbArguments& arguments);
};

Verb AuditVerb();
Verb CheckVerb();
Verb CompareVerb();
Verb EmbedVerb();
Verb EvaluateVerb();
Verb ExportVerb();
Verb IndexVerb();
Verb NewVerb();
Verb PlotVerb();
Verb PredictVerb();
Verb PreviewVerb();
Verb ProbeVerb();
Verb RunsVerb();
Verb SummaryVerb();
Verb TrainVerb();

}  // namespace mica

#endif  // MICA_CLI_VERBS_H_
