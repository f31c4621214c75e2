#include "data/index/dataset_validation.h"

#include <gtest/gtest.h>

#include "base/config/validation_table.h"

namespace mica {
namespace {

const ValidationTable<DatasetConfig> kTable(ValidateDatasetConfig, "dataset");

TEST(DatasetValidationTest, AcceptsTheDefaultsAndTheEdges) {
  kTable.ExpectValid("idx {}");
  kTable.ExpectValid("idx {} class_names: [\"a\", \"b\"] validation_fraction: 0.1 split_seed: 3");
  kTable.ExpectValid("idx {} class_names_file: 'x'");
  kTable.ExpectValid("idx { test_images: \"\" test_labels: \"\" } test_fraction: 0.5 validation_fraction: 0.4");
}

TEST(DatasetValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors({{"", "dataset is required: choose one of idx"},
                       {"idx {} validation_fraction: nan", "dataset.validation_fraction must be in [0, 1) (got "},
                       {"idx {} validation_fraction: inf", "dataset.validation_fraction must be in [0, 1) (got "},
                       {"idx {} validation_fraction: -0.1", "dataset.validation_fraction must be in [0, 1) (got "},
                       {"idx {} validation_fraction: 1", "dataset.validation_fraction must be in [0, 1) (got "},
                       {"idx { test_images: \"\" test_labels: \"\" } test_fraction: nan", "dataset.test_fraction must be in [0, 1) (got "},
                       {"idx { test_images: \"\" test_labels: \"\" } test_fraction: inf", "dataset.test_fraction must be in [0, 1) (got "},
                       {"idx { test_images: \"\" test_labels: \"\" } test_fraction: -0.1", "dataset.test_fraction must be in [0, 1) (got "},
                       {"idx { test_images: \"\" test_labels: \"\" } test_fraction: 1", "dataset.test_fraction must be in [0, 1) (got "},
                       {"idx { test_images: \"\" test_labels: \"\" } test_fraction: 0.5 validation_fraction: 0.5",
                        "dataset.test_fraction + validation_fraction must be below 1 (got 0.5 + 0.5 = 1)"},
                       {"idx {} test_fraction: 0.1", "dataset.test_fraction cannot be used here: the data brings its own test split"},
                       {"idx {} class_names: \"a\" class_names_file: \"x\"", "dataset.class_names_file cannot stand beside class_names"},
                       {"idx {} class_names: [\"a\", \"b\", \"a\"]", "dataset.class_names[2] is \"a\" again, as class_names[0]"},
                       {"idx {} class_names: 'a\\n'", "dataset.class_names[0] holds a control character"},
                       {"idx {} class_names: [\"a\", \"\"]", "dataset.class_names[1] is empty"},
                       {"idx {} class_names: 'a '", "dataset.class_names[0] is \"a \", with a blank at an end; remove it"},
                       {"idx { first_label: -1 }", "dataset.idx.first_label must be in [0, 255] (got -1)"},
                       {"idx { first_label: 256 }", "dataset.idx.first_label must be in [0, 255] (got 256)"},
                       {"idx { folder: \"\" }", "dataset.idx.folder is required"},
                       {"idx { train_images: \"\" }", "dataset.idx.train_images is required"},
                       {"idx { train_labels: \"\" }", "dataset.idx.train_labels is required"},
                       {"idx { test_images: \"\" }", "dataset.idx.test_images is empty while test_labels is not"},
                       {"idx { test_labels: \"\" }", "dataset.idx.test_labels is empty while test_images is not"}});
}

TEST(DatasetValidationTest, WarnsOfWhatIsProbablyNotMeant) {
  kTable.ExpectWarnings(
      {{"idx {} split_seed: 1", "dataset.split_seed has no effect"},
       {"idx {} class_names: [\"cat\", \"Cat\"]", "dataset.class_names[1] differs from class_names[0] only in capitals"}});
}

}  // namespace
}  // namespace mica
