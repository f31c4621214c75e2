#include "training/optim/optimizer_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<OptimizerConfig> kTable(ValidateOptimizerConfig, "optimizer");

TEST(OptimizerValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("sgd { learning_rate: 0.1 }");
  kTable.ExpectValid("adam { learning_rate: 1e-3 }");
  kTable.ExpectValid("adamw { learning_rate: 1e-3 }");
  kTable.ExpectValid("sgd { learning_rate: 10 momentum: 0.9 nesterov: true }");
  kTable.ExpectValid("sgd { learning_rate: 1 momentum: 0.9 dampening: 1 }");
  kTable.ExpectValid("adam { learning_rate: 1 beta1: 0 beta2: 0 weight_decay: 1 }");
}

TEST(OptimizerValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors(
      {{"", "optimizer is required: choose one of sgd, adam, adamw"},
       {"sgd {}", "optimizer.sgd.learning_rate is required"},
       {"sgd { learning_rate: nan }", "optimizer.sgd.learning_rate must be finite and > 0 (got "},
       {"sgd { learning_rate: inf }", "optimizer.sgd.learning_rate must be finite and > 0 (got "},
       {"sgd { learning_rate: -1 }", "optimizer.sgd.learning_rate must be finite and > 0 (got "},
       {"sgd { learning_rate: 0 }", "optimizer.sgd.learning_rate must be finite and > 0 (got "},
       {"sgd { learning_rate: 1e60 }", "optimizer.sgd.learning_rate must be at most 3.4028235e+38"},
       {"sgd { learning_rate: 1e-300 }", "optimizer.sgd.learning_rate must be at least 1.1754944e-38"},
       {"sgd { learning_rate: 1 weight_decay: 1e-60 }", "optimizer.sgd.weight_decay must be 0 or at least 1.1754944e-38"},
       {"sgd { learning_rate: 1 weight_decay: 1e60 }", "optimizer.sgd.weight_decay must be at most 3.4028235e+38"},
       {"sgd { learning_rate: 1 weight_decay: nan }", "optimizer.sgd.weight_decay must be finite and >= 0 (got "},
       {"sgd { learning_rate: 1 weight_decay: inf }", "optimizer.sgd.weight_decay must be finite and >= 0 (got "},
       {"sgd { learning_rate: 1 weight_decay: -1 }", "optimizer.sgd.weight_decay must be finite and >= 0 (got "},
       {"adam {}", "optimizer.adam.learning_rate is required"},
       {"adam { learning_rate: nan }", "optimizer.adam.learning_rate must be finite and > 0 (got "},
       {"adam { learning_rate: inf }", "optimizer.adam.learning_rate must be finite and > 0 (got "},
       {"adam { learning_rate: -1 }", "optimizer.adam.learning_rate must be finite and > 0 (got "},
       {"adam { learning_rate: 0 }", "optimizer.adam.learning_rate must be finite and > 0 (got "},
       {"adam { learning_rate: 1e60 }", "optimizer.adam.learning_rate must be at most 3.4028235e+38"},
       {"adam { learning_rate: 1e-300 }", "optimizer.adam.learning_rate must be at least 1.1754944e-38"},
       {"adam { learning_rate: 1 weight_decay: 1e-60 }", "optimizer.adam.weight_decay must be 0 or at least 1.1754944e-38"},
       {"adam { learning_rate: 1 weight_decay: 1e60 }", "optimizer.adam.weight_decay must be at most 3.4028235e+38"},
       {"adam { learning_rate: 1 weight_decay: nan }", "optimizer.adam.weight_decay must be finite and >= 0 (got "},
       {"adam { learning_rate: 1 weight_decay: inf }", "optimizer.adam.weight_decay must be finite and >= 0 (got "},
       {"adam { learning_rate: 1 weight_decay: -1 }", "optimizer.adam.weight_decay must be finite and >= 0 (got "},
       {"adamw {}", "optimizer.adamw.learning_rate is required"},
       {"adamw { learning_rate: nan }", "optimizer.adamw.learning_rate must be finite and > 0 (got "},
       {"adamw { learning_rate: inf }", "optimizer.adamw.learning_rate must be finite and > 0 (got "},
       {"adamw { learning_rate: -1 }", "optimizer.adamw.learning_rate must be finite and > 0 (got "},
       {"adamw { learning_rate: 0 }", "optimizer.adamw.learning_rate must be finite and > 0 (got "},
       {"adamw { learning_rate: 1e60 }", "optimizer.adamw.learning_rate must be at most 3.4028235e+38"},
       {"adamw { learning_rate: 1e-300 }", "optimizer.adamw.learning_rate must be at least 1.1754944e-38"},
       {"adamw { learning_rate: 1 weight_decay: 1e-60 }", "optimizer.adamw.weight_decay must be 0 or at least 1.1754944e-38"},
       {"adamw { learning_rate: 1 weight_decay: 1e60 }", "optimizer.adamw.weight_decay must be at most 3.4028235e+38"},
       {"adamw { learning_rate: 1 weight_decay: nan }", "optimizer.adamw.weight_decay must be finite and >= 0 (got "},
       {"adamw { learning_rate: 1 weight_decay: inf }", "optimizer.adamw.weight_decay must be finite and >= 0 (got "},
       {"adamw { learning_rate: 1 weight_decay: -1 }", "optimizer.adamw.weight_decay must be finite and >= 0 (got "},
       {"adam { learning_rate: 1 beta1: nan }", "optimizer.adam.beta1 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 beta1: -0.1 }", "optimizer.adam.beta1 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 beta1: 1 }", "optimizer.adam.beta1 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 beta2: nan }", "optimizer.adam.beta2 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 beta2: -0.1 }", "optimizer.adam.beta2 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 beta2: 1 }", "optimizer.adam.beta2 must be in [0, 1) (got "},
       {"adam { learning_rate: 1 epsilon: 1e-60 }", "optimizer.adam.epsilon must be at least 1.1754944e-38"},
       {"adam { learning_rate: 1 beta1: 0.99999999 }",
        "optimizer.adam.beta1 must be at most 0.99999994, the largest 32-bit number below 1"},
       {"adam { learning_rate: 1 beta2: 0.99999999 }", "optimizer.adam.beta2 must be at most 0.99999994"},
       {"adam { learning_rate: 1 epsilon: nan }", "optimizer.adam.epsilon must be finite and > 0 (got "},
       {"adam { learning_rate: 1 epsilon: inf }", "optimizer.adam.epsilon must be finite and > 0 (got "},
       {"adam { learning_rate: 1 epsilon: -1 }", "optimizer.adam.epsilon must be finite and > 0 (got "},
       {"adam { learning_rate: 1 epsilon: 0 }", "optimizer.adam.epsilon must be finite and > 0 (got "},
       {"adamw { learning_rate: 1 beta1: nan }", "optimizer.adamw.beta1 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 beta1: -0.1 }", "optimizer.adamw.beta1 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 beta1: 1 }", "optimizer.adamw.beta1 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 beta2: nan }", "optimizer.adamw.beta2 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 beta2: -0.1 }", "optimizer.adamw.beta2 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 beta2: 1 }", "optimizer.adamw.beta2 must be in [0, 1) (got "},
       {"adamw { learning_rate: 1 epsilon: 1e-60 }", "optimizer.adamw.epsilon must be at least 1.1754944e-38"},
       {"adamw { learning_rate: 1 beta1: 0.99999999 }",
        "optimizer.adamw.beta1 must be at most 0.99999994, the largest 32-bit number below 1"},
       {"adamw { learning_rate: 1 beta2: 0.99999999 }", "optimizer.adamw.beta2 must be at most 0.99999994"},
       {"adamw { learning_rate: 1 epsilon: nan }", "optimizer.adamw.epsilon must be finite and > 0 (got "},
       {"adamw { learning_rate: 1 epsilon: inf }", "optimizer.adamw.epsilon must be finite and > 0 (got "},
       {"adamw { learning_rate: 1 epsilon: -1 }", "optimizer.adamw.epsilon must be finite and > 0 (got "},
       {"adamw { learning_rate: 1 epsilon: 0 }", "optimizer.adamw.epsilon must be finite and > 0 (got "},
       {"sgd { learning_rate: 1 momentum: 0.99999999 }", "optimizer.sgd.momentum must be at most 0.99999994"},
       {"sgd { learning_rate: 1 momentum: nan }", "optimizer.sgd.momentum must be in [0, 1) (got "},
       {"sgd { learning_rate: 1 momentum: -0.1 }", "optimizer.sgd.momentum must be in [0, 1) (got "},
       {"sgd { learning_rate: 1 momentum: 1 }", "optimizer.sgd.momentum must be in [0, 1) (got "},
       {"sgd { learning_rate: 1 momentum: inf }", "optimizer.sgd.momentum must be in [0, 1) (got "},
       {"sgd { learning_rate: 1 momentum: 0.9 dampening: nan }", "optimizer.sgd.dampening must be in [0, 1] (got "},
       {"sgd { learning_rate: 1 momentum: 0.9 dampening: -0.1 }", "optimizer.sgd.dampening must be in [0, 1] (got "},
       {"sgd { learning_rate: 1 momentum: 0.9 dampening: 1.1 }", "optimizer.sgd.dampening must be in [0, 1] (got "},
       {"sgd { learning_rate: 1 dampening: 0.5 }", "optimizer.sgd.dampening needs momentum"},
       {"sgd { learning_rate: 1 nesterov: true }", "optimizer.sgd.nesterov needs momentum"},
       {"sgd { learning_rate: 1 momentum: 0.9 dampening: 0.5 nesterov: true }", "optimizer.sgd.nesterov allows no dampening"}});
}

TEST(OptimizerValidationTest, WarnsOfStepsThatAreLostInThirtyTwoBits) {
  kTable.ExpectWarnings(
      {{"sgd { learning_rate: 1e-20 }",
        "optimizer.sgd.learning_rate is 1e-20: a step of that size leaves 32-bit weights above 3e-13 as they are"},
       {"adam { learning_rate: 9e-13 }", "optimizer.adam.learning_rate is 9e-13"},
       {"adamw { learning_rate: 1e-20 }", "optimizer.adamw.learning_rate is 1e-20"},
       {"adamw { learning_rate: 1e-3 weight_decay: 1e-5 }",
        "optimizer.adamw.weight_decay has no effect: a step multiplies the weights by 1 - learning_rate * weight_decay, which is 1 as a "
        "32-bit number; raise it above 3.0e-05 or write 0 (got 1e-05)"}});
  kTable.ExpectValid("adamw { learning_rate: 1e-3 weight_decay: 3.1e-5 }");
  kTable.ExpectValid("adamw { learning_rate: 1e-3 weight_decay: 0 }");
  kTable.ExpectValid("adam { learning_rate: 1e-3 weight_decay: 1e-9 }");
  kTable.ExpectValid("sgd { learning_rate: 1e-12 }");
}

TEST(OptimizerValidationTest, AcceptsGroups) {
  const std::string sgd = "sgd { learning_rate: 0.1 weight_decay: 1e-4 } ";
  kTable.ExpectValid(sgd + "group { name: 'all' rest: true }");
  kTable.ExpectValid(sgd + "group { name: 'head-2.x_Y' pattern: ['fc', '*.bias'] learning_rate_factor: 10 weight_decay: 0 }");
  kTable.ExpectValid(sgd + "group { name: 'a' pattern: 'fc' } group { name: 'b' rest: true freeze {} }");
  kTable.ExpectValid(sgd + "group { name: 'a' pattern: 'fc' } group { name: 'b' rest: true freeze { epochs: 1 batch_norms: UPDATED } }");
  kTable.ExpectValid(sgd + "group { name: 'a' pattern: 'fc' } group { name: 'b' rest: true learning_rate_factor: 2 freeze { epochs: 1 } }");
  kTable.ExpectValid(sgd + "layer_decay: 0.75 decay_norms_and_biases: false");
}

TEST(OptimizerValidationTest, NamesTheFieldOfABadGroup) {
  const std::string sgd = "sgd { learning_rate: 0.1 } ", rest = " group { name: 'rest' rest: true } ";
  const auto group = [&](const std::string& fields) { return sgd + "group { " + fields + " } "; };
  const auto frozen = [&](const std::string& freeze) { return group("name: 'a' pattern: 'fc' freeze { " + freeze + " }") + rest; };
  kTable.ExpectErrors(
      {{group("pattern: 'fc'"), "optimizer.group[0].name is required: it names the group in reports"},
       {group("name: 'a b' pattern: 'fc'"), "optimizer.group[0].name must have letters, digits, \"_\", \"-\" and \".\" alone"},
       {group("name: 'a\\n' pattern: 'fc'"), "optimizer.group[0].name must have letters"},
       {group("name: '" + std::string(65, 'a') + "' pattern: 'fc'"), "optimizer.group[0].name must have letters"},
       {group("name: 'rest' pattern: 'fc'") + rest, "optimizer.group[1].name is \"rest\", as another group's; names must differ"},
       {group("name: 'a'"), "optimizer.group[0].pattern is required: names of parameters"},
       {group("name: 'a' pattern: ['fc', '']"), "optimizer.group[0].pattern[1] is empty"},
       {group("name: 'a' pattern: 'fc' rest: true"), "optimizer.group[0].rest takes all that no other group has"},
       {group("name: 'a' rest: true") + rest, "optimizer.group[1].rest is true for another group too"},
       {group("name: 'a' pattern: 'fc' learning_rate_factor: 0"), "optimizer.group[0].learning_rate_factor must be finite and > 0"},
       {group("name: 'a' pattern: 'fc' learning_rate_factor: nan"), "optimizer.group[0].learning_rate_factor must be finite and > 0"},
       {group("name: 'a' pattern: 'fc' learning_rate_factor: -1"), "optimizer.group[0].learning_rate_factor must be finite and > 0"},
       {group("name: 'a' pattern: 'fc' learning_rate_factor: 1e-60"), "optimizer.group[0].learning_rate_factor must be at least"},
       {"sgd { learning_rate: 1e20 } group { name: 'a' rest: true learning_rate_factor: 1e30 }",
        "optimizer.group[0].learning_rate_factor times learning_rate is 1e+50, and a rate must be between"},
       {"sgd { learning_rate: 1e-11 } group { name: 'a' rest: true learning_rate_factor: 1e-30 }",
        "optimizer.group[0].learning_rate_factor times learning_rate is 1e-41, and a rate must be between"},
       {group("name: 'a' pattern: 'fc' weight_decay: -1"), "optimizer.group[0].weight_decay must be finite and >= 0"},
       {group("name: 'a' pattern: 'fc' weight_decay: inf"), "optimizer.group[0].weight_decay must be finite and >= 0"},
       {frozen("epochs: 0"), "optimizer.group[0].freeze.epochs must be at least 1 (got 0)"},
       {frozen("epochs: -3"), "optimizer.group[0].freeze.epochs must be at least 1 (got -3)"},
       {frozen("batch_norms: BATCH_NORMS_UNSPECIFIED"), "optimizer.group[0].freeze.batch_norms must be one of FIXED, UPDATED"},
       {group("name: 'a' pattern: 'fc' freeze { epochs: 3 }") + "group { name: 'b' rest: true freeze {} }",
        "optimizer.group is frozen, each of them"},
       {sgd + "layer_decay: 0", "optimizer.layer_decay must be in (0, 1] (got 0)"},
       {sgd + "layer_decay: 1.1", "optimizer.layer_decay must be in (0, 1] (got 1.1)"},
       {sgd + "layer_decay: nan", "optimizer.layer_decay must be in (0, 1] (got "},
       {sgd + "layer_decay: 1e-60", "optimizer.layer_decay must be at least 1.1754944e-38"}});
}

TEST(OptimizerValidationTest, WarnsOfSettingsOfGroupsWithoutEffect) {
  const std::string sgd = "sgd { learning_rate: 0.1 } ", rest = " group { name: 'rest' rest: true } ";
  kTable.ExpectWarnings(
      {{sgd + "group { name: 'a' pattern: 'fc' learning_rate_factor: 2 freeze {} }" + rest,
        "optimizer.group[0].learning_rate_factor has no effect: the group never trains"},
       {sgd + "group { name: 'a' pattern: 'fc' weight_decay: 0 freeze {} }" + rest,
        "optimizer.group[0].weight_decay has no effect: the group never trains"},
       {sgd + "group { name: 'a' pattern: 'fc' learning_rate_factor: 1e-12 }" + rest,
        "optimizer.group[0].learning_rate_factor times learning_rate is 1e-13"},
       {"adamw { learning_rate: 1e-3 } group { name: 'a' rest: true weight_decay: 1e-5 }", "optimizer.group[0].weight_decay has no effect"},
       {sgd + "decay_norms_and_biases: false", "optimizer.decay_norms_and_biases has no effect: weight_decay is 0"}});
}

}  // namespace
}  // namespace mica
