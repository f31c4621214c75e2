#include "models/model_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<ModelConfig> kTable(ValidateModelConfig, "model");

TEST(ModelValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("linear {}");
  kTable.ExpectValid("linear_relu {}");
  kTable.ExpectValid("tiny_vgg {}");
  kTable.ExpectValid("linear { hidden_units: 1 }");
  kTable.ExpectValid("sequential { layer { flatten {} } layer { linear {} } }");
  kTable.ExpectValid("linear {} initial_weights { weights_file: 'x' reinitialise: 'fc' allow_unexpected: ['aux1', 'aux2'] }");
  kTable.ExpectValid("linear {} initial_weights { weights_file: 'x' rename { from: '^a\\\\.(.*)' to: '\\\\1' } rename { from: 'b' } }");
}

TEST(ModelValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors(
      {{"", "model is required: choose one of linear, linear_relu, tiny_vgg, sequential, simpleconv3, "},
       {"linear { hidden_units: 0 }", "model.linear.hidden_units must be 1 to 65536 (got "},
       {"linear { hidden_units: -1 }", "model.linear.hidden_units must be 1 to 65536 (got "},
       {"linear_relu { hidden_units: 0 }", "model.linear_relu.hidden_units must be 1 to 65536 (got "},
       {"linear_relu { hidden_units: -1 }", "model.linear_relu.hidden_units must be 1 to 65536 (got "},
       {"tiny_vgg { hidden_channels: 0 }", "model.tiny_vgg.hidden_channels must be 1 to 1024 (got "},
       {"linear { hidden_units: 65537 }", "model.linear.hidden_units must be 1 to 65536 (got "},
       {"tiny_vgg { hidden_channels: 1025 }", "model.tiny_vgg.hidden_channels must be 1 to 1024 (got "},
       {"tiny_vgg { hidden_channels: -1 }", "model.tiny_vgg.hidden_channels must be 1 to 1024 (got "},
       {"sequential {}", "model.sequential.layer is required: list at least one layer"},
       {"linear {} initial_weights {}", "model.initial_weights.weights_file is required"},
       {"linear {} initial_weights { weights_file: '' }", "model.initial_weights.weights_file is required"},
       {"linear {} initial_weights { weights_file: 'x' reinitialise: ['fc', ''] }", "model.initial_weights.reinitialise[1] is empty"},
       {"linear {} initial_weights { weights_file: 'x' first_convolution: FIRST_CONVOLUTION_UNSPECIFIED }",
        "model.initial_weights.first_convolution must be AS_IT_IS"},
       {"linear {} initialisation { rule { normal { std: -1 } } }", "model.initialisation.rule[0].normal.std must be 0 to 100"},
       {"linear {} initial_weights { weights_file: 'x' allow_missing: '' }", "model.initial_weights.allow_missing[0] is empty"},
       {"linear {} initial_weights { weights_file: 'x' allow_unexpected: '' }", "model.initial_weights.allow_unexpected[0] is empty"},
       {"linear {} initial_weights { weights_file: 'x' rename {} }", "model.initial_weights.rename[0].from is required"},
       {"linear {} initial_weights { weights_file: 'x' rename { from: '(' } }",
        "model.initial_weights.rename[0] cannot be applied: from: missing )"},
       {"linear {} initial_weights { weights_file: 'x' rename { from: 'a' to: '\\\\1' } }",
        "model.initial_weights.rename[0] cannot be applied: to: "}});
}

TEST(ModelValidationTest, EveryArmsDefaultsAreValid) {
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  for (int i = 0; i < kind->field_count(); ++i) {
    const bool is_list = kind->field(i)->message_type()->FindFieldByName("layer") != nullptr;
    kTable.ExpectValid(kind->field(i)->name() + (is_list ? " { layer { linear {} } }" : " {}"));
  }
}

// A field of this name in any arm is checked by the same rule.
void ExpectBelowOneInEveryArm(const std::string& field) {
  const auto* kind = ModelConfig::descriptor()->FindOneofByName("kind");
  int found = 0;
  for (int i = 0; i < kind->field_count(); ++i) {
    if (kind->field(i)->message_type()->FindFieldByName(field) == nullptr) continue;
    ++found;
    const std::string arm = kind->field(i)->name();
    kTable.ExpectValid(arm + " { " + field + ": 0 }");
    kTable.ExpectValid(arm + " { " + field + ": 0.9 }");
    for (const std::string value : {"1", "-0.1", "nan", "inf"}) {
      kTable.ExpectErrors({{arm + " { " + field + ": " + value + " }", "model." + arm + "." + field + " must be in [0, 1) (got "}});
    }
    kTable.ExpectErrors({{arm + " { " + field + ": 0.999999999 }", "model." + arm + "." + field + " must be at most 0.99999994"}});
  }
  EXPECT_GT(found, 6);
}

TEST(ModelValidationTest, ProbabilitiesAreBelowOne) {
  ExpectBelowOneInEveryArm("dropout");
  ExpectBelowOneInEveryArm("stochastic_depth");
}

TEST(ModelValidationTest, ChannelsOfResNet9) {
  kTable.ExpectValid("resnet9 { channels: 512 }");
  kTable.ExpectErrors({{"resnet9 { channels: 0 }", "model.resnet9.channels must be 1 to 512 (got 0)"},
                       {"resnet9 { channels: 513 }", "model.resnet9.channels must be 1 to 512 (got 513)"}});
}

TEST(ModelValidationTest, WarnsOfWhatIsProbablyNotMeant) {
  kTable.ExpectWarnings({{"linear_relu { relu_on_logits: true }", "model.linear_relu.relu_on_logits puts a ReLU behind the logits"}});
}

}  // namespace
}  // namespace mica
