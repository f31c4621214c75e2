#include "models/zoo/parity_cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/config/parse_text_or_die.h"
#include "base/config/required_oneof.h"

namespace mica {

std::vector<ParityCase> ParityCases() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("models/zoo/testdata/parity")) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<ParityCase> cases;
  for (const std::string& path : paths) {
    std::ifstream file(path);
    cases.push_back(ParseTextOrDie<ParityCase>(std::string(std::istreambuf_iterator<char>(file), {})));
  }
  return cases;
}

std::string ArmOf(const ParityCase& parity) {
  return ChosenArm(parity.model(), "kind");
}

std::string NameOf(const ParityCase& parity) {
  return parity.has_variant() ? ArmOf(parity) + "_" + parity.variant() : ArmOf(parity);
}

}  // namespace mica
