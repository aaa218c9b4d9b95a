// What exactly the ledger's keyed hashes cover. Part of the format of every database: never change, only add.
#pragma once

#include <string>
#include <string_view>

#include "app/ports/ledger.h"
#include "app/ports/secrets.h"

namespace linebook {

/// The chain value of a run of entries, from the chain value before it. Every part is preceded by its length,
/// so that no two runs hash alike.
class LedgerRunHash {
 public:
  LedgerRunHash(AccountId, std::string_view previous_chain);
  void add(StoredEntry const&);
  std::string chain(Secrets const&) const;  // 32 bytes

 private:
  std::string text_;
};

/// entry_mac_bytes over account, sequence and entry.
std::string ledger_entry_mac(AccountId, StoredEntry const&, Secrets const&);

}  // namespace linebook
