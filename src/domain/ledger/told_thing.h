// What a ledger's entries, one after the other, say that a thing must be by now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ledger/ledger_entry.h"

namespace linebook {

class ToldThing {
 public:
  /// `unsaid`: what the thing is before any entry tells of it, where that is not nothing.
  explicit ToldThing(Entity entity, Fields const& unsaid = {});

  Entity entity() const { return entity_; }
  bool is_there() const { return there_; }
  std::int64_t last_sequence() const { return last_sequence_; }  // of the entry that told last

  /// The next entry that tells of it. The first field that the entry found other than the entries before it
  /// had left it; empty where there is none.
  std::string add(LedgerEntry const&);

  /// Null where no entry ever told of it.
  FieldValue const& value(std::string_view field) const;

  /// The fields of `stands` that are not what was told. A secret was only told to have changed: it differs
  /// where it stands although nobody ever told so.
  std::vector<std::string_view> differing(Fields const& stands) const;

 private:
  struct Told {
    std::string field;
    FieldValue value;
    bool is_secret = false;
  };
  Told const* find(std::string_view field) const;
  Told& told(std::string_view field);

  Entity entity_;
  std::vector<Told> unsaid_;
  std::vector<Told> fields_;
  std::int64_t last_sequence_ = 0;
  bool there_ = false;
};

}  // namespace linebook
