// GoogleMock matchers for the problems of a picture.
//   EXPECT_THAT(problems, ElementsAre(IsUnusable(PictureFault::kTruncated, HasSubstr("row 8"))));
#ifndef MICA_DATA_DECODE_PROBLEM_MATCHERS_H_
#define MICA_DATA_DECODE_PROBLEM_MATCHERS_H_

#include <gmock/gmock.h>

#include <ostream>

#include "data/decode/picture_format.h"

namespace mica {

inline std::ostream& operator<<(std::ostream& out, const PictureProblem& problem) {
  return out << PictureFaultName(problem.fault) << (problem.is_usable ? " (usable): " : ": ") << problem.message;
}

template <typename Message>
auto IsUnusable(PictureFault fault, const Message& message) {
  return testing::AllOf(testing::Field(&PictureProblem::fault, fault), testing::Field(&PictureProblem::is_usable, false),
                        testing::Field(&PictureProblem::message, message));
}

template <typename Message>
auto IsNote(PictureFault fault, const Message& message) {
  return testing::AllOf(testing::Field(&PictureProblem::fault, fault), testing::Field(&PictureProblem::is_usable, true),
                        testing::Field(&PictureProblem::message, message));
}

}  // namespace mica

#endif  // MICA_DATA_DECODE_PROBLEM_MATCHERS_H_
