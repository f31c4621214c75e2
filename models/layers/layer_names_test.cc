#include "models/layers/layer_names.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/config/validation_table.h"
#include "models/layers/layer.pb.h"

namespace mica {
namespace {

void Validate(const BlockConfig& config, absl::string_view path, ConfigProblems* problems) {
  ValidateLayerNames(config.layer(), std::string(path), problems);
}

const ValidationTable<BlockConfig> kTable(Validate, "m");

TEST(LayerNamesTest, ArePlain) {
  const std::string rule = " must be 1 to 100 letters, digits, \"_\" and \"-\", as tensors are named after it (got ";
  kTable.ExpectErrors({
      {"layer { name: '' linear {} }", absl::StrCat("m.layer[0].name", rule, "\"\")")},
      {"layer { name: 'a.b' linear {} }", absl::StrCat("m.layer[0].name", rule, "\"a.b\")")},
      {"layer { name: 'a.b' block { layer { relu {} } } }", absl::StrCat("m.layer[0].name", rule, "\"a.b\")")},
      {"layer { block { layer { name: 'a b' linear {} } } }", absl::StrCat("m.layer[0].block.layer[0].name", rule, "\"a b\")")},
      {"layer { residual { layer { relu {} } shortcut { name: 'a*' relu {} } } }",
       absl::StrCat("m.layer[0].residual.shortcut[0].name", rule, "\"a*\")")},
      {"layer { concat { branch { layer { name: '\\n' relu {} } } } }",
       absl::StrCat("m.layer[0].concat.branch[0].layer[0].name", rule, "\"\\n\")")},
      {absl::StrCat("layer { name: '", std::string(101, 'x'), "' linear {} }"), absl::StrCat("m.layer[0].name", rule)},
  });
  kTable.ExpectValid("layer { name: 'Block_1' flatten {} } layer { name: '0-1' linear {} }");
  kTable.ExpectValid(absl::StrCat("layer { name: '", std::string(100, 'x'), "' linear {} }"));
}

TEST(LayerNamesTest, DifferInOneList) {
  kTable.ExpectErrors({
      {"layer { name: 'a' flatten {} } layer { name: 'a' linear {} }",
       "m.layer[1].name is \"a\", which is also the name of layer[0]; names below the same prefix must differ"},
      {"layer { flatten {} } layer { name: '0' linear {} }",
       "m.layer[1].name is \"0\", which is also the name of layer[0], after its position; "},
      {"layer { name: '1' flatten {} } layer { linear {} }",
       "m.layer[0].name is \"1\", which is also the name of layer[1], after its position; "},
  });
  kTable.ExpectValid(
      "layer { name: 'a' block { layer { name: 'a' flatten {} } } } layer { name: 'b' block { layer { name: 'a' linear {} } } }");
}

// What a container of the name "" holds stands beside the container.
TEST(LayerNamesTest, DifferFromThoseInContainersWithoutAName) {
  kTable.ExpectErrors({
      {"layer { name: 'a' relu {} } layer { name: '' block { layer { name: 'a' relu {} } } }",
       "m.layer[1].block.layer[0].name is \"a\", which is also the name of layer[0]; "},
      {"layer { name: '' block { layer { relu {} } } } layer { name: '' block { layer { name: 'b' relu {} } layer { name: '0' relu {} } } "
       "}",
       "m.layer[1].block.layer[1].name is \"0\", which is also the name of layer[0].block.layer[0], after its position; "},
      {"layer { name: 's' block { layer { name: '' residual { layer { name: 'a' relu {} } } } layer { name: 'a' relu {} } } }",
       "m.layer[0].block.layer[1].name is \"a\", which is also the name of layer[0].block.layer[0].residual.layer[0]; "},
      {"layer { name: '' concat { branch {} branch { layer { name: 'a' relu {} } } } } layer { name: 'a' relu {} }",
       "m.layer[1].name is \"a\", which is also the name of layer[0].concat.branch[1].layer[0]; "},
      {"layer { name: '' block { layer { name: '' block { layer { name: 'a' relu {} } } } layer { name: 'a' relu {} } } }",
       "m.layer[0].block.layer[1].name is \"a\", which is also the name of layer[0].block.layer[0].block.layer[0]; "},
  });
  kTable.ExpectValid("layer { name: '' block { layer { name: 'a' relu {} } } } layer { name: '' block { layer { name: 'b' relu {} } } }");
}

TEST(LayerNamesTest, DifferInBothListsOfAResidual) {
  kTable.ExpectErrors({
      {"layer { residual { layer { name: 'a' relu {} } shortcut { name: 'a' relu {} } } }",
       "m.layer[0].residual.shortcut[0].name is \"a\", which is also the name of layer[0].residual.layer[0]; "},
      {"layer { residual { layer { relu {} } shortcut { relu {} } } }",
       "m.layer[0].residual.shortcut[0].name is \"0\", after its position, which is also the name of layer[0].residual.layer[0], after its "
       "position; "},
  });
  kTable.ExpectValid("layer { residual { layer { relu {} } layer { relu {} } shortcut { name: 'downsample' relu {} } } }");
}

TEST(LayerNamesTest, DifferInAllBranchesOfAConcat) {
  kTable.ExpectErrors({
      {"layer { concat { branch { layer { name: 'a' relu {} } } branch {} branch { layer { name: 'a' relu {} } } } }",
       "m.layer[0].concat.branch[2].layer[0].name is \"a\", which is also the name of layer[0].concat.branch[0].layer[0]; "},
  });
}

}  // namespace
}  // namespace mica
