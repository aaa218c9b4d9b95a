// People as vCards 4.0 (RFC 6350), for address books: a desk phone or CRM that shows who is calling.
#pragma once

#include <string>
#include <string_view>

#include "app/contacts/people.h"

namespace linebook {

inline constexpr std::string_view vcard_media_type = "text/vcard";  // RFC 6350, section 10.1; UTF-8 always

/// Octets of a line, its end not counted. (RFC 6350, section 3.2)
inline constexpr std::size_t max_vcard_line = 75;

/// Appends one card: who the person is, and the numbers, primary ones first with PREF=1. A type `other` is
/// TYPE=voice. vCards have no word for do-not-call or verified: such numbers stand there like the others.
void append_vcard(std::string& out, PersonWithNumbers const&);

/// "Ed, Jr.\nMD" → "Ed\, Jr.\nMD", as section 3.4 has it.
std::string vcard_escaped(std::string_view text);

/// Appends a content line, folded behind at most max_vcard_line octets and never within a character.
void append_vcard_line(std::string& out, std::string_view line);

}  // namespace linebook
