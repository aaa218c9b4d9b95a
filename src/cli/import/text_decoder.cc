#include "cli/import/text_decoder.h"

#include <algorithm>
#include <cstring>

namespace linebook {
namespace {

struct KnownBeginning {
  std::string_view bytes;
  std::string_view what;
};
/// Files that are given for text by mistake.
constexpr KnownBeginning no_text[] = {
    {"PK\x03\x04", "a spreadsheet or an archive (.xlsx, .zip), not text: save it as CSV UTF-8"},
    {"\xD0\xCF\x11\xE0", "an old spreadsheet (.xls), not text: save it as CSV UTF-8"},
    {"\x1F\x8B", "compressed: unpack it first"},
    {"%PDF", "a PDF, not text: export it as CSV"},
};

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// UTF-16 without a byte order mark: of the first letters, every other byte is NUL.
std::optional<TextEncoding> evident_utf16(std::string_view raw) {
  constexpr std::size_t looked_at = 256;  // bytes
  constexpr std::size_t least = 8;
  raw = raw.substr(0, looked_at);
  if (raw.size() < least) return std::nullopt;
  std::size_t even = 0;
  std::size_t odd = 0;
  for (std::size_t i = 0; i < raw.size(); ++i)
    if (raw[i] == '\0') ++(i % 2 == 0 ? even : odd);
  auto const most = raw.size() / 2 * 7 / 10;
  if (odd >= most && even == 0) return TextEncoding::utf_16le;
  if (even >= most && odd == 0) return TextEncoding::utf_16be;
  return std::nullopt;
}

std::string hex_byte(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  auto const byte = static_cast<unsigned char>(c);
  return std::string("0x") + digits[byte >> 4] + digits[byte & 15];
}

}  // namespace

TextDecoder::TextDecoder(InputFile& file, std::optional<TextEncoding> said)
    : file_(file), said_(said), encoding_(said) {}

void TextDecoder::refuse(std::string why) { fault_ = Error{ErrorCode::validation_error, std::move(why), {}}; }

Result<void> TextDecoder::fill_raw() {
  auto kept = raw_.size();
  raw_.resize(piece);
  while (!ended_ && kept < piece) {
    auto n = file_.read(raw_.data() + kept, piece - kept);
    if (!n) return fail(std::move(n.error()));
    ended_ = *n == 0;
    kept += *n;
    bytes_read_ += *n;
  }
  raw_.resize(kept);
  return {};
}

/// Takes a byte order mark off, and recognises what needs no look at letters.
void TextDecoder::begin(std::string_view& raw) {
  started_ = true;
  for (auto const& kind : no_text)
    if (raw.starts_with(kind.bytes)) return refuse("the file is " + std::string(kind.what));
  struct Mark {
    std::string_view bytes;
    TextEncoding encoding;
  };
  for (auto const& mark : {Mark{utf8_mark, TextEncoding::utf_8}, Mark{"\xFF\xFE", TextEncoding::utf_16le},
                           Mark{"\xFE\xFF", TextEncoding::utf_16be}}) {
    if (!raw.starts_with(mark.bytes) || (said_ && *said_ != mark.encoding)) continue;
    encoding_ = mark.encoding;
    raw.remove_prefix(mark.bytes.size());
    return;
  }
  if (!encoding_) encoding_ = evident_utf16(raw);
}

Result<void> TextDecoder::next_piece() {
  decoded_.clear();
  at_ = 0;
  while (decoded_.empty() && !fault_ && (!ended_ || !raw_.empty())) {
    if (auto filled = fill_raw(); !filled) return filled;
    std::string_view raw = raw_;
    if (!started_) begin(raw);
    if (!fault_) raw.remove_prefix(decode(raw));
    if (ended_ && !raw.empty() && !fault_) refuse("the file ends in the middle of a character");
    raw_.erase(0, raw_.size() - raw.size());
    if (fault_) raw_.clear();
  }
  return {};
}

/// How many bytes it took; those that it left are the beginning of a character.
std::size_t TextDecoder::decode(std::string_view raw) {
  if (!encoding_) return decode_undecided(raw);
  switch (*encoding_) {
    case TextEncoding::utf_8:
      return decode_utf8(raw);
    case TextEncoding::windows_1252:
      return decode_windows_1252(raw);
    default:
      return decode_utf16(raw);
  }
}

std::size_t TextDecoder::decode_undecided(std::string_view raw) {
  auto const ascii = static_cast<std::size_t>(
      std::ranges::find_if(raw, [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; }) -
      raw.begin());
  if (ascii == raw.size()) return decode_utf8(raw);
  auto const scan = scan_utf8(raw);
  // One lone beginning at the piece's end says nothing yet.
  if (scan.cut_off && scan.valid == ascii && !ended_) return decode_utf8(raw.substr(0, ascii));
  if (scan.valid > ascii || scan.valid == raw.size()) {
    encoding_ = TextEncoding::utf_8;
    return decode_utf8(raw);
  }
  if (likely_windows_1252(raw) == raw.size()) {
    encoding_ = TextEncoding::windows_1252;
    return decode_windows_1252(raw);
  }
  auto const taken = decode_utf8(raw.substr(0, ascii));
  if (!fault_)
    refuse("the encoding is unclear: byte " + hex_byte(raw[ascii]) +
           " is not UTF-8, and what follows does not read like Windows-1252; say which it is with "
           "--encoding " +
           std::string(text_encoding_names) + ", or save the file as UTF-8");
  return taken;
}

std::size_t TextDecoder::decode_utf8(std::string_view raw) {
  auto scan = scan_utf8(raw);
  if (auto const nul = raw.find('\0'); nul < scan.valid) {
    decoded_.append(raw.substr(0, nul));
    refuse("the text holds a NUL byte; if it is UTF-16, say so: --encoding utf-16le or utf-16be");
    return nul;
  }
  decoded_.append(raw.substr(0, scan.valid));
  if (scan.valid < raw.size() && !(scan.cut_off && !ended_)) {
    refuse("the encoding is unclear: byte " + hex_byte(raw[scan.valid]) + " is not UTF-8" +
           (said_ ? "" : ", as the text before it is") +
           "; mend it, or say with --encoding what the file is in: " + std::string(text_encoding_names));
  }
  return scan.valid;
}

std::size_t TextDecoder::decode_windows_1252(std::string_view raw) {
  auto const likely = said_ ? raw.size() : likely_windows_1252(raw);
  for (std::size_t i = 0; i < likely; ++i) {
    auto const c = windows_1252(static_cast<unsigned char>(raw[i]));
    if (!c || *c == 0) {
      refuse("byte " + hex_byte(raw[i]) +
             " stands for nothing in Windows-1252; say with --encoding what "
             "the file is in: " +
             std::string(text_encoding_names));
      return i;
    }
    append_utf8(decoded_, *c);
  }
  if (likely < raw.size())
    refuse("the encoding is unclear: byte " + hex_byte(raw[likely]) +
           " does not read like Windows-1252, as the text before it does; say with --encoding what the file "
           "is in: " +
           std::string(text_encoding_names));
  return likely;
}

std::size_t TextDecoder::decode_utf16(std::string_view raw) {
  bool const big = *encoding_ == TextEncoding::utf_16be;
  auto const unit = [&](std::size_t at) {
    auto const first = static_cast<unsigned char>(raw[at]);
    auto const second = static_cast<unsigned char>(raw[at + 1]);
    return static_cast<char32_t>(big ? first << 8 | second : second << 8 | first);
  };
  std::size_t at = 0;
  while (at + 2 <= raw.size()) {
    char32_t c = unit(at);
    bool const high = c >= 0xD800 && c <= 0xDBFF;
    if (high && at + 4 > raw.size() && !ended_) break;
    char32_t const low = high && at + 4 <= raw.size() ? unit(at + 2) : 0;
    bool const pair = low >= 0xDC00 && low <= 0xDFFF;
    if ((high && !pair) || (c >= 0xDC00 && c <= 0xDFFF) || c == 0) {
      refuse("the text is not " + std::string(to_string(*encoding_)) +
             ", as it seemed; say with --encoding what the file is in: " + std::string(text_encoding_names));
      break;
    }
    if (pair) c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    append_utf8(decoded_, c);
    at += pair ? 4 : 2;
  }
  return at;
}

Result<std::string_view> TextDecoder::beginning() {
  if (!started_)
    if (auto filled = next_piece(); !filled) return fail(std::move(filled.error()));
  return std::string_view(decoded_).substr(at_);
}

Result<std::size_t> TextDecoder::read(char* into, std::size_t size) {
  if (at_ == decoded_.size()) {
    if (fault_) return fail(*fault_);
    if (auto filled = next_piece(); !filled) return fail(std::move(filled.error()));
    if (decoded_.empty()) {
      if (fault_) return fail(*fault_);
      return 0;
    }
  }
  auto const n = std::min(size, decoded_.size() - at_);
  std::memcpy(into, decoded_.data() + at_, n);
  at_ += n;
  return n;
}

}  // namespace linebook
