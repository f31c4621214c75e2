#include <sys/stat.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/available_memory.h"
#include "base/config/required_oneof.h"
#include "base/error.h"
#include "base/files/file.h"
#include "base/files/path.h"
#include "base/printable.h"
#include "base/status_macros.h"
#include "cli/output_paths.h"
#include "cli/shell_words.h"
#include "cli/standard_output.h"
#include "cli/verbs.h"
#include "experiments/proposal/data_facts.h"
#include "experiments/proposal/data_readings.h"
#include "experiments/proposal/experiment_text.h"
#include "experiments/proposal/recipe.h"
#include "models/zoo/pretrained_network.h"
#include "training/checkpoint/stored_arrays.h"

namespace mica {
namespace {

constexpr size_t kMaxNameBytes = 80;

struct NewPaths {
  std::string data;  // absolute, as all of them
  std::string output;
  std::string weights;  // "" if there are none
};

// The data's own name, as far as it can name a file and a run folder.
std::string NameOf(const std::string& data) {
  std::string name = BaseName(data);
  struct stat stats;
  const bool is_file = stat(data.c_str(), &stats) == 0 && S_ISREG(stats.st_mode);
  if (const size_t dot = name.find('.'); is_file && dot != std::string::npos && dot > 0) name.resize(dot);
  std::string plain;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain.size() < kMaxNameBytes) plain += is_plain ? c : '_';
  }
  plain.erase(0, plain.find_first_not_of('.'));
  return plain.empty() ? "pictures" : plain;
}

absl::Status RequireNewFile(const std::string& output) {
  struct stat stats;
  if (lstat(output.c_str(), &stats) != 0) return absl::OkStatus();
  return OutputError(absl::StrCat(Printable(ShownPath(output)),
                                  " exists and is not overwritten; remove it, or name another file with --output=",
                                  ShellWord(ShownPath(absl::StrCat(absl::StripSuffix(output, ".textproto"), "_2.textproto")))));
}

// What is written among the data may be taken for data.
absl::Status RequireOutside(const NewPaths& paths) {
  struct stat stats;
  const bool is_folder = stat(paths.data.c_str(), &stats) == 0 && S_ISDIR(stats.st_mode);
  if (!is_folder || !absl::StartsWith(paths.output, paths.data == "/" ? "/" : paths.data + "/")) return absl::OkStatus();
  const std::string beside = absl::StrCat(FolderName(paths.data), "/", BaseName(paths.output));
  return FlagError(absl::StrCat("--output: ", Printable(ShownPath(paths.output)), " lies inside the data, ", Printable(paths.data),
                                "; name a file elsewhere, such as --output=", ShellWord(beside)));
}

absl::StatusOr<NewPaths> PathsOf(const VerbArguments& arguments) {
  const std::string& word = arguments.words()[0];
  if (word.empty()) return FlagError("FOLDER is empty; name the folder with the pictures");
  NewPaths paths;
  MICA_ASSIGN_OR_RETURN(paths.data, ResolveWord(word, word));
  MICA_ASSIGN_OR_RETURN(paths.weights, FilePathOfFlag(arguments, "weights"));
  MICA_ASSIGN_OR_RETURN(paths.output, FilePathOfFlag(arguments, "output"));
  if (paths.output.empty()) paths.output = absl::StrCat(UserFolder(), "/", NameOf(paths.data), ".textproto");
  MICA_RETURN_IF_ERROR(RequireOutside(paths));
  MICA_RETURN_IF_ERROR(RequireWritable("--output", paths.output));
  MICA_RETURN_IF_ERROR(RequireNewFile(paths.output));
  return paths;
}

absl::StatusOr<std::optional<PretrainedNetwork>> ReadPretrained(const std::string& weights) {
  if (weights.empty()) return std::nullopt;
  MICA_ASSIGN_OR_RETURN(const StoredArrays stored, ReadWeightsFile(weights));
  absl::StatusOr<PretrainedNetwork> network = RecogniseNetwork(stored.arrays, weights);
  if (network.ok()) return *std::move(network);
  return WithMessage(network.status(), absl::StrCat(network.status().message(), "; leave out --weights, or name another file"));
}

// "JPEG 40, PNG 2; 90 to 640 pixels wide, 80 to 480 high".
std::string Pictures(const DataFacts& facts) {
  const std::string kinds =
      facts.is_packed ? "packed pixels" : absl::StrCat(facts.formats, facts.looked_at_all ? "" : " of those that were looked at");
  if (facts.has_one_size)
    return absl::StrCat(kinds, "; all of ", facts.median_size.width_px, " x ", facts.median_size.height_px, " pixels");
  return absl::StrCat(kinds, "; ", facts.smallest.width_px, " to ", facts.largest.width_px, " pixels wide, ", facts.smallest.height_px,
                      " to ", facts.largest.height_px, " high");
}

std::string Introduction(const std::string& data, const DataFacts& facts) {
  return absl::StrCat("Made by mica new for ", Printable(data), ": ", facts.in_words, ". Pictures: ", Pictures(facts),
                      ". Every value may be changed; above each stands why it is so.");
}

std::string Samples(const DataFacts& facts) {
  return absl::StrCat(facts.train, " to train on, ", facts.validation, " to validate on", facts.validation_is_drawn ? " (drawn)" : "", ", ",
                      facts.test, " to test on");
}

std::string Found(const ExaminedData& data, const Proposal& proposal) {
  const DataFacts& facts = data.facts;
  const NetworkChoice& network = proposal.network;
  const std::string pretrained = network.model.has_initial_weights() ? ", pretrained" : "";
  return absl::StrCat("data      ", facts.in_words, "\nclasses   ", facts.class_names.size(), "\nsamples   ", Samples(facts),
                      "\npictures  ", Pictures(facts), "\nnetwork   ", ChosenArm(network.model, "kind"), pretrained, ", images of ",
                      network.image.width_px, " x ", network.image.height_px, "\ntraining  ", network.epochs, " epochs, batches of ",
                      proposal.batch_size, ", ", DurationInWords(network.seconds), " on two CPU cores\n");
}

// Other readings, what is left out, and the next commands.
std::string AfterThat(const FoundReadings& readings, const ExaminedData& data, const std::string& output) {
  std::string text;
  for (const std::string& other : data.other_readings) absl::StrAppend(&text, "It could also be: ", other, "\n");
  for (const std::string& note : readings.notes) absl::StrAppend(&text, "Note: ", note, "\n");
  const std::string file = ShellWord(ShownPath(output));
  return absl::StrCat(text, "\nWrote ", Printable(ShownPath(output)), ", with the reasons as comments. Next:\n  ", HowToCallMica(),
                      " train ", file, "\nor look first at what training begins with:\n  ", HowToCallMica(), " preview ", file, "\n");
}

std::vector<std::string> WarningsOf(const ExaminedData& data, const Proposal& proposal) {
  std::vector<std::string> warnings = data.index.warnings;
  if (data.facts.broken > 0) {
    warnings.push_back(absl::StrCat("left out ", data.facts.broken, " of ", data.facts.looked_at,
                                    " pictures, which cannot be used: ", data.facts.broken_example));
  }
  warnings.insert(warnings.end(), proposal.warnings.begin(), proposal.warnings.end());
  return warnings;
}

absl::StatusOr<ExitCode> RunNew(const VerbArguments& arguments) {
  MICA_ASSIGN_OR_RETURN(const NewPaths paths, PathsOf(arguments));
  MICA_ASSIGN_OR_RETURN(const FoundReadings readings, FindReadings(paths.data));
  MICA_ASSIGN_OR_RETURN(const std::optional<PretrainedNetwork> pretrained, ReadPretrained(paths.weights));
  MICA_ASSIGN_OR_RETURN(const ExaminedData data, ExamineData(readings.readings));
  ProposalSettings settings;
  settings.name = absl::StrCat(NameOf(paths.data), pretrained.has_value() ? absl::StrCat("_", pretrained->name) : "");
  settings.machine_bytes = TotalMemoryBytes();
  settings.measure = [&](const DecodeConfig& decode, const auto& transforms) { return MeasureChannels(data.index, decode, transforms); };
  const Proposal proposal = Propose(data.facts, pretrained.has_value() ? &*pretrained : nullptr, settings);
  const std::string folder = FolderName(paths.output);
  const std::string text = ExperimentText(proposal, Introduction(ShownPath(paths.data), data.facts), folder);
  MICA_RETURN_IF_ERROR(CheckExperimentText(text, proposal, folder));
  MICA_RETURN_IF_ERROR(RequireNewFile(paths.output));
  MICA_RETURN_IF_ERROR(WriteFileAtomically(paths.output, text));
  PrintWarnings(WarningsOf(data, proposal));
  MICA_RETURN_IF_ERROR(PrintToStdout(absl::StrCat(Found(data, proposal), AfterThat(readings, data, paths.output)), "what was found"));
  return ExitCode::kDone;
}

}  // namespace

Verb NewVerb() {
  return {
      {
          "new",
          "FOLDER",
          /*min_words=*/1,
          /*max_words=*/1,
          "Looks at a folder of pictures (folders for classes, splits, a table, names with labels, IDX, CIFAR, tar shards) and writes an "
          "experiment that trains well as it stands, with the reason for every value. Trains nothing.",
          {
              {"weights", FlagType::kString, "FILE",
               "Begin with the weights of a pretrained network; their names and shapes tell which it is.", "", ""},
              {"output", FlagType::kString, "FILE",
               "The experiment to write; an existing file is never overwritten. Not given: the folder's name and \".textproto\", here.", "",
               ""},
          },
          "  mica new ~/flowers\n"
          "  mica train flowers.textproto\n"
          "  mica new ~/flowers --weights=resnet18.safetensors --output=fine_tuned.textproto",
      },
      RunNew};
}

}  // namespace mica
