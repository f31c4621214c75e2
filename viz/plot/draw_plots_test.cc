#include "viz/plot/draw_plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files/fake_file_calls.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"
#include "viz/plot/plot_text.h"
#include "viz/plot/sample_plots.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct DecodedPng {
  int width = 0, height = 0;
  std::vector<uint8_t> pixels;  // grey
};

// By libpng itself. Without pixels if it finds an error.
DecodedPng Decode(const std::string& bytes) {
  DecodedPng decoded;
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) return decoded;
  image.format = PNG_FORMAT_GRAY;
  decoded.pixels.resize(PNG_IMAGE_SIZE(image));
  const png_color white = {255, 255, 255};
  if (png_image_finish_read(&image, &white, decoded.pixels.data(), 0, nullptr) == 0) return {};
  decoded.width = static_cast<int>(image.width);
  decoded.height = static_cast<int>(image.height);
  return decoded;
}

double ShareOfInk(const DecodedPng& png) {
  const auto dark = std::count_if(png.pixels.begin(), png.pixels.end(), [](uint8_t grey) { return grey < 128; });
  return static_cast<double>(dark) / static_cast<double>(png.pixels.size());
}

// Whether tags are nested properly and text holds no raw < or &. Enough XML for what gnuplot
// writes.
bool IsWellFormed(absl::string_view xml) {
  std::vector<std::string> open;
  while (!xml.empty()) {
    const absl::string_view text = xml.substr(0, xml.find('<'));
    for (size_t i = text.find('&'); i != absl::string_view::npos; i = text.find('&', i + 1)) {
      const absl::string_view rest = text.substr(i);
      if (!absl::StartsWith(rest, "&amp;") && !absl::StartsWith(rest, "&lt;") && !absl::StartsWith(rest, "&gt;")) return false;
    }
    xml.remove_prefix(text.size());
    if (xml.empty()) break;
    const size_t end = xml.find('>');
    if (end == absl::string_view::npos) return false;
    const absl::string_view tag = xml.substr(1, end - 1);
    xml.remove_prefix(end + 1);
    if (tag.empty() || tag.find('<') != absl::string_view::npos) return false;
    if (tag[0] == '?' || tag.back() == '/') continue;
    const std::string name(tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" \n\t") - (tag[0] == '/' ? 1 : 0)));
    if (tag[0] != '/') {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

// As it stands in an SVG's <text>; gnuplot escapes no >.
std::string SvgText(const std::string& text) {
  return absl::StrReplaceAll(text, {{"&", "&amp;"}, {"<", "&lt;"}});
}

std::vector<PlotScript> Scripts(const std::vector<NamedPlot>& plots) {
  std::vector<PlotScript> scripts;
  for (const NamedPlot& plot : plots) scripts.push_back(plot.script);
  return scripts;
}

class DrawPlotsTest : public testing::Test {
 protected:
  // Temporary files go there, so that a test sees what stays.
  void SetUp() override { setenv("TMPDIR", temporary_.c_str(), 1); }

  // A program in gnuplot's place.
  GnuplotSettings Instead(const std::string& commands) const {
    GnuplotSettings settings;
    settings.program = programs_ + "/gnuplot";
    WriteTestFile(settings.program, "#!/bin/sh\n" + commands + "\n");
    chmod(settings.program.c_str(), 0755);
    return settings;
  }

  const std::string folder_ = MakeTestFolder("drawn");
  const std::string programs_ = MakeTestFolder("programs");
  const std::string temporary_ = MakeTestFolder("temporary");
};

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST_F(DrawPlotsTest, EveryKindBecomesAPngAndAnSvg) {
  const std::vector<NamedPlot> plots = SamplePlots();
  ASSERT_THAT(WritePlots(folder_, plots), IsOk());
  EXPECT_THAT(NamesIn(folder_), SizeIs(2 * plots.size()));
  EXPECT_THAT(NamesIn(temporary_), IsEmpty());
  for (const NamedPlot& plot : plots) {
    const DecodedPng png = Decode(*ReadFile(absl::StrCat(folder_, "/", plot.name, ".png")));
    EXPECT_EQ(png.width, 2 * plot.script.width_px) << plot.name;
    EXPECT_EQ(png.height, 2 * plot.script.height_px) << plot.name;
    EXPECT_GT(ShareOfInk(png), 0.003) << plot.name;
    const std::string svg = *ReadFile(absl::StrCat(folder_, "/", plot.name, ".svg"));
    EXPECT_TRUE(IsWellFormed(svg)) << plot.name;
    EXPECT_THAT(svg,
                AllOf(HasSubstr(absl::StrCat("<title>", plot.script.title, "</title>")),
                      HasSubstr(absl::StrCat("<text>", plot.script.title, "</text>")), HasSubstr("sans-serif\" font-weight=\"bold\"")));
  }
  EXPECT_THAT(*ReadFile(folder_ + "/line.svg"), AllOf(HasSubstr("<text>early stop</text>"), HasSubstr("<text>loss (nats)</text>")));
  EXPECT_THAT(*ReadFile(folder_ + "/matrix.svg"), AllOf(HasSubstr("<text>90.0</text>"), HasSubstr("image-rendering:pixelated")));
}

TEST_F(DrawPlotsTest, HostileNamesAreDrawnAsTheyAreAndNothingElse) {
  // Whatever a shell got to see would make this file.
  setenv("PROOF", (folder_ + "/proof").c_str(), 1);
  std::vector<NamedPlot> plots = PlotsNamed("\"; system('touch $PROOF'); \"");
  for (const NamedPlot& plot : PlotsNamed("`touch $PROOF`\n<b> \\")) plots.push_back(plot);
  for (const std::string& name : {
           std::string("'\nsystem(\"touch $PROOF\")\n'"),
           std::string("$(touch $PROOF) @x"),
           std::string("\\042.system(\"touch $PROOF\").\\042"),
           std::string("EOD\n!touch $PROOF\n"),
           std::string("{/Bold=30 b} x_{1}^{2} %s %d %n"),
           std::string("<script>alert(1)</script> <b> &amp; ]]> --> </text>"),
           std::string("漢字 שלום العربية 🦉 \xff\xfe"),
           std::string("nul\0nul", 7),
           std::string("#"),
       }) {
    plots.push_back(PlotsNamed(name)[0]);
  }
  const auto drawn = DrawPlots(Scripts(plots));
  ASSERT_THAT(drawn, IsOk());
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
  for (size_t i = 0; i < plots.size(); ++i) {
    const PlotScript& script = plots[i].script;
    const std::string& svg = (*drawn)[i].svg;
    const std::string title = CutText(script.title, script.width_px - 2 * kPageMargin, 13, /*is_bold=*/true);
    EXPECT_TRUE(IsWellFormed(svg)) << script.title;
    EXPECT_TRUE(absl::StrContains(svg, absl::StrCat("<text>", SvgText(title), "</text>"))) << title;
    EXPECT_FALSE(absl::StrContains(svg, "<script")) << script.title;
    EXPECT_GT(Decode((*drawn)[i].png).height, 0) << script.title;
  }
}

TEST_F(DrawPlotsTest, PlotsWithoutMuchAreDrawnToo) {
  const std::vector<NamedPlot> plots = PoorPlots();
  const auto drawn = DrawPlots(Scripts(plots));
  ASSERT_THAT(drawn, IsOk());
  for (size_t i = 0; i < plots.size(); ++i) {
    EXPECT_GT(ShareOfInk(Decode((*drawn)[i].png)), 0) << plots[i].name;
    EXPECT_TRUE(IsWellFormed((*drawn)[i].svg)) << plots[i].name;
  }
}

TEST_F(DrawPlotsTest, AMatrixOf100ClassesIsASmallFile) {
  const auto drawn = DrawPlots({MatrixPlotScript(SampleMatrix(100, MatrixCells::kRowPercents))});
  ASSERT_THAT(drawn, IsOk());
  EXPECT_LT((*drawn)[0].png.size(), 300'000u);
  EXPECT_LT((*drawn)[0].svg.size(), 300'000u);
}

TEST_F(DrawPlotsTest, ACharacterThatNoFontHasCoversNothing) {
  LinePlot plot;
  plot.panels.emplace_back();
  plot.heading.title = "\U000F1234 private";
  const auto drawn = DrawPlots({LinePlotScript(plot)});
  ASSERT_THAT(drawn, IsOk());
  EXPECT_LT(ShareOfInk(Decode((*drawn)[0].png)), 0.02);
  EXPECT_THAT((*drawn)[0].svg, HasSubstr("<text>\U000F1234 private</text>"));
}

TEST_F(DrawPlotsTest, NothingIsDrawnOfNothing) {
  EXPECT_THAT(DrawPlots({}, {"/nope/gnuplot"}), IsOkAndHolds(IsEmpty()));
}

TEST_F(DrawPlotsTest, TheUsersGnuplotSettingsDoNotCount) {
  const std::string home = MakeTestFolder("home");
  WriteTestFile(home + "/.gnuplot", "exit error 'start-up file'\n");
  setenv("HOME", home.c_str(), 1);
  setenv("GNUTERM", "dumb", 1);
  setenv("GNUPLOT_LIB", "/nope", 1);
  EXPECT_THAT(DrawPlots(Scripts(SamplePlots())), IsOk());
}

TEST_F(DrawPlotsTest, AMissingGnuplotIsAnErrorThatSaysWhatToInstall) {
  EXPECT_THAT(WritePlots(folder_, SamplePlots(), {"/nope/gnuplot"}),
              Fails(ExitCode::kInstallation, AllOf(HasSubstr("/nope/gnuplot cannot be started: No such file or directory"),
                                                   HasSubstr("Debian package gnuplot-nox"))));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
  EXPECT_THAT(NamesIn(temporary_), IsEmpty());
}

TEST_F(DrawPlotsTest, WhatAFailingGnuplotSaysIsInTheError) {
  const GnuplotSettings settings = Instead("echo 'unknown terminal pngcairo' >&2; exit 2");
  EXPECT_THAT(WritePlots(folder_, SamplePlots(), settings),
              Fails(ExitCode::kInstallation, HasSubstr("gnuplot ended with exit code 2: unknown terminal pngcairo;")));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
}

TEST_F(DrawPlotsTest, ASlowGnuplotIsEnded) {
  GnuplotSettings settings = Instead("sleep 60");
  settings.time_limit_seconds = 0.2;
  EXPECT_THAT(DrawPlots(Scripts(SamplePlots()), settings), Fails(ExitCode::kInstallation, HasSubstr("took longer than 0.2 s")));
  EXPECT_THAT(NamesIn(temporary_), IsEmpty());
}

TEST_F(DrawPlotsTest, HalfAPictureIsNone) {
  // What a full disk leaves: gnuplot itself exits with 0.
  const GnuplotSettings settings = Instead("gnuplot \"$@\" && head -c 1000 0.png >half && mv half 0.png");
  EXPECT_THAT(WritePlots(folder_, SamplePlots(), settings), Fails(ExitCode::kOutput, HasSubstr("/0.png: gnuplot could not write")));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
}

TEST_F(DrawPlotsTest, AFullDiskLeavesWholeFilesOnly) {
  FakeFileCalls calls;
  calls.FailWritesAfter(1000, ENOSPC);
  EXPECT_THAT(WritePlots(folder_, SamplePlots(), {}, calls), Fails(ExitCode::kOutput, HasSubstr("line.png")));
  EXPECT_THAT(NamesIn(folder_), IsEmpty());
}

TEST_F(DrawPlotsTest, WithoutAFolderForTemporaryFilesThereIsAnOutputError) {
  const std::string missing = temporary_ + "/missing";
  setenv("TMPDIR", missing.c_str(), 1);
  EXPECT_THAT(DrawPlots(Scripts(SamplePlots())), Fails(ExitCode::kOutput, HasSubstr(missing + "/mica-")));
}

TEST_F(DrawPlotsTest, AnOldGnuplotSaysSo) {
  EXPECT_THAT(GnuplotProgram({}), HasSubstr("GPVAL_VERSION < 5.4"));
  const GnuplotSettings settings = Instead("sed 's/GPVAL_VERSION/4.6/' \"$2\" >old.gp && exec gnuplot -d old.gp");
  EXPECT_THAT(DrawPlots(Scripts(SamplePlots()), settings), Fails(ExitCode::kInstallation, HasSubstr("version 5.4 or newer is needed")));
}

}  // namespace
}  // namespace mica
