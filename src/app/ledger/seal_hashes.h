// What exactly the keyed hashes of seals cover. Part of the format of every database: never change, only add.
#pragma once

#include <string>
#include <string_view>

#include "app/ledger/seals.h"
#include "app/ports/ledger.h"
#include "app/ports/secrets.h"

namespace linebook {

/// The chain value of a run of rows, from the chain value before it. Every part is preceded by its length,
/// so that no two runs hash alike.
class RunHash {
 public:
  RunHash(SealedBook, AccountId, std::string_view previous_chain);
  void add(StoredRow const&);
  std::string chain(Secrets const&) const;  // 32 bytes

 private:
  std::string text_;
};

/// row_mac_bytes over account, sequence and row.
std::string row_mac(SealedBook, AccountId, StoredRow const&, Secrets const&);

}  // namespace linebook
