// Text that people typed: what may be kept, and the key by which a name is found again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace linebook {

/// Folds a name for prefix search: compatibility forms (NFKC), case, accents, kinds of dashes and apostrophes
/// and runs of spaces are evened out: "Müller" and "MULLER" are "muller", "O’Brien" is "o'brien", "Łukasz" is
/// "lukasz". Empty for a name of nothing but blanks and invisible characters, and for text that is not UTF-8.
std::string name_key(std::string_view name);

/// Valid UTF-8 of at most `max_characters` code points, with no control character, line or paragraph
/// separator. Empty text is clean.
bool is_clean_text(std::string_view text, std::size_t max_characters);

}  // namespace linebook
