#include "data/loader/loader_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<LoaderConfig> kTable(ValidateLoaderConfig, "loader");

TEST(LoaderValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("batch_size: 1 drop_last: true");
}

TEST(LoaderValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors(
      {{"batch_size: 0", "loader.batch_size must be at least 1 (got "}, {"batch_size: -1", "loader.batch_size must be at least 1 (got "}});
}

TEST(LoaderValidationTest, WarnsOfWhatIsProbablyNotMeant) {
  kTable.ExpectWarnings({{"shuffle: false", "loader.shuffle is false"}});
}

}  // namespace
}  // namespace mica
