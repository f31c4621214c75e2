// A run's results for TensorBoard: its plots and grids as images, the precision-recall curves of
// its classes.
//   MICA_RETURN_IF_ERROR(WriteResultEvents(run, plots_and_grids, start));
// They stand in a file of their own: no event file is ever appended to. Torch-free.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RESULT_EVENTS_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RESULT_EVENTS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/files/file.h"
#include "experiments/artefacts/run_files.h"
#include "experiments/artefacts/run_grids.h"
#include "viz/tensorboard/event_file.h"

namespace mica {

// Tags: Plots/NAME of each picture, PR/SPLIT/CLASS of the classes of curves.csv, at the run's last
// epoch. Errors end with exit code 5.
absl::Status WriteResultEvents(const RunFiles& run, absl::Span<const NamedPng> pictures, const EventFileStart& start,
                               FileCalls& calls = SystemFileCalls());

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RESULT_EVENTS_H_
