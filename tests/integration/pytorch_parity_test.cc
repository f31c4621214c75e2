// The beginning of training against PyTorch 2.11 in Python, which got the same initial weights and
// the same order of samples. They agree only if initialisation, order, loss, gradients, optimizer
// and metrics all do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/test_files.h"
#include "tests/integration/mica_process.h"
#include "tests/integration/run_files.h"

namespace mica {
namespace {

struct Reference {
  std::string seed;
  double train_loss, train_accuracy, test_loss, test_accuracy;
};

// torch.manual_seed(StepSeed(seed, kInitialisation, 0)); batches in the order of RandomOrder(seed,
// kShuffle, 1, 60000).
const Reference kReferences[] = {
    {"1", 0.5881686638832092, 0.7902666666666667, 0.5097271203994751, 0.8236},
    {"2", 0.5858928425391515, 0.7913333333333333, 0.5065784454345703, 0.8261},
};

TEST(PyTorchParityTest, TheFirstEpochAgrees) {
  const std::string folder = MakeTestFolder("parity");
  for (const Reference& reference : kReferences) {
    const std::string run = "seed" + reference.seed;
    const MicaResult result = RunMica({{"train", std::string(getenv("TEST_SRCDIR")) + "/mica/experiments/fashion_mnist_linear.textproto",
                                        "--set=seed: " + reference.seed + " trainer { epochs: 1 cpu_threads: 1 }", "--run_name=" + run},
                                       folder});
    ASSERT_EQ(result.exit_code, 0) << result;

    const TestTable metrics = ReadTestCsv(folder + "/runs/fashion_mnist_linear/" + run + "/metrics.csv");
    // Other processors add in another order. A difference in the formulas would show in the third
    // digit.
    EXPECT_NEAR(metrics.Number("train_loss"), reference.train_loss, 1e-5);
    EXPECT_NEAR(metrics.Number("train_accuracy"), reference.train_accuracy, 1e-4);
    EXPECT_NEAR(metrics.Number("test_loss"), reference.test_loss, 1e-4);
    EXPECT_NEAR(metrics.Number("test_accuracy"), reference.test_accuracy, 5e-4);
  }
}

// Only twenty steps: the order in which a convolution adds depends on the processor, and training
// makes such differences grow.
TEST(PyTorchParityTest, TheFirstStepsOfTinyVggAgree) {
  const std::string folder = MakeTestFolder("parity_tiny_vgg");
  const MicaResult result = RunMica({{"train", std::string(getenv("TEST_SRCDIR")) + "/mica/experiments/fashion_mnist_tiny_vgg.textproto",
                                      "--set=seed: 42 trainer { max_steps: 20 }", "--run_name=a"},
                                     folder});
  ASSERT_EQ(result.exit_code, 0) << result;

  const TestTable metrics = ReadTestCsv(folder + "/runs/fashion_mnist_tiny_vgg/a/metrics.csv");
  EXPECT_NEAR(metrics.Number("train_loss"), 2.3037598013877867, 1e-5);
  EXPECT_NEAR(metrics.Number("train_accuracy"), 0.0875, 2e-3);
  EXPECT_NEAR(metrics.Number("test_loss"), 2.3025684356689453, 1e-5);
}

}  // namespace
}  // namespace mica
