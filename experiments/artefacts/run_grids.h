// The samples of a run as grids of pictures: what it got right and wrong.
//   MICA_ASSIGN_OR_RETURN(const RunGrids grids, DrawRunGrids(run));
//   for (const NamedPng& png : grids.pngs) WriteFile(png.name + ".png", png.bytes);
// Titles are predictions, green where they are right and red where they are wrong. Torch-free.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_RUN_GRIDS_H_
#define MICA_EXPERIMENTS_ARTEFACTS_RUN_GRIDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/artefacts/run_files.h"

namespace mica {

struct NamedPng {
  std::string name;  // of the file, without ending
  std::string bytes;
};

struct RunGrids {
  std::vector<NamedPng> pngs;
  int64_t missing_glyphs = 0;  // characters that no font here has
};

// predictions: samples drawn at random; worst_losses; most_confused: a row for each of the most
// frequent mistakes; class_examples: a row of right predictions for each of up to 20 classes. Those
// without a picture are left out; without run.samples there is none. An error is that of a sheet
// that does not decode.
absl::StatusOr<RunGrids> DrawRunGrids(const RunFiles& run);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_RUN_GRIDS_H_
