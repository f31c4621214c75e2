// The scripts of all kinds, compared with files. After a change that is meant to alter them:
//   MICA_UPDATE_GOLDENS=1 ./bazelw run //viz/plot:plot_scripts_test
// writes the files anew, and their diff is reviewed.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "viz/plot/sample_plots.h"

namespace mica {
namespace {

constexpr const char* kFolder = "viz/plot/testdata/";

class PlotScriptsTest : public testing::TestWithParam<NamedPlot> {};

TEST_P(PlotScriptsTest, EqualInputGivesEqualScripts) {
  const PlotScript& script = GetParam().script;
  const std::string text =
      absl::StrCat("# ", script.width_px, " x ", script.height_px, " px: ", script.title, "\n", script.data, script.commands);
  const std::string path = absl::StrCat(kFolder, GetParam().name, ".gp");
  if (const char* const workspace = getenv("BUILD_WORKSPACE_DIRECTORY"); workspace != nullptr && getenv("MICA_UPDATE_GOLDENS") != nullptr) {
    ASSERT_THAT(WriteFileAtomically(absl::StrCat(workspace, "/", path), text), IsOk());
    return;
  }
  EXPECT_THAT(ReadFile(path), IsOkAndHolds(text));
}

INSTANTIATE_TEST_SUITE_P(Kinds, PlotScriptsTest, testing::ValuesIn(SamplePlots()), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mica
