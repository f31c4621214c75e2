// A bar of a text histogram, in eighths of a column.
//   TextBar(0.3, 5) == "█▌"
#ifndef MICA_BASE_TEXT_BAR_H_
#define MICA_BASE_TEXT_BAR_H_

#include <string>

namespace mica {

// `fraction` of `columns`, without blanks behind it. What is not zero has at least an eighth.
// fraction: [0, 1].
std::string TextBar(double fraction, int columns);

}  // namespace mica

#endif  // MICA_BASE_TEXT_BAR_H_
