// How well a run does on parts of its reported split: small pictures, PNG files, one camera.
//   WriteFile(path, SlicesCsv(predictions, index, survey));
// A good mean can hide a part for which the model is useless. Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_ARTEFACTS_SLICE_TABLE_H_
#define MICA_EXPERIMENTS_ARTEFACTS_SLICE_TABLE_H_

#include <string>

#include "data/index/dataset_index.h"
#include "data/survey/picture_facts.h"
#include "experiments/artefacts/run_table.h"

namespace mica {

// by, slice, samples, right, accuracy, accuracy_low, accuracy_high (Wilson, 95 %), loss. What the
// samples are sliced by: size (the picture's shorter side), format, colours, and group where the data
// have groups. What is the same for all samples is left out.
// predictions: predictions.csv, with ids of `index`; rows without truth do not count.
std::string SlicesCsv(const RunTable& predictions, const DatasetIndex& index, const PictureSurvey& survey);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_ARTEFACTS_SLICE_TABLE_H_
