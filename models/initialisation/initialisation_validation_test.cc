#include "models/initialisation/initialisation_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<InitialisationConfig> kTable(ValidateInitialisationConfig, "model.initialisation");

TEST(InitialisationValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("zero_gamma: true");
  for (const char* kind : {"kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "orthogonal"}) {
    kTable.ExpectValid(absl::StrCat("rule { ", kind, " {} }"));
  }
  kTable.ExpectValid("rule { pattern: ['fc', '*.bias'] layer_kind: [LINEAR, NORM] tensor: ALL constant { value: 0 } }");
  kTable.ExpectValid("rule { kaiming_normal { fan: FAN_OUT negative_slope: 100 } }");
  kTable.ExpectValid("rule { xavier_normal { gain: 100 } }");
  kTable.ExpectValid("rule { normal { mean: -1e6 std: 0 } } rule { normal { std: 100 } }");
  kTable.ExpectValid("rule { uniform { low: -1e6 high: 1e6 } }");
  kTable.ExpectValid("rule { truncated_normal { std: 0.02 } }");
  kTable.ExpectValid("rule { truncated_normal { std: 1 mean: 5 low: -2 high: 2 } }");  // three standard deviations away: 0.00135
  kTable.ExpectValid("rule { truncated_normal { std: 100 low: -1 high: 1 } }");
}

TEST(InitialisationValidationTest, NamesTheFieldOfABadValue) {
  const std::string rule = "model.initialisation.rule[0].";
  kTable.ExpectErrors({
      {"rule {}", "model.initialisation.rule[0] is required: choose one of kaiming_normal, kaiming_uniform, xavier_normal"},
      {"rule { xavier_normal {} } rule {}", "model.initialisation.rule[1] is required: choose one of"},
      {"rule { pattern: ['fc', ''] xavier_normal {} }", rule + "pattern[1] is empty"},
      {"rule { layer_kind: [LINEAR, LAYER_KIND_UNSPECIFIED] xavier_normal {} }", rule + "layer_kind[1] must be a kind of layer"},
      {"rule { tensor: TENSOR_UNSPECIFIED xavier_normal {} }", rule + "tensor must be WEIGHT, BIAS or ALL"},
      {"rule { kaiming_normal { fan: FAN_UNSPECIFIED } }", rule + "kaiming_normal.fan must be FAN_IN or FAN_OUT"},
      {"rule { kaiming_uniform { negative_slope: -0.1 } }", rule + "kaiming_uniform.negative_slope must be 0 to 100 (got -0.1)"},
      {"rule { kaiming_uniform { negative_slope: nan } }", rule + "kaiming_uniform.negative_slope must be 0 to 100 (got nan)"},
      {"rule { xavier_uniform { gain: 0 } }", rule + "xavier_uniform.gain must be above 0, at most 100 (got 0)"},
      {"rule { xavier_normal { gain: 101 } }", rule + "xavier_normal.gain must be above 0, at most 100 (got 101)"},
      {"rule { xavier_normal { gain: 1e-60 } }", rule + "xavier_normal.gain must be at least 1.1754944e-38"},
      {"rule { orthogonal { gain: nan } }", rule + "orthogonal.gain must be above 0, at most 100 (got nan)"},
      {"rule { normal {} }", rule + "normal.std is required"},
      {"rule { normal { std: -1 } }", rule + "normal.std must be 0 to 100 (got -1)"},
      {"rule { normal { std: inf } }", rule + "normal.std must be 0 to 100 (got inf)"},
      {"rule { normal { std: 1 mean: nan } }", rule + "normal.mean must be -1e6 to 1e6 (got nan)"},
      {"rule { uniform { high: 1 } }", rule + "uniform.low is required"},
      {"rule { uniform { low: 1 } }", rule + "uniform.high is required"},
      {"rule { uniform { low: -inf high: 1 } }", rule + "uniform.low must be -1e6 to 1e6 (got -inf)"},
      {"rule { uniform { low: 0 high: 2e6 } }", rule + "uniform.high must be -1e6 to 1e6 (got 2e+06)"},
      {"rule { uniform { low: 1 high: 1 } }", rule + "uniform.high must be above low, 1, as a 32-bit number (got 1)"},
      {"rule { uniform { low: 1 high: 1.000000001 } }", rule + "uniform.high must be above low, 1, as a 32-bit number (got 1.000000001)"},
      {"rule { truncated_normal {} }", rule + "truncated_normal.std is required"},
      {"rule { truncated_normal { std: 0 } }", rule + "truncated_normal.std must be above 0, at most 100 (got 0)"},
      {"rule { truncated_normal { std: 1 low: 3 } }", rule + "truncated_normal.high must be above low, 3, as a 32-bit number (got 2)"},
      {"rule { truncated_normal { std: 1 mean: inf } }", rule + "truncated_normal.mean must be -1e6 to 1e6 (got inf)"},
      {"rule { truncated_normal { std: 0.02 low: 1 } }",
       rule + "truncated_normal has less than a thousandth of the distribution between low, 1, and high, 2"},
      {"rule { truncated_normal { std: 0.02 mean: 5 } }", rule + "truncated_normal has less than a thousandth"},
      {"rule { constant {} }", rule + "constant.value is required"},
      {"rule { constant { value: nan } }", rule + "constant.value must be -1e6 to 1e6 (got nan)"},
  });
}

}  // namespace
}  // namespace mica
