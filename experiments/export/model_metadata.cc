#include "experiments/export/model_metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "base/config/textproto.h"
#include "base/version.h"

namespace mica {
namespace {

constexpr char kClassNames[] = "mica.class_names";

// The file may be anybody's, and names go to terminals and tables.
bool IsClassName(const std::string& name) {
  return !name.empty() && std::none_of(name.begin(), name.end(), [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

std::string ModelText(const ModelConfig& model) {
  ModelConfig own = model;
  own.clear_initial_weights();  // they are in the file
  return PrintTextproto(own);
}

std::string PreprocessingText(const Experiment& experiment) {
  Experiment part;
  *part.mutable_decode() = experiment.decode();
  *part.mutable_eval_transforms() = experiment.eval_transforms();
  return PrintTextproto(part);
}

}  // namespace

std::map<std::string, std::string> ModelMetadata(const Experiment& experiment, const std::vector<std::string>& class_names,
                                                 const ImageShape& images) {
  // Names from folders may be no UTF-8, which JSON must be.
  const std::string names = nlohmann::json(class_names)
                                .dump(/*indent=*/-1, /*indent_char=*/' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
  return {{"mica.version", kVersion},
          {kClassNames, names},
          {"mica.input", images.ToString()},
          {"mica.preprocessing", PreprocessingText(experiment)},
          {"mica.model", ModelText(experiment.model())}};
}

std::vector<std::string> ClassNamesIn(const std::map<std::string, std::string>& metadata) {
  const auto text = metadata.find(kClassNames);
  if (text == metadata.end()) return {};
  const nlohmann::json names = nlohmann::json::parse(text->second, /*callback=*/nullptr, /*allow_exceptions=*/false);
  if (!names.is_array()) return {};
  std::vector<std::string> class_names;
  std::set<std::string> seen;
  for (const nlohmann::json& name : names) {
    if (!name.is_string() || !IsClassName(name.get<std::string>()) || !seen.insert(name.get<std::string>()).second) return {};
    class_names.push_back(name.get<std::string>());
  }
  return class_names;
}

}  // namespace mica
