#include "training/checkpoint/checkpoint_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<CheckpointConfig> kTable(ValidateCheckpointConfig, "checkpoint");

TEST(CheckpointValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("every_epochs: 5 keep_all: true max_failed_saves: 1");
  kTable.ExpectValid("best_only: true");
}

TEST(CheckpointValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"every_epochs: 0", "checkpoint.every_epochs must be at least 1 (got "},
                       {"every_epochs: -1", "checkpoint.every_epochs must be at least 1 (got "},
                       {"keep_all: true best_only: true", "checkpoint.best_only contradicts keep_all"},
                       {"max_failed_saves: 0", "checkpoint.max_failed_saves must be at least 1 (got "},
                       {"max_failed_saves: -1", "checkpoint.max_failed_saves must be at least 1 (got "}});
}

}  // namespace
}  // namespace mica
