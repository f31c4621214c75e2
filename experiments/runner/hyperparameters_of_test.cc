#include "experiments/runner/hyperparameters_of.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/config/parse_text_or_die.h"
#include "base/config/textproto.h"

namespace mica {
namespace {

TEST(HyperparametersOfTest, ChoicesAndNumbersByTheirPaths) {
  Experiment experiment = ParseTextOrDie<Experiment>(
      "name: 'x' seed: 7 dataset { validation_fraction: 0.5 } model { tiny_vgg {} } optimizer { sgd { learning_rate: 0.25 nesterov: true } "
      "} "
      "trainer { epochs: 3 }");
  FillDefaults(&experiment);
  std::map<std::string, Hyperparameter> found;
  for (const Hyperparameter& parameter : HyperparametersOf(experiment)) found[parameter.name] = parameter;
  EXPECT_EQ(std::get<double>(found.at("optimizer.sgd.learning_rate").value), 0.25);
  EXPECT_EQ(std::get<bool>(found.at("optimizer.sgd.nesterov").value), true);
  EXPECT_EQ(std::get<std::string>(found.at("model").value), "tiny_vgg");
  EXPECT_EQ(std::get<double>(found.at("trainer.epochs").value), 3);
  EXPECT_EQ(found.count("name"), 0u);
  EXPECT_EQ(found.count("dataset.validation_fraction"), 0u);
  EXPECT_EQ(found.count("optimizer.sgd.momentum"), 0u) << "a default";
}

}  // namespace
}  // namespace mica
