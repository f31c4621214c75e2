#include "base/number_format.h"

#include <charconv>
#include <cmath>

namespace mica {
namespace {

template <typename Float>
std::string Shortest(Float value) {
  if (std::isnan(value)) return "nan";  // to_chars would keep the sign, which is meaningless
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, end);
}

}  // namespace

std::string FormatNumber(double value) {
  return Shortest(value);
}

std::string FormatNumber(float value) {
  return Shortest(value);
}

std::string FormatFixed(double value, int digits) {
  if (std::isnan(value)) return "nan";
  char buffer[512];  // the largest double has 309 digits before the point
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed, digits);
  return std::string(buffer, end);
}

std::string FormatDigits(double value, int digits) {
  if (std::isnan(value)) return "nan";
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::general, digits);
  return std::string(buffer, end);
}

}  // namespace mica
