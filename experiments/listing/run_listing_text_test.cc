#include "experiments/listing/run_listing_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace mica {
namespace {

using testing::HasSubstr;
using testing::Not;

RunListing Example() {
  RunListing listing;
  ListedRun a;
  a.name = "linear/first";
  a.state = RunReport::FINISHED;
  a.started = 1000;
  a.bytes = 1234567;
  a.fields = {{"state", "finished"}, {"accuracy", "0.8443"}, {"split", "test"}, {"epochs", "3"}, {"model", "line, \"ar\""}};
  ListedRun b;
  b.name = "broken";
  b.problems = {"/runs/broken/run.textproto: says no state"};
  listing.runs = {a, b};
  return listing;
}

TEST(RunListingTextTest, ShowsARowForEachRunAndItsProblems) {
  EXPECT_EQ(RunListingText(Example(), {}, /*now=*/1000 + 3 * 86400),
            "run           state     accuracy     epochs  age     size\n"
            "linear/first  finished  0.8443 test       3  3 days  1.2 MB\n"
            "broken        damaged                                0 B\n"
            "warning: /runs/broken/run.textproto: says no state\n");
}

TEST(RunListingTextTest, NamesAreWhole) {
  RunListing listing = Example();
  listing.runs[0].name = "fashion_mnist_tiny_vgg_augmented/20260131-120000";
  EXPECT_THAT(RunListingText(listing, {}, 1000), HasSubstr("fashion_mnist_tiny_vgg_augmented/20260131-120000  finished"));
}

TEST(RunListingTextTest, FieldsThatWereAskedForGetAColumnOnce) {
  const std::string text = RunListingText(Example(), {"model", "accuracy", "model"}, 1000);
  EXPECT_THAT(text, HasSubstr("size    model\n"));
  EXPECT_THAT(text, Not(HasSubstr("model  model")));
}

TEST(RunListingTextTest, CsvHasEveryField) {
  EXPECT_EQ(RunListingCsv(Example()),
            "name,accuracy,epochs,model,split,state\n"
            "linear/first,0.8443,3,\"line, \"\"ar\"\"\",test,finished\n"
            "broken,,,,,\n");
}

TEST(RunListingTextTest, AgesAndSizes) {
  EXPECT_EQ(AgeText(-5), "");
  EXPECT_EQ(AgeText(119), "119 s");
  EXPECT_EQ(AgeText(120), "2 min");
  EXPECT_EQ(AgeText(7200), "2 h");
  EXPECT_EQ(AgeText(172800), "2 days");
  EXPECT_EQ(BytesText(999), "999 B");
  EXPECT_EQ(BytesText(1000), "1.0 kB");
  EXPECT_EQ(BytesText(12345678), "12 MB");
  EXPECT_EQ(BytesText(999600), "1.0 MB");
  EXPECT_EQ(BytesText(int64_t{3100000000000}), "3.1 TB");
}

}  // namespace
}  // namespace mica
