#include "viz/plot/plot_glyphs.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/utf8.h"

namespace mica {
namespace {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};

// Lays out as gnuplot's terminal does: Pango on Cairo, with DejaVu Sans first.
class GlyphFinder {
 public:
  GlyphFinder()
      : context_(pango_font_map_create_context(pango_cairo_font_map_get_default())),
        layout_(pango_layout_new(context_.get())),
        font_(pango_font_description_from_string("DejaVu Sans 10")) {
    pango_layout_set_font_description(layout_.get(), font_.get());
  }

  bool HasAll(const std::string& text) const {
    pango_layout_set_text(layout_.get(), text.data(), static_cast<int>(text.size()));
    return pango_layout_get_unknown_glyphs_count(layout_.get()) == 0;
  }

 private:
  const std::unique_ptr<PangoContext, Unref> context_;
  const std::unique_ptr<PangoLayout, Unref> layout_;
  const std::unique_ptr<PangoFontDescription, Unref> font_;
};

std::set<std::string> CharactersBeyondAscii(absl::string_view text) {
  std::set<std::string> characters;
  while (!text.empty()) {
    const absl::string_view character = text.substr(0, std::max<size_t>(1, Utf8CharacterSize(text)));
    if (character.size() > 1) characters.emplace(character);
    text.remove_prefix(character.size());
  }
  return characters;
}

std::set<std::string> MissingAmong(const std::set<std::string>& characters, const GlyphFinder& finder) {
  std::set<std::string> missing;
  if (finder.HasAll(absl::StrJoin(characters, " "))) return missing;
  for (const std::string& character : characters) {
    if (!finder.HasAll(character)) missing.insert(character);
  }
  return missing;
}

}  // namespace

std::string WithKnownGlyphs(absl::string_view text) {
  const std::set<std::string> characters = CharactersBeyondAscii(text);
  if (characters.empty()) return std::string(text);
  const GlyphFinder finder;
  const std::set<std::string> missing = MissingAmong(characters, finder);
  if (missing.empty()) return std::string(text);
  const std::string box = finder.HasAll("□") ? "□" : "?";
  std::string result;
  while (!text.empty()) {
    const absl::string_view character = text.substr(0, std::max<size_t>(1, Utf8CharacterSize(text)));
    absl::StrAppend(&result, missing.count(std::string(character)) > 0 ? box : std::string(character));
    text.remove_prefix(character.size());
  }
  return result;
}

}  // namespace mica
