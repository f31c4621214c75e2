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
  kTable.ExpectValid("idx {} validation_fraction: 0.1 subset { validation_per_class: 1 test_per_class: 1 }");
  kTable.ExpectValid("pool { class_folders { folder: '/d' } } fold { index: 1 of: 2 } subset { validation_per_class: 1 }");
  kTable.ExpectValid(
      "pool { csv { csv_file: '/d' path_column: 'p' label_column: 'l' group_column: 'g' } } validation_fraction: 0.1 on_bad_sample: DROP");
  kTable.ExpectValid("idx { test_images: \"\" test_labels: \"\" } test_fraction: 0.5 validation_fraction: 0.4");
  kTable.ExpectValid("idx {} class_names: [\"a\", \"b\"] class_order: LISTED");
  kTable.ExpectValid("pool { class_folders { folder: '/d' } } class_order: NATURAL validation_fraction: 0.1 test_fraction: 0.1");
  kTable.ExpectValid("pool { class_folders { folder: '/d' } } fold { index: 5 of: 5 } group_pattern: '^(p\\\\d+)/' split_seed: 3");
  kTable.ExpectValid(
      "train { class_folders { folder: '/d' } } unlabelled { pictures { folder: '/u' } } test { pictures { folder: '/t' } }");
  kTable.ExpectValid("train { file_names { folder: '/d' label_pattern: '^(a|b)' } } subset { per_class: 250 } labelled_per_class: 4");
}

TEST(DatasetValidationTest, JudgesSources) {
  kTable.ExpectErrors(
      {{"test { pictures { folder: '/t' } }", "dataset.train is required: sources of training samples, here or in pool"},
       {"train { pictures { folder: '/t' } }", "dataset.train[0] has no labels; samples without labels stand in dataset.unlabelled or"},
       {"train {}", "dataset.train[0] is required: choose one of class_folders, list_file"},
       {"pool { class_folders {} }", "dataset.pool[0].class_folders.folder is required"},
       {"pool { file_names { folder: '/d' } }", "dataset.pool[0].file_names.label_pattern is required"},
       {"pool { file_names { folder: '/d' label_pattern: '(' } }", "dataset.pool[0].file_names.label_pattern is no regular expression ("},
       {"pool { file_names { folder: '/d' label_pattern: '(a)' labels: LABELS_UNSPECIFIED } }",
        "dataset.pool[0].file_names.labels must be AUTO, NAMES or NUMBERS"},
       {"pool { file_names { folder: '/d' label_pattern: '(a)' unmatched: UNMATCHED_UNSPECIFIED } }",
        "dataset.pool[0].file_names.unmatched must be REFUSED or UNLABELLED"},
       {"pool { file_names { folder: '/d' label_pattern: '(a)' label_offset: 2147483649 } }",
        "dataset.pool[0].file_names.label_offset must be in [-2^31, 2^31] (got 2147483649)"},
       {"pool { tar_shards { files: '/d' labels: LABELS_UNSPECIFIED } }", "dataset.pool[0].tar_shards.labels must be AUTO, NAMES,"},
       {"pool { tar_shards { files: '/d' label_offset: -9223372036854775808 } }", "dataset.pool[0].tar_shards.label_offset must be in"},
       {"pool { list_file { list_file: '/d' label_offset: 9223372036854775807 } }", "dataset.pool[0].list_file.label_offset must be in"},
       {"pool { csv { csv_file: '/d' path_column: 'p' label_column: 'l' label_offset: -2147483649 } }",
        "dataset.pool[0].csv.label_offset must be in"},
       {"pool { file_names { folder: '/d' label_pattern: 'cat|dog' } }", "dataset.pool[0].file_names.label_pattern must have one group"},
       {"idx {} pool { class_folders { folder: '/d' } }", "dataset.idx cannot stand beside pool"},
       {"train { class_folders { folder: '/d' } } validation { class_folders { folder: '/v' } } validation_fraction: 0.1",
        "dataset.validation_fraction cannot be used here: the data brings its own validation split (validation); keep one"},
       {"train { class_folders { folder: '/d' } } validation { class_folders { folder: '/v' } } fold { index: 1 of: 2 }",
        "dataset.fold cannot be used here"}});
}

TEST(DatasetValidationTest, JudgesDrawsAndOrders) {
  kTable.ExpectErrors({{"idx {} fold { index: 0 of: 2 }", "dataset.fold.index must be in [1, fold.of] (got 0)"},
                       {"idx {} fold { index: 3 of: 2 }", "dataset.fold.index must be in [1, fold.of] (got 3)"},
                       {"idx {} fold { index: 1 of: 1 }", "dataset.fold.of must be in [2, 1000] (got 1)"},
                       {"idx {} fold { index: 1 of: 2 } validation_fraction: 0.1", "dataset.validation_fraction cannot stand beside fold"},
                       {"idx {} subset { per_class: -1 }", "dataset.subset.per_class must be 0 or more (got -1)"},
                       {"idx {} subset { validation_per_class: -1 }", "dataset.subset.validation_per_class must be 0 or more"},
                       {"idx {} subset { test_per_class: -1 }", "dataset.subset.test_per_class must be 0 or more"},
                       {"idx {} labelled_per_class: -1", "dataset.labelled_per_class must be 0 or more"},
                       {"idx {} labelled_fraction: 1", "dataset.labelled_fraction must be in [0, 1)"},
                       {"idx {} labelled_fraction: nan", "dataset.labelled_fraction must be in [0, 1)"},
                       {"idx {} labelled_fraction: 0.5 labelled_per_class: 1", "dataset.labelled_fraction cannot stand beside"},
                       {"idx {} group_pattern: '(a)'", "dataset.group_pattern cannot be used here: samples of idx have no paths"},
                       {"pool { class_folders { folder: '/d' } } group_pattern: 'a'", "dataset.group_pattern must have one group"},
                       {"idx {} class_order: CLASS_ORDER_UNSPECIFIED", "dataset.class_order must be one of BYTES, NATURAL"},
                       {"idx {} on_bad_sample: ON_BAD_SAMPLE_UNSPECIFIED", "dataset.on_bad_sample must be FAIL or DROP"},
                       {"idx {} class_order: LISTED", "dataset.class_order is LISTED, but there is no list"},
                       {"idx {} class_names: ['a', 'b'] class_order: NATURAL", "dataset.class_order has no effect beside class_names"}});
}

TEST(DatasetValidationTest, NamesTheFieldOfABadValue) {
  kTable.ExpectErrors(
      {{"", "dataset is required: choose one of idx, cifar, or name sources in pool or train"},
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
       {"idx {} test_fraction: 0.1", "dataset.test_fraction cannot be used here: the data brings its own test split (idx.test_images)"},
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
      {{"idx {} split_seed: 1",
        "dataset.split_seed has no effect while nothing is drawn (validation_fraction, test_fraction, fold, subset"},
       {"idx {} class_order: NATURAL", "dataset.class_order has no effect: labels of idx are numbers"},
       {"cifar { folder: '/d' } class_order: BY_VALUE", "dataset.class_order has no effect: labels of cifar are numbers"},
       {"idx {} on_bad_sample: DROP", "dataset.on_bad_sample has no effect: samples of idx are pixels"},
       {"idx {} subset { validation_per_class: 1 }", "dataset.subset.validation_per_class has no effect: there is no validation split"},
       {"train { class_folders { folder: '/d' } } subset { test_per_class: 1 }",
        "dataset.subset.test_per_class has no effect: there is no test split"},
       {"train { csv { csv_file: '/d' path_column: 'p' label_column: 'l' group_column: 'g' } }",
        "dataset.train[0].csv.group_column has no effect while no split is drawn"},
       {"pool { class_folders { folder: '/d' } } validation_fraction: 0.1 "
        "train { csv { csv_file: '/d' path_column: 'p' label_column: 'l' group_column: 'g' } }",
        "dataset.train[0].csv.group_column has no effect: no split is drawn from dataset.train"},
       {"pool { csv { csv_file: '/d' path_column: 'p' label_column: 'l' group_column: 'g' } } validation_fraction: 0.1 group_pattern: "
        "'(a)'",
        "dataset.pool[0].csv.group_column gives the groups of this source; dataset.group_pattern has no effect on it"},
       {"pool { class_folders { folder: '/d' } } group_pattern: '(a)'", "dataset.group_pattern has no effect"},
       {"idx {} class_names: [\"cat\", \"Cat\"]", "dataset.class_names[1] differs from class_names[0] only in capitals"}});
}

}  // namespace
}  // namespace mica
