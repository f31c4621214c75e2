#include "training/optim/schedule_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<ScheduleConfig> kTable(ValidateScheduleConfig, "schedule");

TEST(ScheduleValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("constant {}");
  kTable.ExpectValid("step { every_steps: 1 }");
  kTable.ExpectValid("step { every_epochs: 0.5 gamma: 0.9 }");
  kTable.ExpectValid("cosine {}");
  kTable.ExpectValid("cosine { length_epochs: 3 floor_fraction: 0.5 }");
  kTable.ExpectValid("linear {}");
  kTable.ExpectValid("linear { start_fraction: 0 end_fraction: 1 length_steps: 1 }");
  kTable.ExpectValid("exponential { every_steps: 1 gamma: 0.5 }");
  kTable.ExpectValid("decay_on_rise {}");
  kTable.ExpectValid("decay_on_rise { gamma: 0.5 } warmup { epochs: 1 }");
  kTable.ExpectValid("plateau {}");
  kTable.ExpectValid("plateau { patience_epochs: 0 floor_fraction: 0.5 watch: TRAIN_LOSS }");
  kTable.ExpectValid("constant {} warmup { steps: 1 }");
  kTable.ExpectValid("cosine {} warmup { epochs: 0.1 }");
}

TEST(ScheduleValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"", "schedule is required: choose one of constant, step, cosine, linear, exponential"},
                       {"constant {} warmup {}", "schedule.warmup is required: choose one of steps, epochs"},
                       {"constant {} warmup { steps: 0 }", "schedule.warmup.steps must be at least 1 (got "},
                       {"constant {} warmup { steps: -1 }", "schedule.warmup.steps must be at least 1 (got "},
                       {"constant {} warmup { epochs: nan }", "schedule.warmup.epochs must be > 0 and below 16777216 (got "},
                       {"constant {} warmup { epochs: inf }", "schedule.warmup.epochs must be > 0 and below 16777216 (got "},
                       {"constant {} warmup { epochs: -1 }", "schedule.warmup.epochs must be > 0 and below 16777216 (got "},
                       {"constant {} warmup { epochs: 0 }", "schedule.warmup.epochs must be > 0 and below 16777216 (got "},
                       {"constant {} warmup { epochs: 16777216 }", "schedule.warmup.epochs must be > 0 and below 16777216 (got "},
                       {"step {  }", "schedule.step is required: choose one of every_steps, every_epochs"},
                       {"step {  every_steps: 0 }", "schedule.step.every_steps must be at least 1 (got 0)"},
                       {"step {  every_epochs: nan }", "schedule.step.every_epochs must be > 0"},
                       {"step {  every_epochs: inf }", "schedule.step.every_epochs must be > 0"},
                       {"step {  every_epochs: 0 }", "schedule.step.every_epochs must be > 0"},
                       {"step { every_steps: 1 gamma: nan }", "schedule.step.gamma must be in (0, 1] (got "},
                       {"step { every_steps: 1 gamma: 0 }", "schedule.step.gamma must be in (0, 1] (got "},
                       {"step { every_steps: 1 gamma: -1 }", "schedule.step.gamma must be in (0, 1] (got "},
                       {"step { every_steps: 1 gamma: 1.5 }", "schedule.step.gamma must be in (0, 1] (got "},
                       {"step { every_steps: 1 gamma: 1e-60 }", "schedule.step.gamma must be at least 1.1754944e-38"},
                       {"exponential { gamma: 0.5 }", "schedule.exponential is required: choose one of every_steps, every_epochs"},
                       {"exponential { gamma: 0.5 every_steps: 0 }", "schedule.exponential.every_steps must be at least 1 (got 0)"},
                       {"exponential { gamma: 0.5 every_epochs: nan }", "schedule.exponential.every_epochs must be > 0"},
                       {"exponential { gamma: 0.5 every_epochs: inf }", "schedule.exponential.every_epochs must be > 0"},
                       {"exponential { gamma: 0.5 every_epochs: 0 }", "schedule.exponential.every_epochs must be > 0"},
                       {"exponential { every_steps: 1 gamma: nan }", "schedule.exponential.gamma must be in (0, 1] (got "},
                       {"exponential { every_steps: 1 gamma: 0 }", "schedule.exponential.gamma must be in (0, 1] (got "},
                       {"exponential { every_steps: 1 gamma: -1 }", "schedule.exponential.gamma must be in (0, 1] (got "},
                       {"exponential { every_steps: 1 gamma: 1.5 }", "schedule.exponential.gamma must be in (0, 1] (got "},
                       {"exponential { every_steps: 1 }", "schedule.exponential.gamma is required"},
                       {"cosine { floor_fraction: nan }", "schedule.cosine.floor_fraction must be in [0, 1] (got "},
                       {"cosine { floor_fraction: -0.1 }", "schedule.cosine.floor_fraction must be in [0, 1] (got "},
                       {"cosine { floor_fraction: 1.1 }", "schedule.cosine.floor_fraction must be in [0, 1] (got "},
                       {"cosine { floor_fraction: inf }", "schedule.cosine.floor_fraction must be in [0, 1] (got "},
                       {"linear { start_fraction: nan }", "schedule.linear.start_fraction must be in [0, 1] (got "},
                       {"linear { start_fraction: -0.1 }", "schedule.linear.start_fraction must be in [0, 1] (got "},
                       {"linear { start_fraction: 1.1 }", "schedule.linear.start_fraction must be in [0, 1] (got "},
                       {"linear { start_fraction: inf }", "schedule.linear.start_fraction must be in [0, 1] (got "},
                       {"linear { end_fraction: nan }", "schedule.linear.end_fraction must be in [0, 1] (got "},
                       {"linear { end_fraction: -0.1 }", "schedule.linear.end_fraction must be in [0, 1] (got "},
                       {"linear { end_fraction: 1.1 }", "schedule.linear.end_fraction must be in [0, 1] (got "},
                       {"linear { end_fraction: inf }", "schedule.linear.end_fraction must be in [0, 1] (got "},
                       {"cosine { length_steps: 0 }", "schedule.cosine.length_steps must be at least 1"},
                       {"cosine { length_epochs: nan }", "schedule.cosine.length_epochs must be > 0"},
                       {"cosine { length_epochs: inf }", "schedule.cosine.length_epochs must be > 0"},
                       {"cosine { length_epochs: -1 }", "schedule.cosine.length_epochs must be > 0"},
                       {"cosine { length_epochs: 0 }", "schedule.cosine.length_epochs must be > 0"},
                       {"linear { length_steps: 0 }", "schedule.linear.length_steps must be at least 1"},
                       {"linear { length_epochs: nan }", "schedule.linear.length_epochs must be > 0"},
                       {"linear { length_epochs: inf }", "schedule.linear.length_epochs must be > 0"},
                       {"linear { length_epochs: -1 }", "schedule.linear.length_epochs must be > 0"},
                       {"linear { length_epochs: 0 }", "schedule.linear.length_epochs must be > 0"}});
}

TEST(ScheduleValidationTest, WarnsOfWhatIsProbablyNotMeant) {
  kTable.ExpectWarnings({{"step { every_steps: 1 gamma: 1 }", "schedule.step.gamma is 1"},
                         {"exponential { every_steps: 1 gamma: 1 }", "schedule.exponential.gamma is 1"},
                         {"cosine { floor_fraction: 1 }", "schedule.cosine.floor_fraction is 1"},
                         {"linear { end_fraction: 1 }", "schedule.linear.end_fraction equals start_fraction"},
                         {"linear { start_fraction: 0 }", "schedule.linear.end_fraction is 0 and so is start_fraction"}});
}

TEST(ScheduleValidationTest, NamesTheFieldOfAScheduleThatReadsLosses) {
  kTable.ExpectErrors({{"decay_on_rise { gamma: 0 }", "schedule.decay_on_rise.gamma must be in (0, 1) (got 0)"},
                       {"decay_on_rise { gamma: 1 }", "schedule.decay_on_rise.gamma must be in (0, 1) (got 1)"},
                       {"decay_on_rise { gamma: nan }", "schedule.decay_on_rise.gamma must be in (0, 1) (got "},
                       {"decay_on_rise { gamma: 1e-60 }", "schedule.decay_on_rise.gamma must be at least"},
                       {"plateau { gamma: -0.1 }", "schedule.plateau.gamma must be in (0, 1) (got -0.1)"},
                       {"plateau { gamma: inf }", "schedule.plateau.gamma must be in (0, 1) (got inf)"},
                       {"plateau { patience_epochs: -1 }", "schedule.plateau.patience_epochs must be 0 or more (got -1)"},
                       {"plateau { floor_fraction: 1.5 }", "schedule.plateau.floor_fraction must be in [0, 1] (got 1.5)"},
                       {"plateau { floor_fraction: nan }", "schedule.plateau.floor_fraction must be in [0, 1] (got "},
                       {"plateau { watch: WATCH_UNSPECIFIED }", "schedule.plateau.watch must be one of TRAIN_LOSS, VAL_LOSS"}});
  kTable.ExpectWarnings({{"plateau { floor_fraction: 1 }", "schedule.plateau.floor_fraction is 1, so the learning rate never changes"}});
}

}  // namespace
}  // namespace mica
