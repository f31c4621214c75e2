#include "data/index/class_map.h"

#include <gtest/gtest.h>

namespace mica {
namespace {

TEST(ClassMapTest, KeepsTheOrderOfTheNames) {
  const ClassMap classes({"cat", "dog"});
  EXPECT_EQ(classes.size(), 2);
  EXPECT_EQ(classes.name(1), "dog");
}

TEST(ClassMapTest, FingerprintIsPinned) {
  EXPECT_EQ(ClassMap({"cat", "dog"}).fingerprint(), "d194780879103424");
}

TEST(ClassMapTest, FingerprintDependsOnOrderAndOnWhereANameEnds) {
  const std::string fingerprint = ClassMap({"cat", "dog"}).fingerprint();
  EXPECT_EQ(fingerprint, ClassMap({"cat", "dog"}).fingerprint());
  EXPECT_NE(fingerprint, ClassMap({"dog", "cat"}).fingerprint());
  EXPECT_NE(fingerprint, ClassMap({"catd", "og"}).fingerprint());
  EXPECT_NE(fingerprint, ClassMap({"cat", "dog", ""}).fingerprint());
}

}  // namespace
}  // namespace mica
