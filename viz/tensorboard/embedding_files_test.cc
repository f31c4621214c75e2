#include "viz/tensorboard/embedding_files.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files/fake_file_calls.h"
#include "base/rng.h"
#include "base/testing/status_matchers.h"
#include "base/testing/test_files.h"

namespace mica {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::vector<float> kVectors = {0.5f, -1e-7f, 0.1f, 3, 0, 16777216};

Embedding ThreeByTwo() {
  Embedding embedding;
  embedding.name = "penultimate";
  embedding.vectors = kVectors;
  embedding.dimensions = 2;
  return embedding;
}

TEST(EmbeddingFilesTest, ThreeVectorsWithMetadataAndPictures) {
  Embedding embedding = ThreeByTwo();
  embedding.columns = {"class", "path"};
  embedding.metadata = {{"cat", "1.jpg"}, {"dog", "2.jpg"}, {"cat", "3.jpg"}};
  embedding.sprite_png = "pixels";
  embedding.sprite_width_px = 28;
  embedding.sprite_height_px = 24;
  const std::string folder = MakeTestFolder("embedding");
  ASSERT_THAT(WriteEmbeddings(folder, {embedding}), IsOk());
  EXPECT_THAT(ReadFile(folder + "/projector_0_vectors.tsv"), IsOkAndHolds("0.5\t-1e-07\n0.1\t3\n0\t16777216\n"));
  EXPECT_THAT(ReadFile(folder + "/projector_0_metadata.tsv"), IsOkAndHolds("class\tpath\ncat\t1.jpg\ndog\t2.jpg\ncat\t3.jpg\n"));
  EXPECT_THAT(ReadFile(folder + "/projector_0_sprite.png"), IsOkAndHolds("pixels"));
  EXPECT_THAT(ReadFile(folder + "/projector_config.pbtxt"), IsOkAndHolds(R"(embeddings {
  tensor_name: "penultimate"
  metadata_path: "projector_0_metadata.tsv"
  tensor_shape: 3
  tensor_shape: 2
  sprite {
    image_path: "projector_0_sprite.png"
    single_image_dim: 28
    single_image_dim: 24
  }
  tensor_path: "projector_0_vectors.tsv"
}
)"));
}

TEST(EmbeddingFilesTest, SeveralEmbeddingsHaveFilesOfTheirOwn) {
  Embedding second = ThreeByTwo();
  second.name = "a/b: \"logits\"";
  second.dimensions = 3;
  const std::string folder = MakeTestFolder("embeddings");
  ASSERT_THAT(WriteEmbeddings(folder, {ThreeByTwo(), second}), IsOk());
  EXPECT_THAT(ReadFile(folder + "/projector_1_vectors.tsv"), IsOkAndHolds("0.5\t-1e-07\t0.1\n3\t0\t16777216\n"));
  EXPECT_THAT(ReadFile(folder + "/projector_1_metadata.tsv"), Fails(ExitCode::kData, HasSubstr("No such file")));
  const std::string config = *ReadFile(folder + "/projector_config.pbtxt");
  EXPECT_THAT(config, HasSubstr("tensor_name: \"a/b: \\\"logits\\\"\"\n  tensor_shape: 2\n  tensor_shape: 3\n"));
}

TEST(EmbeddingFilesTest, VectorsReadBackEqual) {
  Rng rng(/*seed=*/9, RngStream::kShuffle, /*epoch=*/1, /*sample=*/0);
  std::vector<float> vectors;
  for (int i = 0; i < 7 * 40; ++i) vectors.push_back(static_cast<float>(std::ldexp(rng.Uniform() - 0.5, static_cast<int>(i % 100) - 50)));
  Embedding embedding = ThreeByTwo();
  embedding.vectors = vectors;
  embedding.dimensions = 7;
  const std::string folder = MakeTestFolder("numbers");
  ASSERT_THAT(WriteEmbeddings(folder, {embedding}), IsOk());
  const std::string tsv = *ReadFile(folder + "/projector_0_vectors.tsv");
  const std::vector<std::string> numbers = absl::StrSplit(tsv, absl::ByAnyChar("\t\n"), absl::SkipEmpty());
  ASSERT_EQ(numbers.size(), vectors.size());
  for (size_t i = 0; i < numbers.size(); ++i) {
    float number = 0;
    ASSERT_TRUE(absl::SimpleAtof(numbers[i], &number));
    EXPECT_EQ(number, vectors[i]);
  }
}

TEST(MetadataTsvTest, OneColumnHasNoHeader) {
  Embedding embedding = ThreeByTwo();
  embedding.columns = {"class"};
  embedding.metadata = {{"cat"}, {"dog"}, {"größe"}};
  EXPECT_EQ(MetadataTsv(embedding), "cat\ndog\ngröße\n");
}

TEST(MetadataTsvTest, EveryRowIsALineWithAllItsColumns) {
  Embedding embedding = ThreeByTwo();
  embedding.columns = {"class", "pa\tth"};
  embedding.metadata = {{"a\tb\r\n", "\xe9"}, {"", " "}, {"", "x"}};
  EXPECT_EQ(MetadataTsv(embedding), "class\tpa\\tth\na\\tb\\r\\n\t\\xe9\n(empty)\t \n\tx\n");
  embedding.columns = {"class"};
  embedding.metadata = {{""}, {"\t"}, {"x"}};
  EXPECT_EQ(MetadataTsv(embedding), "(empty)\n\\t\nx\n");
}

TEST(EmbeddingFilesTest, TheConfigIsWrittenLastSoItNamesWhatIsThere) {
  Embedding embedding = ThreeByTwo();
  embedding.columns = {"class"};
  embedding.metadata = {{"a"}, {"b"}, {"c"}};
  for (int failing = 1; failing <= 3; ++failing) {
    const std::string folder = MakeTestFolder(absl::StrCat("failing_", failing));
    FakeFileCalls calls;
    calls.FailNth(FileCall::kWrite, failing, ENOSPC);
    EXPECT_THAT(WriteEmbeddings(folder, {embedding}, calls), Fails(ExitCode::kOutput, HasSubstr("No space left")));
    std::vector<std::string> names;
    ASSERT_EQ(calls.List(folder.c_str(), &names), 0);
    EXPECT_THAT(names, SizeIs(failing - 1));
    EXPECT_THAT(ReadFile(folder + "/projector_config.pbtxt"), Fails(ExitCode::kData, HasSubstr("No such file")));
  }
}

TEST(EmbeddingFilesDeathTest, RowsThatDoNotFitAreABug) {
  Embedding embedding = ThreeByTwo();
  embedding.dimensions = 4;
  EXPECT_DEATH(WriteEmbeddings(MakeTestFolder("bug"), {embedding}).IgnoreError(), "dimensions");
}

}  // namespace
}  // namespace mica
