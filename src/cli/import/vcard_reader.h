// Reads vCards 3.0 (RFC 2426) and 4.0 (RFC 6350) as telephones and mail programs write them, and what is
// left of 2.1: folded lines, groups, lists of types, quoted parameters, tel: URIs. Our own, and small:
// Debian packages no C++ library for vCards (libical 3 reads calendars). Constant memory, every size bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/import/contact_card.h"
#include "cli/import/text_decoder.h"
#include "cli/import/vcard_property.h"

namespace linebook {

class VCardReader {
 public:
  static constexpr std::size_t max_line = 16 * 1024;  // bytes of a logical line; what is beyond is not kept
  static constexpr std::size_t max_properties = 10'000;  // of a card

  /// `text` outlives the reader.
  explicit VCardReader(TextDecoder& text) : text_(text) {}

  /// The next card, with faults where it cannot be taken; false at the end. Groups of people are passed over.
  /// An error where the file holds something other than cards.
  Result<bool> next(ContactCard&);
  std::uint64_t groups_passed_over() const { return groups_; }

 private:
  enum class Line { text, end };

  Result<bool> read_physical(std::string& into);
  Result<Line> read_logical();
  Result<int> peek();
  std::unexpected<Error> refuse(std::string const& why) const;

  TextDecoder& text_;
  std::string buffer_ = std::string(64 * 1024, '\0');
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  bool ended_ = false;
  std::string line_;               // logical
  bool cut_ = false;               // longer than max_line
  std::uint64_t number_ = 0;       // of physical lines read
  std::uint64_t line_number_ = 0;  // where the logical one began
  std::uint64_t cards_ = 0;
  std::uint64_t groups_ = 0;
};

}  // namespace linebook
