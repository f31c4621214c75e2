// mica embed from outside: every file, its numbers, and what happens to bad input.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing/test_files.h"
#include "data/index/idx_test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"
#include "tests/integration/tiny_experiment.h"

namespace mica {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kConvolutions[] = "model { tiny_vgg { hidden_channels: 3 } } ";

class EmbedTest : public testing::Test {
 protected:
  MicaResult Mica(const std::vector<std::string>& words, bool has_gnuplot = true) const {
    MicaCommand command = {words, tiny_.folder()};
    command.environment["PATH"] = has_gnuplot ? "/usr/local/bin:/usr/bin:/bin" : tiny_.folder();
    return RunMica(command);
  }

  void Train(const std::string& set = kConvolutions) const {
    const MicaResult result = Mica({"train", "x.textproto", "--run_name=a", "--set=trainer { max_steps: 4 } " + set});
    ASSERT_EQ(result.exit_code, 0) << result;
  }

  TestTable Embedded(const std::string& name) const { return ReadTestCsv(tiny_.RunPath("a", "embeddings/" + name + "/embedding.csv")); }

  const TinyExperiment tiny_ = TinyExperiment("embed");
};

TEST_F(EmbedTest, WritesAMapOfTheTestSplitByTheLastLinearLayersInput) {
  Train();
  const MicaResult result = Mica({"embed", "runs/tiny/a", "--perplexity=5"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, AllOf(StartsWith("runs/tiny/a (checkpoint step-00000000"),
                                HasSubstr("layer classifier.0 (flatten), what the last linear layer, classifier.1, works on: 12 values\n"),
                                HasSubstr("test split, 24 samples\nt-SNE, perplexity 5, "), ContainsRegex("\ntrustworthiness +0\\."),
                                ContainsRegex("\ncontinuity +0\\."), ContainsRegex("\nneighbour purity +[01]\\."),
                                ContainsRegex("\nKL divergence +[0-9]"),
                                HasSubstr("Everything is in runs/tiny/a/embeddings/classifier.0_tsne_test/\n")));
  EXPECT_THAT(FilesBelow(tiny_.RunPath("a", "embeddings")),
              ElementsAre("classifier.0_tsne_test/embedding.csv", "classifier.0_tsne_test/embedding.png",
                          "classifier.0_tsne_test/embedding.svg", "classifier.0_tsne_test/projector_0_metadata.tsv",
                          "classifier.0_tsne_test/projector_0_sprite.png", "classifier.0_tsne_test/projector_0_vectors.tsv",
                          "classifier.0_tsne_test/projector_config.pbtxt", "classifier.0_tsne_test/summary.csv"));
  // Samples and predictions are those of the run.
  const TestTable map = Embedded("classifier.0_tsne_test"), own = ReadTestCsv(tiny_.RunPath("a", "predictions.csv"));
  for (const char* const column : {"id", "path", "truth", "truth_name", "prediction", "prediction_name", "correct"}) {
    EXPECT_EQ(map.Column(column), own.Column(column)) << column;
  }
  const TestTable summary = ReadTestCsv(tiny_.RunPath("a", "embeddings/classifier.0_tsne_test/summary.csv"));
  EXPECT_EQ(summary.Cell("samples"), "24");
  EXPECT_EQ(summary.Cell("neighbours"), "8");
}

// The projector's vectors are the layer's outputs: those that mica probe shows of a picture with
// the pixels of the first test sample.
TEST_F(EmbedTest, VectorsAreTheOutputsThatProbeShows) {
  IdxDatasetSize size;
  size.gzip = false;
  std::filesystem::remove_all(tiny_.Path("data"));
  std::filesystem::create_directory(tiny_.Path("data"));
  WriteIdxDataset(tiny_.Path("data"), size);
  Train();
  ASSERT_EQ(Mica({"embed", "runs/tiny/a", "--layer=block_2", "--method=pca"}).exit_code, 0);
  const TestTable map = Embedded("block_2_pca_test");
  const std::string file = map.Column("path")[0].substr(0, map.Column("path")[0].find('#'));
  const std::string pixels = ReadTestFile(file).substr(16, 64);
  ASSERT_EQ(pixels.size(), 64);
  WriteTestFile(tiny_.Path("p.pgm"), "P5\n8 8\n255\n" + pixels);
  ASSERT_EQ(Mica({"probe", "runs/tiny/a", "p.pgm", "--layers=block_2", "--format=csv", "--output_dir=out"}).exit_code, 0);
  const std::vector<std::string> probed = ReadTestCsv(tiny_.Path("out/block_2.csv")).Column("value");
  const std::vector<std::string> lines =
      absl::StrSplit(ReadTestFile(tiny_.RunPath("a", "embeddings/block_2_pca_test/projector_0_vectors.tsv")), '\n');
  const std::vector<std::string> vector = absl::StrSplit(lines[0], '\t');
  ASSERT_EQ(vector.size(), probed.size());
  for (size_t i = 0; i < probed.size(); ++i) EXPECT_NEAR(std::atof(vector[i].c_str()), std::atof(probed[i].c_str()), 1e-5) << i;
}

TEST_F(EmbedTest, ASecondMapReplacesTheFirstAndIsTheSame) {
  Train();
  const std::vector<std::string> words = {"embed", "runs/tiny/a", "--split=train", "--samples=30", "--output_dir=maps", "--perplexity=3"};
  ASSERT_EQ(Mica(words).exit_code, 0);
  const std::string first = ReadTestFile(tiny_.Path("maps/classifier.0_tsne_train/embedding.csv"));
  const MicaResult again = Mica(words);
  ASSERT_EQ(again.exit_code, 0) << again;
  EXPECT_THAT(again.out, HasSubstr("train split, 30 of 48 samples"));
  EXPECT_EQ(ReadTestFile(tiny_.Path("maps/classifier.0_tsne_train/embedding.csv")), first);
  // 16 of each of the three classes, of which 10 are drawn.
  const TestTable map = ReadTestCsv(tiny_.Path("maps/classifier.0_tsne_train/embedding.csv"));
  for (const char* const label : {"0", "1", "2"}) {
    const std::vector<std::string> truth = map.Column("truth");
    EXPECT_EQ(std::count(truth.begin(), truth.end(), label), 10) << label;
  }
  EXPECT_EQ(FilesBelow(tiny_.Path("maps")).size(), 8);
  EXPECT_FALSE(std::filesystem::exists(tiny_.RunPath("a", "embeddings")));
}

TEST_F(EmbedTest, WithoutGnuplotAllElseIsWritten) {
  Train();
  const MicaResult result = Mica({"embed", "runs/tiny/a", "--method=pca"}, /*has_gnuplot=*/false);
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, AllOf(StartsWith("warning: embedding.png and embedding.svg are not drawn: "), HasSubstr("gnuplot")));
  EXPECT_THAT(result.out, Not(HasSubstr("embedding.png")));
  const std::vector<std::string> files = FilesBelow(tiny_.RunPath("a", "embeddings"));
  EXPECT_EQ(files.size(), 6);
  EXPECT_THAT(files, Not(Contains(HasSubstr("embedding.png"))));
}

TEST_F(EmbedTest, AnExperimentsModelIsMappedBeforeTraining) {
  const MicaResult result = Mica({"embed", "x.textproto", "--perplexity=5"});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, StartsWith("x.textproto (the weights that training begins with)\nlayer layer_stack.1 (linear)"));
  EXPECT_TRUE(std::filesystem::exists(tiny_.Path("embeddings/tiny/layer_stack.1_tsne_test/embedding.csv")));
}

TEST_F(EmbedTest, SamplesWithoutLabelsHaveOneColour) {
  const std::string set = "--set=dataset { labelled_per_class: 4 }";  // of 16
  const MicaResult result = Mica({"embed", "x.textproto", "--split=unlabelled", "--perplexity=5", set});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.out, AllOf(HasSubstr("unlabelled split, 36 samples"), ContainsRegex("\nneighbour purity +- ")));
  const TestTable map = ReadTestCsv(tiny_.Path("embeddings/tiny/layer_stack.1_tsne_unlabelled/embedding.csv"));
  EXPECT_THAT(map.Column("truth"), Each(""));
  EXPECT_THAT(map.Column("correct"), Each(""));
  EXPECT_THAT(map.Column("prediction_name"), Each(Not(IsEmpty())));
  EXPECT_THAT(ReadTestFile(tiny_.Path("embeddings/tiny/layer_stack.1_tsne_unlabelled/embedding.svg")), Not(HasSubstr("wrong")));
}

TEST_F(EmbedTest, APerplexityTooLargeIsLoweredAndOneSampleIsAPoint) {
  Train();
  const MicaResult large = Mica({"embed", "runs/tiny/a", "--perplexity=1000"});
  ASSERT_EQ(large.exit_code, 0) << large;
  EXPECT_THAT(large.err, HasSubstr("warning: perplexity 7.667 instead of 1000: there are only 24 samples"));
  const MicaResult one = Mica({"embed", "runs/tiny/a", "--samples=1"});
  ASSERT_EQ(one.exit_code, 0) << one;
  EXPECT_THAT(one.err, HasSubstr("warning: one sample makes no map"));
  EXPECT_THAT(Embedded("classifier.0_tsne_test").Column("x"), ElementsAre("0"));
}

TEST_F(EmbedTest, EqualOutputsAreToldOf) {
  const std::string set = "--set=model { linear {} initialisation { rule { pattern: '*' constant { value: 0 } } } }";
  const MicaResult result = Mica({"embed", "x.textproto", "--perplexity=5", set});
  ASSERT_EQ(result.exit_code, 0) << result;
  EXPECT_THAT(result.err, HasSubstr("warning: all samples have the same outputs in this layer, so the map means nothing"));
}

// Four convolutions of weights 1e6: about (27e6)^4.
TEST_F(EmbedTest, OutputsThatAreNotFiniteNameTheSample) {
  const std::string set =
      "--set=model { tiny_vgg { hidden_channels: 3 } initialisation { rule { pattern: '*' constant { value: 1e6 } } } }";
  const MicaResult result = Mica({"embed", "x.textproto", set});
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(result.err, AllOf(HasSubstr("layer classifier.0 gives "), HasSubstr("#0; outputs must be finite")));
  EXPECT_FALSE(std::filesystem::exists(tiny_.Path("embeddings")));
}

struct WrongCall {
  std::vector<std::string> words;
  int exit_code;
  std::string message;
};

TEST_F(EmbedTest, WrongCallsSayWhatIsRight) {
  Train();
  std::filesystem::create_directories(tiny_.Path("mine/classifier.0_pca_test"));
  WriteTestFile(tiny_.Path("mine/classifier.0_pca_test/notes.txt"), "x");
  const std::vector<WrongCall> calls = {
      {{"runs/tiny/a", "--layer=block_3"}, 1, "--layer: block_3 is no layer of runs/tiny/a; did you mean \"block_1\"?"},
      {{"runs/tiny/a", "--layer="}, 1, "--layer is empty"},
      {{"runs/tiny/a", "--method=tnse"}, 1, "did you mean \"tsne\"?"},
      {{"runs/tiny/a", "--perplexity=0.5"}, 1, "--perplexity=0.5: must be at least 1"},
      {{"runs/tiny/a", "--perplexity=5", "--method=pca"}, 1, "no effect with --method=pca"},
      {{"runs/tiny/a", "--samples=0"}, 1, "--samples=0: expected 1 to 100000"},
      {{"runs/tiny/a", "--split=validation"}, 1, "--split=validation: the data has no such samples; it has train, test"},
      {{"runs/tiny/a", "--split=tset"}, 1, "did you mean \"test\"?"},
      {{"runs/tiny/a", "--output_dir="}, 1, "--output_dir is empty"},
      {{"runs/tiny/a", "--output_dir=mine", "--method=pca"}, 5, "holds notes.txt, so it is no report of mica embed"},
      {{"runs/tiny/b"}, 3, "runs/tiny/b: no such run folder"},
      {{"runs/tiny/a", "--checkpoint=77"}, 4, "complete checkpoints: step-"},
  };
  for (const WrongCall& call : calls) {
    std::vector<std::string> words = {"embed"};
    words.insert(words.end(), call.words.begin(), call.words.end());
    const MicaResult result = Mica(words);
    EXPECT_EQ(result.exit_code, call.exit_code) << result;
    EXPECT_THAT(result.err, HasSubstr(call.message));
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_FALSE(std::filesystem::exists(tiny_.RunPath("a", "embeddings")));
}

}  // namespace
}  // namespace mica
