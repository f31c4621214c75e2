#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/number_format.h"
#include "base/status_macros.h"
#include "cli/model_source.h"
#include "cli/output_paths.h"
#include "cli/shell_words.h"
#include "cli/split_flag.h"
#include "cli/split_of_model.h"
#include "cli/standard_output.h"
#include "cli/trained_model_flags.h"
#include "cli/verbs.h"
#include "data/augment/transform_draws.h"
#include "data/index/named_pictures.h"
#include "eval/metrics/calibration.h"
#include "eval/report/predict_tables.h"
#include "eval/report/submission.h"
#include "experiments/runner/asked_split.h"
#include "experiments/runner/compute_library.h"
#include "experiments/runner/prediction_input.h"
#include "experiments/runner/test_views.h"

namespace mica {
namespace {

// More pictures than these are counted, unless --top_k is given.
constexpr size_t kMaxListed = 20;

// Of --tta, where the experiment does not say how many.
constexpr int kViews = 5;

// The paths of the command line, absolute; "" for flags that are not given.
struct PredictPaths {
  std::vector<std::string> pictures;
  std::string list, csv, submission, sample;
};

absl::Status RequireDifferentFiles(const PredictPaths& paths) {
  if (!paths.csv.empty() && paths.csv == paths.submission) return FlagError("--csv and --submission name the same file");
  for (const std::string& output : {paths.csv, paths.submission}) {
    if (!output.empty() && output == paths.list) return FlagError("--list would be overwritten; name another output");
    if (!output.empty() && output == paths.sample) return FlagError("--sample_submission would be overwritten; name another output");
    if (!output.empty() && std::count(paths.pictures.begin(), paths.pictures.end(), output) > 0) {
      return FlagError(absl::StrCat(ShownPath(output), " is one of the pictures; name another output"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PredictPaths> PathsOf(const VerbArguments& arguments) {
  PredictPaths paths;
  for (size_t i = 1; i < arguments.words().size(); ++i) {
    MICA_ASSIGN_OR_RETURN(std::string path, ResolveWord(arguments.words()[i], arguments.words()[i]));
    paths.pictures.push_back(std::move(path));
  }
  MICA_ASSIGN_OR_RETURN(paths.list, FilePathOfFlag(arguments, "list"));
  if (!paths.list.empty()) {
    MICA_ASSIGN_OR_RETURN(const std::vector<std::string> listed, ReadPathList(paths.list));
    paths.pictures.insert(paths.pictures.end(), listed.begin(), listed.end());
  }
  MICA_ASSIGN_OR_RETURN(paths.csv, FilePathOfFlag(arguments, "csv"));
  MICA_ASSIGN_OR_RETURN(paths.submission, FilePathOfFlag(arguments, "submission"));
  MICA_ASSIGN_OR_RETURN(paths.sample, FilePathOfFlag(arguments, "sample_submission"));
  MICA_RETURN_IF_ERROR(RequireDifferentFiles(paths));
  MICA_RETURN_IF_ERROR(RequireWritable("--csv", paths.csv));
  MICA_RETURN_IF_ERROR(RequireWritable("--submission", paths.submission));
  return paths;
}

absl::Status RequireOneInput(const PredictPaths& paths, const std::optional<Split>& split) {
  if (paths.pictures.empty() && !split.has_value()) {
    return FlagError("name pictures or folders behind the run, a list of them (--list=FILE), or a split of the run's data (--split=test)");
  }
  if (paths.pictures.empty() || !split.has_value()) return absl::OkStatus();
  return FlagError("--split is a split of the run's own data and takes no other pictures; leave one of the two out");
}

absl::Status RequireSubmissionFlags(const VerbArguments& arguments) {
  for (const char* const flag : {"sample_submission", "submission_columns", "submission_pattern"}) {
    if (arguments.IsGiven(flag) && !arguments.IsGiven("submission")) {
      return FlagError(absl::StrCat("--", flag, " has no effect without --submission=FILE"));
    }
  }
  return absl::OkStatus();
}

// --tta turns the experiment's test-time augmentation on, --notta off.
absl::Status SetAugmentation(const VerbArguments& arguments, Experiment* experiment) {
  if (!arguments.IsGiven("tta")) return absl::OkStatus();
  EvaluationConfig& evaluation = *experiment->mutable_evaluation();
  if (!arguments.GetBool("tta")) {
    evaluation.clear_test_time_augmentation();
    return absl::OkStatus();
  }
  if (evaluation.has_test_time_augmentation()) return absl::OkStatus();
  evaluation.mutable_test_time_augmentation()->set_views(kViews);
  if (IsAnyRandom(experiment->train_transforms())) return absl::OkStatus();
  return FlagError(
      "--tta: the run has no random views to merge, for its experiment's train_transforms do nothing at random; say what the views are, as "
      "in "
      "--set='evaluation { test_time_augmentation { views: 5 transforms { horizontal_flip {} } } }'");
}

// Of --calibrated: what the run fitted to its validation split, for predictions made as its own were.
absl::StatusOr<std::optional<double>> TemperatureOf(const VerbArguments& arguments, const ModelSource& source) {
  if (!arguments.GetBool("calibrated")) return std::nullopt;
  if (!source.trained.has_value()) return FlagError("--calibrated: an experiment has no temperature; train it, and name the run");
  const RunReport& report = source.trained->run.report;
  if (!report.has_calibration()) {
    return FlagError(
        "--calibrated: the run has no temperature, which is fitted to the validation split after training; it has no such split, or its "
        "log.txt says why");
  }
  if (source.trained->checkpoint.name != report.reported_checkpoint()) {
    return FlagError(absl::StrCat("--calibrated: the run's temperature is that of checkpoint ", report.reported_checkpoint(),
                                  "; leave --checkpoint out"));
  }
  const int run_views = std::max(1, report.views()), views = static_cast<int>(TestViews(source.experiment()).size());
  if (views != run_views) {
    return FlagError(absl::StrCat("--calibrated: the run's temperature is that of predictions ",
                                  run_views > 1 ? absl::StrCat("that merge ", run_views, " views") : "of one view",
                                  ", and these would have ", views, "; leave --tta, --notta and evaluation in --set out"));
  }
  return report.calibration().temperature();
}

absl::StatusOr<ComputeAndInput> PrepareNamed(const ModelSource& source, const std::vector<std::string>& paths) {
  MICA_ASSIGN_OR_RETURN(PredictionInput input, NamedInput(paths, source.class_names, source.experiment().decode()));
  MICA_ASSIGN_OR_RETURN(const ComputeLibrary* const compute, OpenComputeLibrary());
  return ComputeAndInput{compute, std::move(input)};
}

// For each picture that was asked for, the row of its prediction; -1: none.
std::vector<int64_t> RowsOf(const PredictionInput& input, const PredictionTable& predictions) {
  std::vector<int64_t> row_of_record(input.index.records.size(), -1);
  for (int64_t row = 0; row < predictions.size(); ++row) row_of_record[predictions.record_id(row)] = row;
  std::vector<int64_t> rows;
  for (const int64_t record : input.records) rows.push_back(record < 0 ? -1 : row_of_record[record]);
  return rows;
}

std::string Tables(const PredictionTable& predictions, const PredictionInput& input, const VerbArguments& arguments) {
  if (input.pictures.size() <= kMaxListed || arguments.IsGiven("top_k")) {
    return TopClassesText(predictions, input.index, arguments.GetInt("top_k"), ShownPath);
  }
  return ClassCountsText(predictions, input.index.classes);
}

std::string ModelLine(const ModelSource& source, const PredictResult& result, std::optional<double> temperature) {
  return absl::StrCat(source.weights, "; ", result.predictions.size(), result.predictions.size() == 1 ? " picture" : " pictures",
                      result.views > 1 ? absl::StrCat(", the mean of ", result.views, " views of each") : "",
                      temperature.has_value() ? absl::StrCat(", calibrated with temperature ", FormatFixed(*temperature, 3)) : "", "\n");
}

// Writes what was asked for. Lines for people go to *text, problems to *problems.
absl::Status WriteFiles(const PredictPaths& paths, const PredictionInput& input, const PredictionTable& predictions,
                        const std::optional<Submission>& submission, std::string* text, std::vector<std::string>* problems) {
  if (!paths.csv.empty()) {
    MICA_RETURN_IF_ERROR(WriteFileAtomically(paths.csv, PredictCsv(predictions, input.index)));
    absl::StrAppend(text, ShownPath(paths.csv), ": class and probabilities of each picture\n");
  } else if (!submission.has_value() && input.pictures.size() > kMaxListed) {
    absl::StrAppend(text, "--csv=FILE writes the class and the probabilities of each picture\n");
  }
  if (!submission.has_value()) return absl::OkStatus();
  const absl::StatusOr<std::string> csv = submission->Csv(predictions, RowsOf(input, predictions));
  if (!csv.ok()) {
    problems->emplace_back(csv.status().message());
    return absl::OkStatus();
  }
  MICA_RETURN_IF_ERROR(WriteFileAtomically(paths.submission, *csv));
  absl::StrAppend(text, ShownPath(paths.submission), ": ", input.pictures.size(), " rows, columns ", submission->ColumnsText(), "\n");
  return absl::OkStatus();
}

void PrintProblems(const std::vector<std::string>& problems) {
  constexpr size_t kMaxShown = 50;
  for (size_t i = 0; i < std::min(problems.size(), kMaxShown); ++i) std::cerr << "error: " << problems[i] << "\n";
  if (problems.size() > kMaxShown) std::cerr << "error: … and " << problems.size() - kMaxShown << " more\n";
}

absl::StatusOr<ExitCode> RunPredict(const VerbArguments& arguments) {
  if (arguments.GetInt("top_k") < 1) return FlagError(absl::StrCat("--top_k=", arguments.GetInt("top_k"), ": must be at least 1"));
  MICA_ASSIGN_OR_RETURN(const std::optional<Split> split, SplitFlag(arguments, kAllSplits));
  MICA_RETURN_IF_ERROR(RequireSubmissionFlags(arguments));
  MICA_ASSIGN_OR_RETURN(const PredictPaths paths, PathsOf(arguments));
  MICA_RETURN_IF_ERROR(RequireOneInput(paths, split));
  MICA_ASSIGN_OR_RETURN(ModelSource source, ModelSourceOf(arguments.words()[0], arguments, WeightsNeeded::kFromAFile));
  MICA_RETURN_IF_ERROR(SetAugmentation(arguments, &source.experiment()));
  MICA_ASSIGN_OR_RETURN(const std::optional<double> temperature, TemperatureOf(arguments, source));
  MICA_ASSIGN_OR_RETURN(ComputeAndInput ready, split.has_value() ? PrepareSplit(source, *split) : PrepareNamed(source, paths.pictures));
  PredictionInput& input = ready.input;
  PrintWarnings(input.warnings);
  PrintProblems(input.problems);
  std::optional<Submission> submission;
  if (!paths.submission.empty()) {
    const SubmissionRequest request = {arguments.GetString("submission_columns"), arguments.GetString("submission_pattern"), paths.sample};
    MICA_ASSIGN_OR_RETURN(submission, Submission::Plan(request, input.pictures, input.index.classes));
  }

  absl::StatusOr<PredictResult> predicted = ready.compute->Predict(source.Subject(), input.index, input.split);
  if (!predicted.ok()) return source.AtItsPlace(predicted.status());
  PredictResult& result = *predicted;
  if (temperature.has_value()) result.predictions = WithTemperature(result.predictions, *temperature);
  std::vector<std::string> broken;  // found when they were decoded
  for (const FailedSample& failed : result.failed) broken.push_back(failed.reason);
  PrintProblems(broken);
  std::string text = absl::StrCat(Tables(result.predictions, input, arguments), ModelLine(source, result, temperature));
  std::vector<std::string> problems;
  MICA_RETURN_IF_ERROR(WriteFiles(paths, input, result.predictions, submission, &text, &problems));
  MICA_RETURN_IF_ERROR(PrintToStdout(text, "the predictions"));
  if (const size_t bad = input.problems.size() + broken.size(); bad > 0) {
    problems.push_back(absl::StrCat(bad, bad == 1 ? " path" : " paths", " could not be used; ", result.predictions.size(), " of ",
                                    input.pictures.size(), " pictures are predicted"));
  }
  if (!problems.empty()) return DataError(absl::StrJoin(problems, "\n"));
  return ExitCode::kDone;
}

}  // namespace

Verb PredictVerb() {
  return {
      {
          "predict",
          "RUN_OR_EXPERIMENT FILE_OR_FOLDER…",
          /*min_words=*/1,
          VerbTable::kAnyNumber,
          "Says what a run's model makes of pictures: the most probable classes of each. Pictures are prepared exactly as the run "
          "evaluates them. Folders are searched with all below them. What cannot be read is reported and left out; the exit code is 3 "
          "then. An experiment with model.initial_weights is used as it is, without training.",
          {
              {"top_k", FlagType::kInt, "N",
               "How many classes of each picture are shown. If not given, the pictures are only counted by class where there are more "
               "than 20.",
               "5", ""},
              {"csv", FlagType::kString, "FILE", "Writes a row for each picture: path, prediction, prediction_name, confidence, prob_0 ….",
               "", ""},
              {"split", FlagType::kString, "SPLIT", "Instead of pictures: train, validation, test or unlabelled of the model's own data.",
               "", ""},
              {"list", FlagType::kString, "FILE", "A text file of paths, one a line, relative to its own folder.", "", ""},
              {"tta", FlagType::kBool, "",
               "Test-time augmentation: merges several random views of each picture by the mean of their probabilities, as "
               "evaluation.test_time_augmentation says, else 5 by train_transforms. Not given: as the experiment has it.",
               "", ""},
              {"calibrated", FlagType::kBool, "",
               "Divides the logits by the temperature that the run fitted to its validation split, so that confidences say how often "
               "predictions are right. Classes stay the same.",
               "", ""},
              {"submission", FlagType::kString, "FILE",
               "Writes the file that a competition asks for: a row for each picture, or none at all.", "", ""},
              {"sample_submission", FlagType::kString, "FILE",
               "Gives the submission's columns, ids and order of rows. They are checked, and what the columns hold is inferred.", "", ""},
              {"submission_columns", FlagType::kString, "COLUMNS",
               "What they hold: {name}, {stem}, {path}, {position}, {position+1} or {pattern} of the picture; {class}, {number}, "
               "{confidence}, {prob:CLASS} or {prob_NUMBER}. {position:04} fills up with zeros.",
               "", ""},
              {"submission_pattern", FlagType::kString, "REGEX", "Its group, found in the file's name, is {pattern}.", "", ""},
              CheckpointFlag(),
              ModelSetFlag(),
          },
          "  mica predict runs/food11_cnn_adam/20260131-120000 lunch.jpg\n"
          "  mica predict runs/food11_cnn_adam/20260131-120000 holidays/ --csv=holidays.csv\n"
          "  mica predict runs/food11_cnn_adam/20260131-120000 food-11/testing \\\n"
          "      --submission=submission.csv --submission_columns='Id={position:04},Category={number}'\n"
          "  mica predict runs/cats_dogs/20260131-120000 test/ \\\n"
          "      --submission=submission.csv --sample_submission=sample_submission.csv",
      },
      RunPredict};
}

}  // namespace mica
