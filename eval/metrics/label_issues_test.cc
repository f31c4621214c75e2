#include "eval/metrics/label_issues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace mica {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

JudgedSample Sample(int32_t label, const std::vector<double>& probabilities) {
  JudgedSample sample;
  sample.label = label;
  for (size_t i = 0; i < probabilities.size(); ++i) sample.probabilities.push_back({static_cast<int32_t>(i), probabilities[i]});
  return sample;
}

std::vector<size_t> PlacesOf(const LabelAudit& audit) {
  std::vector<size_t> places;
  for (const LabelIssue& issue : audit.issues) places.push_back(issue.sample);
  return places;
}

// By hand: t_0 = (.9 + .8 + .1) / 3 = .6 and t_1 = (.8 + .9) / 2 = .85. Sample 2 reaches t_1,
// sample 3 nothing. So C = (2 1; 0 1), whose rows are scaled to 3 and 2 samples: (2 1; 0 2).
TEST(AuditLabelsTest, WorkedByHand) {
  const LabelAudit audit =
      AuditLabels({Sample(0, {.9, .1}), Sample(0, {.8, .2}), Sample(0, {.1, .9}), Sample(1, {.2, .8}), Sample(1, {.1, .9})}, 2);
  EXPECT_NEAR(audit.thresholds[0], .6, 1e-12);
  EXPECT_NEAR(audit.thresholds[1], .85, 1e-12);
  EXPECT_THAT(audit.joint[0], ElementsAre(Pair(0, 2), Pair(1, 1)));
  EXPECT_THAT(audit.joint[1], ElementsAre(Pair(1, 2)));
  ASSERT_THAT(PlacesOf(audit), ElementsAre(2));
  EXPECT_EQ(audit.issues[0].suggestion, 1);
  EXPECT_DOUBLE_EQ(audit.issues[0].self_confidence, .1);
  EXPECT_DOUBLE_EQ(audit.issues[0].margin, -.8);
  EXPECT_EQ(audit.Labelled(0), 3);
  EXPECT_EQ(audit.Wrong(0), 1);
  EXPECT_EQ(audit.Wrong(1), 0);
}

// t_0 = .47 and t_1 = .8, so of label 0 only samples 0 and 1 are confident, and C = (1 1; 0 2).
// Scaled, two of the four samples are wrong: sample 1 and one of the two that are alike.
TEST(AuditLabelsTest, SamplesThatTieAtTheCutAreAllListed) {
  const JudgedSample doubtful = Sample(0, {.375, .625});
  const LabelAudit audit =
      AuditLabels({Sample(0, {1, 0}), Sample(0, {.125, .875}), doubtful, doubtful, Sample(1, {.2, .8}), Sample(1, {.2, .8})}, 2);
  EXPECT_THAT(audit.joint[0], ElementsAre(Pair(0, 2), Pair(1, 2)));
  EXPECT_THAT(PlacesOf(audit), ElementsAre(1, 2, 3));
}

TEST(AuditLabelsTest, EmptyInputsAndClasses) {
  EXPECT_THAT(AuditLabels({}, 3).issues, IsEmpty());
  const LabelAudit audit = AuditLabels({Sample(0, {.2, .8, 0}), Sample(0, {.6, .4, 0})}, 3);
  EXPECT_TRUE(std::isinf(audit.thresholds[1]));
  EXPECT_THAT(audit.issues, IsEmpty()) << "nothing is confidently of a class that no label names";
  EXPECT_EQ(audit.Labelled(0), 2);
  EXPECT_EQ(audit.Labelled(1), 0);
}

TEST(AuditLabelsTest, TheOnlySampleOfAClassIsKept) {
  const LabelAudit audit = AuditLabels({Sample(0, {.0, 1}), Sample(1, {.1, .9}), Sample(1, {.1, .9})}, 2);
  EXPECT_THAT(audit.issues, IsEmpty());
}

// Two in ten labels are drawn anew; most rows have their largest probability at the truth.
std::vector<JudgedSample> RandomSamples(uint64_t seed, int classes, int count) {
  std::vector<JudgedSample> samples;
  for (int i = 0; i < count; ++i) {
    Rng rng(seed, RngStream::kBootstrap, 0, i);
    std::vector<double> scores;
    double sum = 0;
    const auto truth = static_cast<int>(rng.UniformBelow(classes));
    for (int c = 0; c < classes; ++c) {
      scores.push_back(std::exp(4 * rng.Uniform() + (c == truth ? 2 : 0)));
      sum += scores.back();
    }
    for (double& score : scores) score /= sum;
    samples.push_back(Sample(rng.Uniform() < .2 ? static_cast<int32_t>(rng.UniformBelow(classes)) : truth, scores));
  }
  return samples;
}

TEST(AuditLabelsTest, RowsSumToTheSamplesAndIssuesAreDoubted) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const int classes = 2 + static_cast<int>(seed % 9);
    const std::vector<JudgedSample> samples = RandomSamples(seed, classes, 200);
    const LabelAudit audit = AuditLabels(samples, classes);
    std::vector<int64_t> counts(classes, 0);
    for (const JudgedSample& sample : samples) ++counts[sample.label];
    for (int32_t label = 0; label < classes; ++label) EXPECT_EQ(audit.Labelled(label), counts[label]);
    double previous = 0;
    for (const LabelIssue& issue : audit.issues) {
      EXPECT_NE(issue.suggestion, samples[issue.sample].label);
      EXPECT_LE(issue.margin, 0);
      EXPECT_GE(issue.self_confidence, previous);
      previous = issue.self_confidence;
    }
  }
}

// Of more classes a run keeps the five most probable ones. If all others are far below the
// thresholds, nothing changes.
TEST(AuditLabelsTest, ClassesThatAreNotListedCountAsImpossible) {
  std::vector<JudgedSample> whole, cut;
  for (int i = 0; i < 60; ++i) {
    const int truth = i % 6, label = i == 7 ? 3 : truth;
    std::vector<double> probabilities(6, .002);
    probabilities[truth] = .99;
    whole.push_back(Sample(label, probabilities));
    cut.push_back(whole.back());
    auto& listed = cut.back().probabilities;
    for (size_t c = listed.size(); c-- > 0;) {
      if (listed[c].label != truth && listed[c].label != label) listed.erase(listed.begin() + static_cast<int64_t>(c));
    }
  }
  EXPECT_THAT(PlacesOf(AuditLabels(whole, 6)), ElementsAre(7));
  EXPECT_THAT(PlacesOf(AuditLabels(cut, 6)), ElementsAre(7));
  EXPECT_EQ(AuditLabels(cut, 1000).joint[3], AuditLabels(whole, 6).joint[3]);
}

}  // namespace
}  // namespace mica
