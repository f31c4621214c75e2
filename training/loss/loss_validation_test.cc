#include "training/loss/loss_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<LossConfig> kTable(ValidateLossConfig, "loss");

TEST(LossValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("cross_entropy {}");
  kTable.ExpectValid("cross_entropy { label_smoothing: 0.99 }");
}

TEST(LossValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"", "loss is required: choose one of cross_entropy"},
                       {"cross_entropy { label_smoothing: nan }", "loss.cross_entropy.label_smoothing must be in [0, 1) (got "},
                       {"cross_entropy { label_smoothing: inf }", "loss.cross_entropy.label_smoothing must be in [0, 1) (got "},
                       {"cross_entropy { label_smoothing: -0.1 }", "loss.cross_entropy.label_smoothing must be in [0, 1) (got "},
                       {"cross_entropy { label_smoothing: 1 }", "loss.cross_entropy.label_smoothing must be in [0, 1) (got "}});
}

}  // namespace
}  // namespace mica
