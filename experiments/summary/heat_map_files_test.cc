#include "experiments/summary/heat_map_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files/file.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;

// Three pictures, two with the same name.
class Example {
 public:
  Example() : pictures_(3) {
    maps_.layer = "block_2";
    maps_.kind = "block";
    maps_.why = "as named";
    for (const char* const path : {"/d/a/1.jpg", "/d/b/1.jpg", "/d/grad_cam.png"}) {
      index_.files.push_back({path});
      ImageRecord& record = index_.records.emplace_back();
      record.id = static_cast<int64_t>(index_.records.size()) - 1;
      record.file = static_cast<int32_t>(record.id);
      maps_.maps.push_back({record.id, /*prediction=*/1, /*probability=*/0.9876, /*height=*/2, /*width=*/3, {0, 0, 0.5f, 0, 1, 0}});
    }
    maps_.maps[2].values.assign(6, 0);
    for (Picture& picture : pictures_) {
      picture.Reshape(28, 28, 1);
      std::memset(picture.Row(0), 128, picture.pixels.size());
    }
  }

  void Label(int map, int label) { index_.records[map].label = label; }

  ExplainedPictures Get() const { return {"runs/x/a", index_, names_, maps_, pictures_}; }

 private:
  DatasetIndex index_;
  const std::vector<std::string> names_ = {"cat", "dog"};
  HeatMaps maps_;
  std::vector<Picture> pictures_;
};

std::vector<std::string> NamesOf(const HeatMapPictures& made) {
  std::vector<std::string> names;
  for (const ReportFile& file : made.files) names.push_back(file.name);
  return names;
}

TEST(HeatMapFilesTest, EveryMapHasANameOfItsOwn) {
  const Example example;
  const HeatMapPictures made = HeatMapFiles(example.Get());
  EXPECT_THAT(NamesOf(made),
              ElementsAre("grad_cam.csv", "grad_cam.png", "1.png", "1.npy", "1_2.png", "1_2.npy", "grad_cam_2.png", "grad_cam_2.npy"));
  EXPECT_EQ(made.files[0].bytes.substr(0, made.files[0].bytes.find("\n1_2")),
            "file,overlay,path,layer,height,width,prediction,prediction_name,probability\n"
            "1.npy,1.png,/d/a/1.jpg,block_2,2,3,1,dog,0.9876");
  EXPECT_THAT(made.files[3].bytes, HasSubstr("'shape': (2, 3), }"));
}

TEST(HeatMapFilesTest, TheTextSaysWhereItIsWarmest) {
  const Example example;
  const std::string text = HeatMapText(example.Get());
  EXPECT_THAT(text, HasSubstr("runs/x/a\nGrad-CAM at layer block_2 (block), as named\n"));
  EXPECT_THAT(text, ContainsRegex("1\\.jpg +dog +0\\.9876 +row 2, column 2 of 2 x 3"));
  EXPECT_THAT(text, ContainsRegex("grad_cam\\.png +dog +0\\.9876 +nothing speaks for it"));
}

TEST(HeatMapFilesTest, LabelledPicturesHaveTheirTruthBesideThem) {
  Example example;
  EXPECT_THAT(HeatMapText(example.Get()), testing::Not(HasSubstr("truth")));
  const std::string unlabelled = HeatMapFiles(example.Get()).files[1].bytes;
  example.Label(0, 0);
  EXPECT_THAT(HeatMapText(example.Get()), ContainsRegex("1\\.jpg +dog +0\\.9876 +row 2, column 2 of 2 x 3 +cat\n"));
  EXPECT_NE(HeatMapFiles(example.Get()).files[1].bytes, unlabelled);
}

TEST(HeatMapFilesTest, EarlierMapsAreReplacedAndNothingElse) {
  const Example example;
  const std::string folder = MakeTestFolder("heat") + "/out";
  const HeatMapPictures made = HeatMapFiles(example.Get());
  ASSERT_THAT(WriteHeatMaps(folder, made.files), IsOk());
  ASSERT_THAT(WriteHeatMaps(folder, absl::MakeConstSpan(made.files).first(2)), IsOk());
  EXPECT_THAT(ReadFile(folder + "/1.npy"), Fails(ExitCode::kData, HasSubstr("No such file")));
  WriteTestFile(folder + "/mine.txt", "x");
  EXPECT_THAT(WriteHeatMaps(folder, made.files), Fails(ExitCode::kOutput, HasSubstr("holds mine.txt")));
}

TEST(HeatMapFilesTest, PicturesThatHaveTheirOverlaysNamesAreKept) {
  const Example example;
  const std::string folder = MakeTestFolder("photos");
  WriteTestFile(folder + "/1.png", "mine");
  EXPECT_THAT(WriteHeatMaps(folder, HeatMapFiles(example.Get()).files), Fails(ExitCode::kOutput, HasSubstr("holds 1.png")));
  EXPECT_EQ(ReadFile(folder + "/1.png").value(), "mine");
}

}  // namespace
}  // namespace mica
