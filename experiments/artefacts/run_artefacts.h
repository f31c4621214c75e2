// What a run's folder shows to people: pictures of its samples, plots, a page. All of it is made of the
// folder's tables, so it can be made again at any time.
//   MICA_ASSIGN_OR_RETURN(const ArtefactReport made, WriteRunArtefacts("/home/me/runs/x/a"));
//   for (const std::string& problem : made.problems) std::cerr << "warning: " << problem << "\n";
// A run is whole without them: a table that is missing, gnuplot that is not there and pictures that
// cannot be read cost what is made of them, and are said once. Torch-free. Single-thread.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RUN_ARTEFACTS_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RUN_ARTEFACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/files/file.h"
#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"
#include "experiments/experiment.pb.h"
#include "viz/plot/draw_plots.h"
#include "viz/tensorboard/event_file.h"

namespace mica {

struct ArtefactOptions {
  // The run's data, borrowed: samples are chosen and drawn anew. Null: those of samples.jpg are
  // shown, if it is there.
  const DatasetIndex* index = nullptr;
  const Experiment* experiment = nullptr;  // that prepares them; with an index
  const PictureSurvey* survey = nullptr;   // of that index: slices.csv is written

  std::string repeat;  // the command that trains the run again, for its page

  // Given: plots, grids and precision-recall curves also become events for TensorBoard, of which there is
  // a file for each time this is asked for.
  std::optional<EventFileStart> events;

  GnuplotSettings gnuplot;
};

struct ArtefactReport {
  std::vector<std::string> files;     // that were written, relative to the folder
  std::vector<std::string> problems;  // sentences
};

// Writes samples.jpg, samples.csv and slices.csv (with the data), plots/ and, of a run, report.html: each file whole or not at all, in
// place of an older one. `folder` is absolute. Errors: a DataError (exit code 3) if there is no run,
// an OutputError (5) if something cannot be written, kCancelled on a stop signal.
absl::StatusOr<ArtefactReport> WriteRunArtefacts(const std::string& folder, const ArtefactOptions& options = {},
                                                 FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RUN_ARTEFACTS_H_
