// Numbers as text for files and messages: the fewest digits that read back equal, in any locale.
//   FormatNumber(0.1) == "0.1", FormatNumber(0.1f) == "0.1", FormatNumber(1e-7) == "1e-07"
// Others are "nan", "inf" and "-inf".
#ifndef MICA_BASE_NUMBER_FORMAT_H_
#define MICA_BASE_NUMBER_FORMAT_H_

#include <string>

namespace mica {

std::string FormatNumber(double value);
std::string FormatNumber(float value);

// A fixed number of digits (0 to 100) after the point, for tables: FormatFixed(0.87654, 2) ==
// "0.88".
std::string FormatFixed(double value, int digits);

// At most `digits` (1 to 17) that count, for tables of numbers of any size: FormatDigits(0.0123456,
// 3) == "0.0123", FormatDigits(123456, 3) == "1.23e+05".
std::string FormatDigits(double value, int digits);

}  // namespace mica

#endif  // MICA_BASE_NUMBER_FORMAT_H_
