#include "models/weights/weight_report.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

WeightReport Example() {
  WeightReport report;
  report.rows = {{"conv.weight", WeightFate::kAdapted, {8, 1, 3, 3}, "stem.weight", "F16", {8, 3, 3, 3}, "F16 to F32"},
                 {"fc.weight", WeightFate::kReinitialised, {10, 8}, "fc.weight", "F32", {1000, 8}, ""},
                 {"bn.num_batches_tracked", WeightFate::kMissing, {}, "", "", {}, ""},
                 {"aux, one", WeightFate::kUnexpected, {}, "aux, one", "F32", {2}, ""}};
  return report;
}

TEST(WeightReportTest, TheCsvHasARowForEachTensor) {
  EXPECT_EQ(WeightReportCsv(Example()),
            "name,fate,shape,file_name,file_dtype,file_shape,adaptation\n"
            "conv.weight,adapted,8x1x3x3,stem.weight,F16,8x3x3x3,F16 to F32\n"
            "fc.weight,reinitialised,10x8,fc.weight,F32,1000x8,\n"
            "bn.num_batches_tracked,missing,,,,,\n"
            "\"aux, one\",unexpected,,\"aux, one\",F32,2,\n");
}

TEST(WeightReportTest, TheLineCountsWhatThereIs) {
  WeightReport report = Example();
  EXPECT_EQ(WeightReportLine(report), "1 adapted, 1 reinitialised, 1 missing, 1 unexpected");
  report.renamings = {"without \"module.\"", "from a table"};
  report.rows[1].fate = WeightFate::kMatched;
  EXPECT_EQ(WeightReportLine(report), "1 matched, 1 adapted, 1 missing, 1 unexpected; names without \"module.\", from a table");
}

}  // namespace
}  // namespace mica
