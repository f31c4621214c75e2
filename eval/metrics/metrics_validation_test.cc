#include "eval/metrics/metrics_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<MetricsConfig> kTable(ValidateMetricsConfig, "metrics");

TEST(MetricsValidationTest, AcceptsTheDefaultsAndEachMetric) {
  kTable.ExpectValid("");
  kTable.ExpectValid("extra: KAPPA extra: MCC top_k: 2 top_k: 10");
  const google::protobuf::EnumDescriptor& all = *MetricsConfig::Extra_descriptor();
  std::string each;
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() != MetricsConfig::EXTRA_UNSPECIFIED) each += "extra: " + all.value(i)->name() + " ";
  }
  kTable.ExpectValid(each);
}

TEST(MetricsValidationTest, NamesThePlaceOfABadValue) {
  kTable.ExpectErrors({{"extra: EXTRA_UNSPECIFIED", "metrics.extra[0] must be one of KAPPA, MCC, WEIGHTED_PRECISION, "},
                       {"extra: MCC extra: KAPPA extra: MCC", "metrics.extra[2] is MCC again; name each metric once"},
                       {"top_k: 0", "metrics.top_k[0] must be at least 2; top 1 is accuracy (got 0)"},
                       {"top_k: -3", "metrics.top_k[0] must be at least 2; top 1 is accuracy (got -3)"},
                       {"top_k: 3 top_k: 1", "metrics.top_k[1] must be at least 2; top 1 is accuracy (got 1)"},
                       {"top_k: 5", "metrics.top_k[0] is 5, but top5_accuracy is always there"},
                       {"top_k: 3 top_k: 3", "metrics.top_k[1] is 3 again; give each k once"}});
}

}  // namespace
}  // namespace mica
