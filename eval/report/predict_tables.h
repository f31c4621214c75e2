// What `mica predict` says of pictures whose classes nobody knows: a CSV file for programs, a table
// for people.
//   PredictCsv(predictions, index) ==
//       "path,prediction,prediction_name,confidence,prob_0,prob_1\n/d/1.jpg,0,cat,0.9,0.9,0.1\n"
// The ids in `predictions` are those of `index`, whose classes are the model's. Thread-safe.
#ifndef MICA_EVAL_REPORT_PREDICT_TABLES_H_
#define MICA_EVAL_REPORT_PREDICT_TABLES_H_

#include <functional>
#include <string>

#include "data/index/class_map.h"
#include "data/index/dataset_index.h"
#include "eval/metrics/prediction_table.h"

namespace mica {

// A row for each picture, in the order of `predictions`; the columns of predictions.csv that need
// no truth.
std::string PredictCsv(const PredictionTable& predictions, const DatasetIndex& index);

// The `top_k` most probable classes of each picture (all if there are fewer), paths as `shown`
// turns them.
//   picture      class       probability
//   photo/1.jpg  Sneaker          0.9921
//                Sandal           0.0050
std::string TopClassesText(const PredictionTable& predictions, const DatasetIndex& index, int top_k,
                           const std::function<std::string(const std::string&)>& shown);

// How many pictures each class got, of many pictures. Classes without any are left out.
//   class    pictures   share  mean confidence
//   Sneaker      1012  0.1012           0.9214
std::string ClassCountsText(const PredictionTable& predictions, const ClassMap& classes);

}  // namespace mica

#endif  // MICA_EVAL_REPORT_PREDICT_TABLES_H_
