// A file of contacts as it is read: a spreadsheet or a stack of vCards.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/ports/import_desk.h"
#include "cli/import/contact_batch.h"
#include "cli/import/contact_card.h"

namespace linebook {

class ContactSource {
 public:
  virtual ~ContactSource() = default;
  /// Appends what the next row, or card, comes to; false at the end. An error ends the reading: what was read
  /// before stands.
  virtual Result<bool> next(ContactBatch& into) = 0;

  virtual std::string_view unit() const = 0;  // "rows"
  virtual std::uint64_t bytes_read() const = 0;
  /// "a person a row, read as UTF-8, separated by ;"
  virtual std::string told() const = 0;
  /// Of each column: its name, and what it became. Empty where there are none.
  virtual std::vector<std::pair<std::string, std::string>> columns() const = 0;
  /// Likewise, in parts: the form and the columns, without rows and faults.
  virtual UnderstoodFile understood() const = 0;
  virtual LeftOut const& left_out() const = 0;
};

}  // namespace linebook
