// A file's text as UTF-8, whichever encoding it is in: said, told by a byte order mark, or recognised.
//
// Nothing is guessed where it could be wrong: ASCII is the same in all of them and decides nothing; the first
// bytes beyond it do, together with the `piece` of the file that they are in. What could be UTF-8 is UTF-8;
// what cannot and reads like Windows-1252 is that; anything else is refused. Constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/import/text_encoding.h"

namespace linebook {

class TextDecoder {
 public:
  static constexpr std::size_t piece = 64 * 1024;  // bytes of the file that are looked at together

  /// `file` outlives the decoder. `said`: what --encoding says, which is then not doubted.
  TextDecoder(InputFile& file, std::optional<TextEncoding> said);

  /// The text of the first piece, or of what comes before a fault in it; the whole file's where that is
  /// smaller. read() gives it once more. Before any read().
  Result<std::string_view> beginning();
  /// Is beginning() all there is, without a fault behind it?
  bool beginning_is_all() const { return ended_ && !fault_; }
  bool beginning_is_faulty() const { return fault_.has_value(); }

  /// Up to `size` bytes of UTF-8, without a byte order mark and without NUL; 0 at the end. A fault of the
  /// text is a validation_error, told when all before it has been read.
  Result<std::size_t> read(char* into, std::size_t size);

  /// As far as it is known by now; ASCII counts as UTF-8.
  TextEncoding encoding() const { return encoding_.value_or(TextEncoding::utf_8); }
  std::uint64_t bytes_read() const { return bytes_read_; }  // of the file

 private:
  Result<void> next_piece();
  Result<void> fill_raw();
  void begin(std::string_view& raw);
  std::size_t decode(std::string_view raw);
  std::size_t decode_undecided(std::string_view raw);
  std::size_t decode_utf8(std::string_view raw);
  std::size_t decode_windows_1252(std::string_view raw);
  std::size_t decode_utf16(std::string_view raw);
  void refuse(std::string why);

  InputFile& file_;
  std::optional<TextEncoding> said_;
  std::optional<TextEncoding> encoding_;
  bool started_ = false;
  bool ended_ = false;  // of the file
  std::optional<Error> fault_;
  std::string raw_;      // of the file, not decoded yet
  std::string decoded_;  // not read yet, from at_
  std::size_t at_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace linebook
