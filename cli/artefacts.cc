#include "cli/artefacts.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "experiments/runner/environment.h"

namespace mica {
namespace {

EventFileStart StartNow() {
  EventFileStart start;
  start.wall_time = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  start.host = HostName();
  start.pid = getpid();
  return start;
}

}  // namespace

std::string RepeatCommand(const std::string& folder) {
  return absl::StrCat(HowToCallMica(), " train ", ShellWord(ShownPath(folder + "/experiment.textproto")));
}

ArtefactReport MakeArtefacts(const std::string& folder, const Experiment& experiment, const DatasetIndex& index,
                             const PictureSurvey* survey) {
  if (!experiment.report().plots()) return {};
  ArtefactOptions options;
  options.index = &index;
  options.experiment = &experiment;
  options.survey = survey;
  options.repeat = RepeatCommand(folder);
  if (experiment.report().tensorboard()) options.events = StartNow();
  const absl::StatusOr<ArtefactReport> made = WriteRunArtefacts(folder, options);
  if (made.ok()) {
    PrintWarnings(made->problems);
    return *made;
  }
  PrintWarnings({absl::StrCat(made.status().message(), "; the results are whole, and ", HowToCallMica(), " plot ",
                              ShellWord(ShownPath(folder)), " draws what is missing")});
  return {};
}

}  // namespace mica
