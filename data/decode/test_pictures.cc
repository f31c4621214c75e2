#include "data/decode/test_pictures.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "data/decode/picture_bytes.h"
#include "data/decode/picture_format.h"

namespace mica {
namespace {

struct Row {
  const char* name;
  const char* base64;
  const char* shown;
};

// Written by Pillow 13.0.0, which also read them back for the third column. Its BMPs of one and of
// eight bits are grey or black and white to Pillow where their palette is.
constexpr Row kRows[] = {
    {"jpeg_grey",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/"
     "wAALCAAFAAcBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAf/EABkQAAEFAAAAAAAAAAAAAAAAAAADBAUR4f/aAAgBAQAAPwBZxyNYf//Z",
     "JPEG grey, 8 bits, 7 x 5"},
    {"jpeg_rgb",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/"
     "2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAFAAcDASIAAhEBAxEB/8QA"
     "FQABAQAAAAAAAAAAAAAAAAAAAAH/xAAZEAEAAgMAAAAAAAAAAAAAAAAAAwQFEeH/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/EABoRAAICAwAAAAAAAAAAAAAA"
     "AAABAgMREiH/2gAMAwEAAhEDEQA/ALTx0OuAJFvAotnoun//2Q==",
     "JPEG RGB, 8 bits, 7 x 5"},
    {"jpeg_progressive",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/"
     "2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAAFAAcDASIAAhEBAxEB/8QA"
     "FAABAAAAAAAAAAAAAAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAAB/9oADAMBAAIQAxAAAAEI/8QAFxAAAwEAAAAAAAAAAAAAAAAAAAECA//aAAgBAQAB"
     "BQKM0f/EABcRAAMBAAAAAAAAAAAAAAAAAAABAhH/2gAIAQMBAT8Binh//8QAFREBAQAAAAAAAAAAAAAAAAAAAAH/2gAIAQIBAT8Bj//EABQQAQAAAAAAAAAA"
     "AAAAAAAAAAD/2gAIAQEABj8Cf//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAT8hH//aAAwDAQACAAMAAAAQ+//EABYRAAMAAAAAAAAAAAAAAAAAAAAR"
     "If/aAAgBAwEBPxBfT//EABYRAQEBAAAAAAAAAAAAAAAAAAEAEf/aAAgBAgEBPxBOX//EABYQAAMAAAAAAAAAAAAAAAAAAAAR4f/aAAgBAQABPxBKH//Z",
     "JPEG RGB, 8 bits, 7 x 5, progressive"},
    {"jpeg_cmyk",
     "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNbXYW1hpCeo6utq2eAvMm6pseZqKuk/8AA"
     "FAgABQAHBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAIG/8QAHxAAAQIGAwAAAAAAAAAAAAAAAAEEAwUGEhVxMlGh/9oADgRDAE0AWQBLAAA/"
     "ADTvBNDwjXrwMsaQ7U0Ux//Z",
     "JPEG CMYK, 8 bits, 7 x 5"},
    {"jpeg_orientation_6",
     "/9j/4AAQSkZJRgABAQAAAQABAAD/4QA0RXhpZgAATU0AKgAAAAgAAgEPAAIAAAAGAAAAJgESAAMAAAABAAYAAAAAAABtYWtlcgD/2wBDABsSFBcUERsXFhce"
     "HBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSk"
     "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAFAAcDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAH/xAAZEAEAAgMAAAAAAAAA"
     "AAAAAAAAAwQFEeH/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/EABoRAAICAwAAAAAAAAAAAAAAAAABAgMREiH/2gAMAwEAAhEDEQA/ALTx0OuAJFvAotnoun//"
     "2Q==",
     "JPEG RGB, 8 bits, 7 x 5, orientation 6"},
    {"png_grey_1", "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAQAAAACh4ct1AAAAEklEQVR4nGNgYBBhMmPiYdgDAAKYARdt4UOQAAAAAElFTkSuQmCC",
     "PNG grey, 1 bit, 7 x 5"},
    {"png_grey", "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAACs8akEAAAAIElEQVR4nGNk4OXl5eXlZVSA0CzyvLy8vLx8LDA+lAYAKF8CFXL0zC0AAAAASUVORK5CYII=",
     "PNG grey, 8 bits, 7 x 5"},
    {"png_grey_16", "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFEAAAAAD8YXVHAAAAGUlEQVR4nGNkYGB+wQKHTAzsyJAglxGJCwCFUwZWvHIe8AAAAABJRU5ErkJggg==",
     "PNG grey, 16 bits, 7 x 5"},
    {"png_grey_alpha",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAQAAAAjkz5TAAAAHklEQVR4nGNkkOJlQEAWBUMUrrwpgsPHwKJggkcxAHEYAv3J/yPwAAAAAElFTkSuQmCC",
     "PNG grey+alpha, 8 bits, 7 x 5"},
    {"png_grey_key",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAAAAACs8akEAAAAAnRSTlMAJEqQKekAAAAgSURBVHicY2Tg5eXl5eVlVIDQLPK8vLy8vHwsMD6UBgAoXwIVcvTM"
     "LQAAAABJRU5ErkJggg==",
     "PNG grey+alpha, 8 bits, 7 x 5"},
    {"png_rgb", "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAAGklEQVR4nGNkYGBQYRBBQywMRiIMDOiIclEADCsEWlQdBPkAAAAASUVORK5CYII=",
     "PNG RGB, 8 bits, 7 x 5"},
    {"png_rgb_key",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAABnRSTlMAAAAAAABupgeRAAAAGklEQVR4nGNkYGBQYRBBQywMRiIMDOiIclEADCsEWlQdBPkA"
     "AAAASUVORK5CYII=",
     "PNG RGBA, 8 bits, 7 x 5"},
    {"png_rgba",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAYAAACJmvbYAAAAKklEQVR4nGNkYGCQUmEQYcCGWRiMRAwZGEQYsGEWBiMRU3ySJvgkcRoLAKj3BT+sTolpAAAA"
     "AElFTkSuQmCC",
     "PNG RGBA, 8 bits, 7 x 5"},
    {"png_palette_2",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEWilpYkllCiGWQkGR6aPwbDAAAAF0lEQVR4nGP8t4qJgYEhhIGJgYGJgQEAGW4CBHWh"
     "Lv4AAAAASUVORK5CYII=",
     "PNG palette, 2 bits, 7 x 5"},
    {"png_palette_alpha_2",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFAgMAAAD09B5LAAAADFBMVEWilpYkllCiGWQkGR6aPwbDAAAAAnRSTlP/AOW3MEoAAAAXSURBVHicY/y3iomBgSGE"
     "gYmBgYmBAQAZbgIEdaEu/gAAAABJRU5ErkJggg==",
     "PNG palette+alpha, 2 bits, 7 x 5"},
    {"png_orientation_3",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAALGVYSWZNTQAqAAAACAACAQ8AAgAAAAYAAAAmARIAAwAAAAEAAwAAAAAAAG1ha2VyAI0lbtMA"
     "AAAaSURBVHicY2RgYFBhEEFDLAxGIgwM6IhyUQAMKwRaVB0E+QAAAABJRU5ErkJggg==",
     "PNG RGB, 8 bits, 7 x 5, orientation 3"},
    {"png_animated",
     "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAACGFjVEwAAAACAAAAAPONk3AAAAAaZmNUTAAAAAAAAAAHAAAABQAAAAAAAAAAAAEAGQAAU79D"
     "iQAAABpJREFUeJxjZGBgUGEQQUMsDEYiDAzoiHJRAAwrBFpUHQT5AAAAGmZjVEwAAAABAAAABwAAAAUAAAAAAAAAAAABABkAAMjMqV0AAAAfZmRBVAAAAAJ4"
     "nGO8ceLEHYY3aIiF4dwbBgZ0RLkoABsCKjJqe6roAAAAAElFTkSuQmCC",
     "PNG RGB, 8 bits, 7 x 5, animated"},
    {"bmp_1", "Qk1SAAAAAAAAAD4AAAAoAAAABwAAAAUAAAABAAEAAAAAABQAAADEDgAAxA4AAAIAAAACAAAAAAAAAP///wC8AAAAVgAAAEoAAAAUAAAAAAAAAA==",
     "BMP palette, 1 bit, 7 x 5"},
    {"bmp_8",
     "Qk1uAAAAAAAAAEYAAAAoAAAABwAAAAUAAAABAAgAAAAAACgAAADEDgAAxA4AAAQAAAAEAAAAlpaiAFCWJABkGaIAHhkkAAEBAQAAAAAAAQEBAAAAAAABAQEA"
     "AAAAAAMDAwICAgIAAwMDAgICAgA=",
     "BMP palette, 8 bits, 7 x 5"},
    {"bmp_24",
     "Qk2uAAAAAAAAADYAAAAoAAAABwAAAAUAAAABABgAAAAAAHgAAADEDgAAxA4AAAAAAAAAAAAAUMgAZMgkeMhIjMhsoMiQtMi0yMjYAAAAPJYAUJYkZJZIeJZs"
     "jJaQoJa0tJbYAAAAKGQAPGQkUGRIZGRseGSQjGS0oGTYAAAAFDIAKDIkPDJIUDJsZDKQeDK0jDLYAAAAAAAAFAAkKABIPABsUACQZAC0eADYAAAA",
     "BMP RGB, 8 bits, 7 x 5"},
    {"webp_lossy", "UklGRjoAAABXRUJQVlA4IC4AAACwAQCdASoHAAUABABoJbACdAEOuwSAAP7du+kIJJ0SlQ22wF/fYD58ZNOh1HgA", "WebP RGB, 8 bits, 7 x 5"},
    {"webp_lossy_alpha",
     "UklGRngAAABXRUJQVlA4WAoAAAAQAAAABgAABAAAQUxQSCQAAAAAGhoaGhoaGktLS0tLS0uAgICAgICAtLS0tLS0tOXl5eXl5eVWUDggLgAAALABAJ0BKgcA"
     "BQAEAGglsAJ0AQ67BIAA/t276QgknRKVDbbAX99gPRbUq2W3SAA=",
     "WebP RGBA, 8 bits, 7 x 5"},
    {"webp_lossless", "UklGRi4AAABXRUJQVlA4TCEAAAAvBgABALmM6H/sIqL/AYVsI0DHdP54v8GQDEVMAMCSXgAA", "WebP RGB, 8 bits, 7 x 5"},
    {"webp_lossless_alpha",
     "UklGRjYAAABXRUJQVlA4TCoAAAAvBgABELmM6H/sIqL/AYFAMtP+eEEMyVAoZBsBxvM4incCQg3X2muntQA=", "WebP RGBA, 8 bits, 7 x 5"},
    {"webp_orientation_8",
     "UklGRoAAAABXRUJQVlA4WAoAAAAIAAAABgAABAAAVlA4IC4AAACwAQCdASoHAAUABABoJbACdAEOuwSAAP7du+kIJJ0SlQ22wF/fYD58ZNOh1HgARVhJRiwA"
     "AABNTQAqAAAACAACAQ8AAgAAAAYAAAAmARIAAwAAAAEACAAAAAAAAG1ha2VyAA==",
     "WebP RGB, 8 bits, 7 x 5, orientation 8"},
    {"webp_animated",
     "UklGRhIBAABXRUJQVlA4WAoAAAACAAAABgAABAAAQU5JTQYAAAAAAAAAAABBTk1GgAAAAAAAAAAAAAYAAAQAACgAAAJWUDggaAAAAFABAJ0BKgcABQABQCYl"
     "sAAFjAAA/u+WP/29//7pn/7zqf/R5/6Kd//3l3//3/+xP/3P93EDP/4Rzhv/8I56ff+qBftjI4ff+rFfWX+ItwtSN59f/qP25/R9P7ir7/fwb/8y/9F8OAAA"
     "QU5NRl4AAAAAAAAAAAAGAAAEAAAoAAAAVlA4IEYAAADUAQCdASoHAAUAAAAmJbAAA0ERYwo7cAD5ahuORnX39pu33HoqFJdBxNl58R1X8f/Ov+wDxn+q5ftl"
     "/Nv8m//rD/mbeAAA",
     "WebP RGB, 8 bits, 7 x 5, animated"},
    {"pgm_raw", "UDUKNyA1CjI1NQoADRonNEFOIC06R1Rhbj9MWWZzgI5fbHmGk6Ctf4yZprPAzQ==", "PNM grey, 8 bits, 7 x 5"},
    {"ppm_raw",
     "UDYKNyA1CjI1NQoAAAAkABRIAChsADyQAFC0AGTYAHgAMhQkMihIMjxsMlCQMmS0MnjYMowAZCgkZDxIZFBsZGSQZHi0ZIzYZKAAljwkllBIlmRslniQloy0"
     "lqDYlrQAyFAkyGRIyHhsyIyQyKC0yLTYyMg=",
     "PNM RGB, 8 bits, 7 x 5"},
    {"pbm_raw", "UDQKNyA1Cv7qtKhC", "PNM grey, 1 bit, 7 x 5"},
    {"pgm_raw_16", "UDUKNyA1CjY1NTM1CgAAA+gH0Au4D6ATiBdwAAcD7wfXC78PpxOPF3cADgP2B94Lxg+uE5YXfgAVA/0H5QvND7UTnReFABwEBAfsC9QPvBOkF4w=",
     "PNM grey, 16 bits, 7 x 5"},
};

std::vector<TestPicture> Decoded() {
  std::vector<TestPicture> pictures;
  for (const Row& row : kRows) {
    pictures.push_back({row.name, "", row.shown});
    if (!absl::Base64Unescape(row.base64, &pictures.back().bytes)) abort();
  }
  return pictures;
}

}  // namespace

const std::vector<TestPicture>& TestPictures() {
  static const auto& pictures = *new std::vector<TestPicture>(Decoded());
  return pictures;
}

const std::string& TestPictureBytes(absl::string_view name) {
  const std::vector<TestPicture>& all = TestPictures();
  const auto found = std::find_if(all.begin(), all.end(), [&](const TestPicture& picture) { return picture.name == name; });
  if (found == all.end()) abort();
  return found->bytes;
}

std::string Big16(uint32_t number) {
  return {static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string Big32(uint32_t number) {
  return Big16(number >> 16) + Big16(number);
}

std::string Little16(uint32_t number) {
  return {static_cast<char>(number), static_cast<char>(number >> 8)};
}

std::string Little32(uint32_t number) {
  return Little16(number) + Little16(number >> 16);
}

std::string PngChunk(absl::string_view type, absl::string_view data) {
  const std::string covered = absl::StrCat(type, data);
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(covered.data()), static_cast<uInt>(covered.size()));
  return absl::StrCat(Big32(static_cast<uint32_t>(data.size())), covered, Big32(static_cast<uint32_t>(sum)));
}

std::string TiffWithOrientation(int orientation) {
  return absl::StrCat("MM", Big16(42), Big32(8), Big16(1), Big16(0x0112), Big16(3), Big32(1), Big16(orientation), Big16(0), Big32(0));
}

std::string Shown(const ProbeResult& probe) {
  std::string shown;
  if (probe.header.has_value()) {
    const PictureHeader& header = *probe.header;
    absl::StrAppend(&shown, PictureFormatName(header.format), " ", ColourKindName(header.colour), ", ", int{header.bits},
                    header.bits == 1 ? " bit, " : " bits, ", header.width_px, " x ", header.height_px);
    if (header.orientation != 1) absl::StrAppend(&shown, ", orientation ", int{header.orientation});
    if (header.is_animated) absl::StrAppend(&shown, ", animated");
    if (header.is_progressive) absl::StrAppend(&shown, ", progressive");
  }
  if (probe.problem.has_value()) absl::StrAppend(&shown, PictureFaultName(probe.problem->fault), ": ", probe.problem->message);
  return shown;
}

std::string ShownBy(ProbeResult (*reader)(HeaderWindow&), absl::string_view bytes) {
  PictureInMemory picture(bytes);
  HeaderWindow window(picture);
  return Shown(reader(window));
}

}  // namespace mica
