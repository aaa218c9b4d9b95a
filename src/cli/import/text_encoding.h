// The encodings in which spreadsheets and address books save text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace linebook {

enum class TextEncoding : std::uint8_t { utf_8, utf_16le, utf_16be, windows_1252 };

/// What --encoding takes, to be told where a file's encoding stays unclear.
inline constexpr std::string_view text_encoding_names = "utf-8, utf-16le, utf-16be or windows-1252";

/// "UTF-8", "UTF-16 LE", "Windows-1252"
std::string_view to_string(TextEncoding);
/// As --encoding takes it: "utf-8", "utf-16le"
std::string_view text_encoding_name(TextEncoding);
/// "utf-8", "UTF16LE", "Windows-1252", "cp1252"; ISO 8859-1 is read as Windows-1252, as browsers do.
std::optional<TextEncoding> parse_text_encoding(std::string_view);

void append_utf8(std::string& out, char32_t);

/// The character of a byte in Windows-1252; nothing for the five that it does not define.
std::optional<char32_t> windows_1252(unsigned char);

struct Utf8Scan {
  std::size_t valid = 0;  // bytes of whole, valid characters that the text begins with
  bool cut_off = false;   // what follows them is the beginning of one that the text's end cuts off
};
Utf8Scan scan_utf8(std::string_view);

/// From where `text` does not read like Windows-1252, but like another encoding's bytes (of Cyrillic letters,
/// of DOS, of an old Mac, of Japanese); its size where all of it does. ASCII always does.
std::size_t likely_windows_1252(std::string_view text);

/// A piece of a file as a message may show it on a terminal: at most `max_shown_text` bytes of it, control
/// characters, those that turn the direction of writing, and what is not UTF-8 written out as in "\x1B".
inline constexpr std::size_t max_shown_text = 60;
std::string shown(std::string_view);

}  // namespace linebook
