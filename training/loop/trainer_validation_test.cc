#include "training/loop/trainer_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<TrainerConfig> kTable(ValidateTrainerConfig, "trainer");

TEST(TrainerValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("epochs: 1");
  kTable.ExpectValid("epochs: 16777215 max_steps: 1 cpu_threads: 256 clip_gradient_norm: 1e-9");
  kTable.ExpectValid("epochs: 9 early_stop { patience_epochs: 1 }");
}

TEST(TrainerValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"", "trainer.epochs is required"},
                       {"epochs: 0", "trainer.epochs must be 1 to 16777215 (got "},
                       {"epochs: -1", "trainer.epochs must be 1 to 16777215 (got "},
                       {"epochs: 16777216", "trainer.epochs must be 1 to 16777215 (got "},
                       {"epochs: 1 max_steps: 0", "trainer.max_steps must be at least 1 (got "},
                       {"epochs: 1 max_steps: -1", "trainer.max_steps must be at least 1 (got "},
                       {"epochs: 1 cpu_threads: -1", "trainer.cpu_threads must be 0 to 256 (got "},
                       {"epochs: 1 cpu_threads: 257", "trainer.cpu_threads must be 0 to 256 (got "},
                       {"epochs: 1 early_stop {}", "trainer.early_stop.patience_epochs is required"},
                       {"epochs: 1 early_stop { patience_epochs: 0 }", "trainer.early_stop.patience_epochs must be at least 1 (got "},
                       {"epochs: 1 clip_gradient_norm: nan", "trainer.clip_gradient_norm must be finite and > 0 (got "},
                       {"epochs: 1 clip_gradient_norm: inf", "trainer.clip_gradient_norm must be finite and > 0 (got "},
                       {"epochs: 1 clip_gradient_norm: -1", "trainer.clip_gradient_norm must be finite and > 0 (got "},
                       {"epochs: 1 clip_gradient_norm: 1e-300", "trainer.clip_gradient_norm must be at least 1.1754944e-38"},
                       {"epochs: 1 clip_gradient_norm: 0", "trainer.clip_gradient_norm must be finite and > 0 (got "}});
}

}  // namespace
}  // namespace mica
