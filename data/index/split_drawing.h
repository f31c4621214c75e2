// Divides listed samples into splits, as the config asks: fractions or a fold of the pool, groups
// that stay together, subsets, and training samples that lose their labels.
//   const DrawnSplits drawn = DrawSplits(config, classes, &parts);
#ifndef MICA_DATA_INDEX_SPLIT_DRAWING_H_
#define MICA_DATA_INDEX_SPLIT_DRAWING_H_

#include <string>
#include <vector>

#include "data/index/class_map.h"
#include "data/index/dataset.pb.h"
#include "data/index/dataset_format.h"

namespace mica {

struct DrawnSplits {
  // By label: where the fractions would have to lie for the class to get a sample of a split. They
  // are positions (split_assignment.h); outside [0, 1] where the pool holds none.
  struct Positions {
    double smallest_train = 2;
    double largest_validation = -1;
    double smallest_test = 2;
  };
  std::vector<Positions> positions;  // empty if no fraction is drawn sample by sample

  std::vector<std::string> problems;
};

// Whether the config draws validation or test samples.
bool DrawsSplits(const DatasetConfig& config);

// `parts` must have the labels of `classes`. Sets the split of every record, and the group of those
// that are drawn; removes those that the subset leaves out. Samples are hashed only where something
// is drawn: with their label where the part's labels are numbers, else with their class's name.
DrawnSplits DrawSplits(const DatasetConfig& config, const ClassMap& classes, std::vector<DatasetPart>* parts);

// "validation_fraction: 0.431 keeps 1 for training": the smallest change that gives a class of the
// pool, without any in this split, a sample of it. "" if no fraction near
// the present one can.
std::string SmallestFix(const DatasetConfig& config, const DrawnSplits::Positions& positions, Split split);

}  // namespace mica

#endif  // MICA_DATA_INDEX_SPLIT_DRAWING_H_
