#include "data/loader/batch_mixing_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<BatchMixingConfig> kTable(ValidateBatchMixingConfig, "batch_mixing");

TEST(BatchMixingValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("mixup {}");
  kTable.ExpectValid("mixup_or_cutmix {}");
  kTable.ExpectValid("cutmix {} per_sample: true");
  kTable.ExpectValid("mixup_or_cutmix { mixup { alpha: 0.001 } cutmix { alpha: 1000 } cutmix_probability: 1 } probability: 0");
}

TEST(BatchMixingValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({
      {"per_sample: true", "batch_mixing mixes nothing: choose one of mixup, cutmix, mixup_or_cutmix"},
      {"probability: 0.5", "batch_mixing mixes nothing: choose one of "},
      {"mixup { alpha: 0 }", "batch_mixing.mixup.alpha must be 0.001 to 1000 (got 0)"},
      {"mixup { alpha: nan }", "batch_mixing.mixup.alpha must be 0.001 to 1000 (got "},
      {"cutmix { alpha: -1 }", "batch_mixing.cutmix.alpha must be 0.001 to 1000 (got -1)"},
      {"cutmix { alpha: inf }", "batch_mixing.cutmix.alpha must be 0.001 to 1000 (got "},
      {"mixup {} probability: 1.5", "batch_mixing.probability must be 0 to 1 (got 1.5)"},
      {"mixup {} probability: nan", "batch_mixing.probability must be 0 to 1 (got "},
      {"mixup_or_cutmix { cutmix_probability: -0.1 }", "batch_mixing.mixup_or_cutmix.cutmix_probability must be 0 to 1 (got -0.1)"},
      {"mixup_or_cutmix { mixup { alpha: -1 } }", "batch_mixing.mixup_or_cutmix.mixup.alpha must be 0.001 to 1000 (got -1)"},
      {"mixup_or_cutmix { cutmix { alpha: 0 } }", "batch_mixing.mixup_or_cutmix.cutmix.alpha must be 0.001 to 1000 (got 0)"},
  });
}

}  // namespace
}  // namespace mica
