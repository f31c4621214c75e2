#include "base/allocation_counter.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace mica {
namespace {

TEST(AllocationCounterTest, TellsCppFromC) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer has replaced malloc itself";
#endif
  std::vector<std::unique_ptr<std::string>> kept(100);
  const AllocationCounts before = CountAllocations();
  for (auto& text : kept) text = std::make_unique<std::string>();
  const AllocationCounts between = CountAllocations();
  void* volatile memory = std::malloc(10);
  memory = std::realloc(memory, 1000);
  const AllocationCounts after = CountAllocations();
  std::free(memory);

  EXPECT_EQ(between.cpp - before.cpp, 100);
  EXPECT_EQ(between.cpp_bytes - before.cpp_bytes, static_cast<int64_t>(100 * sizeof(std::string)));
  EXPECT_EQ(between.c - before.c, 0);
  EXPECT_EQ(after.cpp - between.cpp, 0);
  EXPECT_EQ(after.c - between.c, 2);
}

}  // namespace
}  // namespace mica
