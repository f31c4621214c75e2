// The samples on which two runs disagree: one is right, the other wrong. What a difference in accuracy
// is made of.
//   const std::vector<Disagreement> samples = FindDisagreements(predictions_a, predictions_b);
//   WriteFile("disagreements.csv", DisagreementsCsv(samples));
// Torch-free. Thread-safe.
#ifndef MICA_EXPERIMENTS_COMPARE_DISAGREEMENTS_H_
#define MICA_EXPERIMENTS_COMPARE_DISAGREEMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "experiments/artefacts/run_table.h"

namespace mica {

struct Disagreement {
  struct Answer {
    std::string prediction, name;  // class and its name
    double confidence = 0;
  };

  int64_t id = 0;
  std::string path, truth, truth_name;
  Answer a, b;
  bool a_is_right = false;  // else b is
};

// a, b: predictions.csv of two runs on the same samples. First those that only a got right, then those
// that only b did, each by falling confidence of the mistake; equals by id. Samples that only one of the
// runs has are left out.
std::vector<Disagreement> FindDisagreements(const RunTable& a, const RunTable& b);

// id, path, truth, truth_name, prediction_a, prediction_a_name, confidence_a, the same of b, right (a or b).
std::string DisagreementsCsv(absl::Span<const Disagreement> samples);

}  // namespace mica

#endif  // MICA_EXPERIMENTS_COMPARE_DISAGREEMENTS_H_
