#include "experiments/config/experiment_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/config/config_problems.h"
#include "base/files/file.h"
#include "base/files/path.h"

namespace mica {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

constexpr int64_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxDepth = 16;
// A few files that include each other's neighbours twice could cause 2^16 reads.
constexpr int kMaxFiles = 256;

bool IsPathField(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  return field.name() == "include" || field.name() == "files" || absl::EndsWith(field.name(), "folder") ||
         absl::EndsWith(field.name(), "_file");
}

// "C:\new\test" as somebody pastes it: protobuf text makes a line feed and a tab of it.
std::string BackslashProblem(absl::string_view written, const std::string& resolved) {
  const auto control = std::find_if(written.begin(), written.end(), absl::ascii_iscntrl);
  std::error_code error;
  if (control == written.end() || std::filesystem::exists(resolved, error)) return "";
  return absl::StrCat("there is no \"", absl::Utf8SafeCEscape(written), "\", and it holds \"",
                      absl::CEscape(absl::string_view(&*control, 1)),
                      "\", a control character: \"\\\" begins an escape in protobuf text; write \"/\" in paths, or \"\\\\\"");
}

// How messages call an included file: relative to the user's folder, like the including file's
// name.
std::string IncludedSource(absl::string_view written, const std::string& resolved, absl::string_view including_source) {
  if (absl::StartsWith(written, "/") || absl::StartsWith(written, "~") || absl::StrContains(written, "${")) return resolved;
  const std::string folder = including_source == "--set" ? "." : FolderName(including_source);
  return (std::filesystem::path(folder) / std::string(written)).lexically_normal().string();
}

// What to name instead of a folder, or of a file that is too large to be an experiment.
std::string WhatToName(const std::string& path) {
  const std::string inside = absl::StrCat(path, "/experiment.textproto");
  std::error_code error;
  if (std::filesystem::is_regular_file(inside, error)) return absl::StrCat("; name the one in it: ", inside);
  if (std::filesystem::is_directory(path, error)) return "; if it holds pictures, mica new writes an experiment for them";
  const uintmax_t bytes = std::filesystem::file_size(path, error);
  return !error && bytes > kMaxFileBytes ? "; expected an experiment, a text of some lines" : "";
}

class Reader {
 public:
  explicit Reader(ExperimentDraft* draft) : draft_(*draft) {}

  void ReadFileLayer(const std::string& path, const std::string& source, const std::string& blamed) {
    const absl::StatusOr<std::string> text = ReadFile(path, kMaxFileBytes);
    if (!text.ok()) return Stop(absl::StrCat(blamed, text.status().message(), blamed.empty() ? WhatToName(path) : ""));
    open_.push_back({path, source});
    ReadLayer(*text, source, FolderName(path));
    open_.pop_back();
  }

  // Included layers lie below this one, so they are merged first.
  void ReadLayer(absl::string_view text, const std::string& source, const std::string& folder) {
    Experiment layer;
    FieldLocations locations;
    ParseTextproto(text, source, &layer, &locations, &draft_.errors);
    const std::vector<std::string> written(layer.include().begin(), layer.include().end());
    ResolvePaths(folder, "", locations, &layer);
    for (int i = 0; i < layer.include_size(); ++i) {
      if (written[i].empty()) Stop(absl::StrCat(Place(locations, absl::StrCat("include[", i, "]")), "include[", i, "] is empty"));
      // An empty path or an unset variable, already reported.
      if (!absl::StartsWith(layer.include(i), "/")) continue;
      const std::string included = IncludedSource(written[i], layer.include(i), source);
      Include(layer.include(i), included, Place(locations, absl::StrCat("include[", i, "]")));
    }
    MergeLayer(layer, locations, &draft_.experiment, &draft_.locations);
  }

 private:
  struct OpenFile {
    std::string path;
    std::string source;
  };

  void Stop(std::string message) {
    draft_.errors.messages.push_back(std::move(message));
    draft_.errors.stopped = true;
  }

  static std::string Place(const FieldLocations& locations, const std::string& field_path) {
    const SourcePosition* position = locations.Find(field_path);
    return position == nullptr ? "" : absl::StrCat(position->ToString(), ": ");
  }

  void Include(const std::string& path, const std::string& source, const std::string& place) {
    const auto opened = std::find_if(open_.begin(), open_.end(), [&](const OpenFile& file) { return file.path == path; });
    if (opened != open_.end()) {
      std::string chain;
      for (auto file = opened; file != open_.end(); ++file) absl::StrAppend(&chain, file->source, " -> ");
      return Stop(absl::StrCat(place, "files include each other in a circle: ", chain, opened->source));
    }
    if (open_.size() > kMaxDepth) return Stop(absl::StrCat(place, "includes are nested deeper than ", kMaxDepth));
    if (++files_ == kMaxFiles + 1) Stop(absl::StrCat(place, "more than ", kMaxFiles, " files are included"));
    if (files_ <= kMaxFiles) ReadFileLayer(path, source, absl::StrCat(place, "include "));
  }

  // Makes fields that name files or folders absolute. Only the layer knows which file it is in.
  void ResolvePaths(const std::string& folder, const std::string& prefix, const FieldLocations& locations, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      const int elements = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
      for (int i = 0; i < elements; ++i) {
        const std::string path = absl::StrCat(JoinPath(prefix, field->name()), field->is_repeated() ? absl::StrCat("[", i, "]") : "");
        if (field->message_type() != nullptr) {
          ResolvePaths(
              folder, path, locations,
              field->is_repeated() ? reflection.MutableRepeatedMessage(message, field, i) : reflection.MutableMessage(message, field));
        } else if (IsPathField(*field)) {
          ResolveField(folder, *field, i, path, locations, message);
        }
      }
    }
  }

  // An empty path means "none" and stays empty. The system would stop reading at a zero byte and
  // open another file.
  void ResolveField(const std::string& folder, const FieldDescriptor& field, int element, const std::string& path,
                    const FieldLocations& locations, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    const std::string written =
        field.is_repeated() ? reflection.GetRepeatedString(*message, &field, element) : reflection.GetString(*message, &field);
    if (written.empty()) return;
    if (absl::StrContains(written, absl::string_view("\0", 1))) {
      return Stop(absl::StrCat(Place(locations, path), path, ": no path holds a zero byte"));
    }
    const absl::StatusOr<std::string> resolved = ResolvePath(written, folder);
    if (!resolved.ok()) return Stop(absl::StrCat(Place(locations, path), path, ": ", resolved.status().message()));
    if (const std::string problem = BackslashProblem(written, *resolved); !problem.empty()) {
      return Stop(absl::StrCat(Place(locations, path), path, ": ", problem));
    }
    if (field.is_repeated()) {
      reflection.SetRepeatedString(message, &field, element, *resolved);
    } else {
      reflection.SetString(message, &field, *resolved);
    }
  }

  ExperimentDraft& draft_;
  std::vector<OpenFile> open_;  // from the experiment to the file being read
  int files_ = 0;
};

}  // namespace

ExperimentDraft ReadExperiment(const std::string& path, absl::string_view source, absl::string_view set_fragment,
                               absl::string_view user_folder) {
  ExperimentDraft draft;
  draft.source = std::string(source);
  Reader reader(&draft);
  // Includes are written in this normal form too.
  reader.ReadFileLayer(std::filesystem::path(path).lexically_normal().string(), draft.source, "");
  if (!set_fragment.empty()) reader.ReadLayer(set_fragment, "--set", std::string(user_folder));
  draft.experiment.clear_include();
  draft.locations.Erase("include");
  FillDefaults(&draft.experiment);
  return draft;
}

}  // namespace mica
