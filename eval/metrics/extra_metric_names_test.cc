#include "eval/metrics/extra_metric_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/config/parse_text_or_die.h"
#include "eval/metrics/metric_set.h"

namespace mica {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

TEST(ExtraMetricNamesTest, StandInTheOrderOfTheConfig) {
  EXPECT_THAT(ExtraMetricNames(ParseTextOrDie<MetricsConfig>("top_k: 3 extra: MCC top_k: 10 extra: MACRO_AUROC")),
              ElementsAre("mcc", "macro_auroc", "top3_accuracy", "top10_accuracy"));
  EXPECT_THAT(ExtraMetricNames(MetricsConfig()), IsEmpty());
}

TEST(ExtraMetricNamesTest, EveryOneIsAMetricAndNoneIsStandard) {
  MetricsConfig config;
  const google::protobuf::EnumDescriptor& all = *MetricsConfig::Extra_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() != MetricsConfig::EXTRA_UNSPECIFIED)
      config.add_extra(static_cast<MetricsConfig::Extra>(all.value(i)->number()));
  }
  for (const std::string& name : ExtraMetricNames(config)) {
    EXPECT_TRUE(IsMetricName(name)) << name;
    EXPECT_THAT(MetricNames(), Not(Contains(name)));
  }
}

}  // namespace
}  // namespace mica
