#include "eval/embedding/affinities.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "eval/embedding/example_rows.h"

namespace mica {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

double PerplexityOf(const std::vector<double>& probabilities) {
  double entropy = 0;
  for (const double p : probabilities) entropy -= p > 0 ? p * std::log(p) : 0;
  return std::exp(entropy);
}

std::vector<std::vector<double>> Dense(const Affinities& affinities) {
  std::vector<std::vector<double>> dense(affinities.count(), std::vector<double>(affinities.count()));
  for (int64_t i = 0; i < affinities.count(); ++i) {
    for (int64_t e = affinities.row_begin[i]; e < affinities.row_begin[i + 1]; ++e) dense[i][affinities.rows[e]] += affinities.values[e];
  }
  return dense;
}

Affinities AffinitiesOf(const std::vector<float>& values, int64_t columns, int64_t per_row, double perplexity, size_t threads) {
  return JointAffinities(FindNeighbours({values, columns}, per_row, threads), perplexity, threads);
}

void ExpectRow(const std::vector<double>& row, const std::vector<double>& expected) {
  ASSERT_EQ(row.size(), expected.size());
  for (size_t j = 0; j < row.size(); ++j) EXPECT_NEAR(row[j], expected[j], 1e-9 + 1e-5 * expected[j]) << j;
}

TEST(ConditionalAffinitiesTest, MeetThePerplexity) {
  const std::vector<float> squared_distances = {0.5f, 1, 2, 3, 4, 7, 8, 9, 20, 1000};
  for (const double perplexity : {1.5, 3.0, 5.0, 9.0}) {
    const std::vector<double> p = ConditionalAffinities(squared_distances, perplexity);
    EXPECT_NEAR(PerplexityOf(p), perplexity, 2e-5 * perplexity);
    EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-12);
  }
}

TEST(ConditionalAffinitiesTest, DoNotDependOnTheScaleNorVanish) {
  std::vector<float> near = {1, 2, 3, 5}, far = near;
  for (float& distance : far) distance *= 1e20f;
  const std::vector<double> of_near = ConditionalAffinities(near, 2), of_far = ConditionalAffinities(far, 2);
  for (size_t j = 0; j < near.size(); ++j) EXPECT_NEAR(of_near[j], of_far[j], 1e-4);
}

TEST(ConditionalAffinitiesTest, AreEvenAmongEqualDistances) {
  EXPECT_THAT(ConditionalAffinities({3, 3, 3, 3}, /*perplexity=*/2), Each(0.25));
  EXPECT_THAT(ConditionalAffinities({0, 0, 0, 0}, /*perplexity=*/2), Each(0.25));
  EXPECT_THAT(ConditionalAffinities({0, 0, 0, 0, 5}, /*perplexity=*/2), ElementsAre(0.25, 0.25, 0.25, 0.25, 0));
  EXPECT_THAT(ConditionalAffinities({7}, /*perplexity=*/1), ElementsAre(1));
  EXPECT_THAT(ConditionalAffinities({}, /*perplexity=*/1), IsEmpty());
}

// scikit-learn 1.9.1, _joint_probabilities and _joint_probabilities_nn of sklearn.manifold._t_sne.
TEST(JointAffinitiesTest, EqualThoseOfScikitLearn) {
  const std::vector<float> values = FormulaRows(20, kThreeConstants);
  const auto all = Dense(AffinitiesOf(values, /*columns=*/3, /*per_row=*/19, /*perplexity=*/5, /*threads=*/1));
  ExpectRow(all[0], {0.0,
                     6.4087838236133406e-06,
                     4.5187667161331446e-03,
                     1.7290513697332504e-04,
                     1.0207148696843983e-02,
                     3.4354012482558298e-06,
                     1.8663095606105205e-03,
                     2.2232157655647277e-03,
                     2.3454433665789307e-05,
                     2.8373087483076426e-03,
                     1.3965389768410144e-03,
                     2.5103656730288012e-03,
                     1.2358515935971811e-02,
                     9.7786361607231300e-04,
                     2.4365811481556892e-04,
                     5.7821700639399418e-05,
                     1.8959489460296361e-04,
                     5.0013879457270283e-03,
                     3.8986852287123885e-04,
                     1.2374870464269970e-03});
  ExpectRow(all[13], {9.7786361607231300e-04, 3.9887924580497111e-08,
                      1.9213014658445339e-04, 1.1519708423525569e-07,
                      1.2330583324562570e-03, 1.1145409078880310e-05,
                      1.4825142918174716e-02, 1.3211226574481148e-05,
                      1.0684647356606578e-05, 1.0479973601153767e-04,
                      3.6102540818845661e-05, 6.5461740115910511e-06,
                      2.2378878580040456e-04, 0.0,
                      4.7812727016268300e-03, 7.7297448402836836e-05,
                      1.1162645900148996e-06, 5.0579686149950266e-03,
                      3.6205405216803419e-03, 1.6057064409850309e-02});
  double squares = 0;
  for (const auto& row : all) squares += std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
  EXPECT_NEAR(squares, 0.012611302120212714, 1e-7);

  const auto nearest = Dense(AffinitiesOf(values, /*columns=*/3, /*per_row=*/7, /*perplexity=*/2, /*threads=*/1));
  ExpectRow(nearest[0], {0.0,
                         0.0,
                         5.1920330916504674e-04,
                         0.0,
                         6.8483105180086323e-03,
                         0.0,
                         1.8789778601962831e-04,
                         4.0661358749865185e-05,
                         0.0,
                         1.2467640194640795e-03,
                         2.3658014940336659e-04,
                         6.9532212301074250e-04,
                         1.8245629108285439e-02,
                         1.9281192178998713e-07,
                         2.2575493689257087e-06,
                         0.0,
                         0.0,
                         1.1634837501026472e-03,
                         0.0,
                         5.4077732107001173e-05});
}

TEST(JointAffinitiesTest, AreSymmetricAndSumToOne) {
  const std::vector<float> values = ClusteredRows(500, /*columns=*/4, /*clusters=*/3, /*distance=*/2, /*seed=*/1);
  const Affinities affinities = AffinitiesOf(values, /*columns=*/4, /*per_row=*/31, /*perplexity=*/10, /*threads=*/2);
  const auto dense = Dense(affinities);
  double sum = 0;
  for (int64_t i = 0; i < 500; ++i) {
    EXPECT_EQ(dense[i][i], 0);
    EXPECT_EQ(affinities.row_begin[i] % Affinities::kTogether, 0);
    for (int64_t j = 0; j < 500; ++j) {
      EXPECT_EQ(dense[i][j], dense[j][i]);
      sum += dense[i][j];
    }
  }
  EXPECT_NEAR(sum, 1, 1e-6);
}

TEST(JointAffinitiesTest, AreTheSameForAnyNumberOfThreads) {
  const std::vector<float> values = ClusteredRows(300, /*columns=*/4, /*clusters=*/3, /*distance=*/2, /*seed=*/1);
  const Affinities one = AffinitiesOf(values, /*columns=*/4, /*per_row=*/31, /*perplexity=*/10, /*threads=*/1);
  const Affinities three = AffinitiesOf(values, /*columns=*/4, /*per_row=*/31, /*perplexity=*/10, /*threads=*/3);
  EXPECT_EQ(one.rows, three.rows);
  EXPECT_EQ(one.values, three.values);
}

}  // namespace
}  // namespace mica
