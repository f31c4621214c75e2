#include "data/loader/loader_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<LoaderConfig> kTable(ValidateLoaderConfig, "loader");

TEST(LoaderValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("");
  kTable.ExpectValid("batch_size: 1 drop_last: true threads: 256 prefetch_batches: 1 timeout_seconds: 1e-3");
  kTable.ExpectValid("class_balanced {}");
  kTable.ExpectValid("weighted { classes { name: 'cat' weight: 0 } classes { name: 'dog' weight: 2.5 } samples_per_epoch: 1 }");
  kTable.ExpectValid("repeated {} memory_cache {}");
  kTable.ExpectValid("repeated { copies: 2 } disk_cache { folder: '/var/cache/mica' }");
}

TEST(LoaderValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({
      {"batch_size: 0", "loader.batch_size must be at least 1 (got "},
      {"batch_size: -1", "loader.batch_size must be at least 1 (got "},
      {"threads: -1", "loader.threads must be 0 to 256 (got -1)"},
      {"threads: 257", "loader.threads must be 0 to 256 (got 257)"},
      {"prefetch_batches: 0", "loader.prefetch_batches must be 1 to 1024 (got 0)"},
      {"prefetch_batches: 1025", "loader.prefetch_batches must be 1 to 1024 (got "},
      {"timeout_seconds: 0", "loader.timeout_seconds must be above 0"},
      {"timeout_seconds: nan", "loader.timeout_seconds must be above 0"},
      {"timeout_seconds: inf", "loader.timeout_seconds must be above 0"},
      {"class_balanced { samples_per_epoch: -1 }", "loader.class_balanced.samples_per_epoch must be 0 to "},
      {"weighted {}", "loader.weighted.classes is required"},
      {"weighted { classes { weight: 2 } }", "loader.weighted.classes[0].name is required"},
      {"weighted { classes { name: 'a' } classes { name: 'a' } }", "loader.weighted.classes[1].name is \"a\", which was listed before"},
      {"weighted { classes { name: 'a' weight: -1 } }", "loader.weighted.classes[0].weight must be 0 to 1000000000 (got -1)"},
      {"weighted { classes { name: 'a' weight: 1e308 } }", "loader.weighted.classes[0].weight must be 0 to 1000000000"},
      {"weighted { classes { name: 'a' weight: inf } }", "loader.weighted.classes[0].weight must be 0 to 1000000000"},
      {"weighted { classes { name: 'a' weight: nan } }", "loader.weighted.classes[0].weight must be 0 to 1000000000"},
      {"weighted { classes { name: 'a' } samples_per_epoch: -1 }", "loader.weighted.samples_per_epoch must be 0 to "},
      {"repeated { copies: 1 }", "loader.repeated.copies must be 2 to 1000 (got 1)"},
      {"repeated { samples_per_epoch: 3000000000 }", "loader.repeated.samples_per_epoch must be 0 to "},
      {"shuffle: false class_balanced {}", "loader.shuffle is false, but the samples that an epoch draws come in a random order"},
      {"disk_cache {}", "loader.disk_cache.folder is required"},
  });
}

TEST(LoaderValidationTest, WarnsOfWhatIsProbablyNotMeant) {
  kTable.ExpectWarnings({{"shuffle: false", "loader.shuffle is false"}});
}

}  // namespace
}  // namespace mica
