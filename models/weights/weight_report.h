// What became of each weight of a model, and of each tensor of the file that was to fill it.
//   report.Count(WeightFate::kMatched) == 120
//   WriteFileAtomically("initial_weights.csv", WeightReportCsv(report));
// Torch-free.
#ifndef MICA_MODELS_WEIGHTS_WEIGHT_REPORT_H_
#define MICA_MODELS_WEIGHTS_WEIGHT_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace mica {

enum class WeightFate {
  kMatched,        // taken from the file as it is
  kAdapted,        // taken, and changed: another type of number, other colours, sides of 1
  kReinitialised,  // the model's own value stays, as was asked for
  kMissing,        // the model's own value stays, as the file lacks it and may
  kUnexpected,     // of the file alone, as the model may lack it
};

struct WeightRow {
  std::string name;  // the model's; of an unexpected tensor the file's, as far as it was renamed
  WeightFate fate = WeightFate::kMatched;
  std::vector<int64_t> shape;
  std::string file_name;  // as the file has it; "" if the file lacks it
  std::string file_dtype;
  std::vector<int64_t> file_shape;
  std::string adaptation;  // "F16 to F32", "the sum of its colours"
};

struct WeightReport {
  std::vector<WeightRow> rows;         // the model's weights in its order, then what the model lacks
  std::vector<std::string> renamings;  // for people: "without \"module.\"", "from timm's MobileNetV2"

  int64_t Count(WeightFate fate) const;
};

// A row for each: name, fate, shape, file_name, file_dtype, file_shape, adaptation.
std::string WeightReportCsv(const WeightReport& report);

// "120 matched, 2 reinitialised, 1 unexpected; names from timm's MobileNetV2"
std::string WeightReportLine(const WeightReport& report);

}  // namespace mica

#endif  // MICA_MODELS_WEIGHTS_WEIGHT_REPORT_H_
