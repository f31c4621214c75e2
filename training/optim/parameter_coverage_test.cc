#include "training/optim/parameter_coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/config/parse_text_or_die.h"

namespace mica {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<ModelParameter> kNetwork = {
    {"conv1.weight", 1000, true, 0, ""}, {"conv1.bias", 10, false, 0, ""}, {"fc.weight", 40, true, 1, ""}, {"fc.bias", 4, false, 1, ""}};

struct Shown {
  explicit Shown(const std::string& more) {
    const auto config = ParseTextOrDie<OptimizerConfig>("adamw { learning_rate: 0.001 } " + more);
    const ParameterPlan plan = PlanParameters(config, kNetwork, /*steps_per_epoch=*/10).value();
    table = CoverageTable(config, plan);
    log = CoverageLog(config, plan);
  }
  std::string table;
  std::vector<std::string> log;
};

TEST(ParameterCoverageTest, NothingIsSaidOfOneGroup) {
  EXPECT_EQ(Shown("").table, "");
  EXPECT_THAT(Shown("").log, IsEmpty());
}

TEST(ParameterCoverageTest, ShowsEachGroupWithItsRates) {
  const Shown shown(
      "group { name: 'head' pattern: 'fc' learning_rate_factor: 10 weight_decay: 0 } group { name: 'body' rest: true freeze {} }");
  EXPECT_EQ(shown.table,
            "group  tensors  parameters  learning rate  weight decay  trains\n"
            "head         2          44           0.01             0  always\n"
            "body         2        1010          0.001          0.01  never\n");
  EXPECT_THAT(shown.log, ElementsAre("group name=head tensors=2 parameters=44 learning_rate=0.01 weight_decay=0 trains=\"always\"",
                                     "group name=body tensors=2 parameters=1010 learning_rate=0.001 weight_decay=0.01 trains=\"never\""));
}

TEST(ParameterCoverageTest, ShowsRangesAndWhenAGroupBegins) {
  const Shown shown(
      "layer_decay: 0.1 decay_norms_and_biases: false group { name: 'fc' pattern: 'fc' } "
      "group { name: 'body' rest: true freeze { epochs: 3 batch_norms: UPDATED } }");
  EXPECT_EQ(shown.table,
            "group  tensors  parameters  learning rate  weight decay  trains\n"
            "fc           2          44          0.001  0 or 0.01     always\n"
            "body         2        1010          1e-04  0 or 0.01     from epoch 4, batch norms updated\n");
  EXPECT_EQ(Shown("layer_decay: 0.1").table,
            "group  tensors  parameters  learning rate   weight decay  trains\n"
            "all          4        1054  1e-04 to 0.001          0.01  always\n");
}

}  // namespace
}  // namespace mica
