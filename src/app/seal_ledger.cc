#include "app/ledger_hashes.h"
#include "app/ledger_seals.h"
#include "app/ports/blocking.h"

namespace linebook {
namespace {

void append_number(std::string& out, std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFF);
}

std::string bytes_of(Mac const& mac, std::size_t size) {
  return {reinterpret_cast<char const*>(mac.data()), size};
}

}  // namespace

LedgerRunHash::LedgerRunHash(AccountId account, std::string_view previous_chain) {
  text_ = "linebook ledger run";
  append_number(text_, account.value);
  append_number(text_, static_cast<std::int64_t>(previous_chain.size()));
  text_ += previous_chain;
}

void LedgerRunHash::add(StoredEntry const& entry) {
  append_number(text_, entry.sequence);
  append_number(text_, static_cast<std::int64_t>(entry.canonical.size()));
  text_ += entry.canonical;
}

std::string LedgerRunHash::chain(Secrets const& secrets) const {
  auto const mac = secrets.mac(MacPurpose::ledger_seal, text_);
  return bytes_of(mac, mac.size());
}

std::string ledger_entry_mac(AccountId account, StoredEntry const& entry, Secrets const& secrets) {
  std::string text = "linebook ledger entry";
  append_number(text, account.value);
  append_number(text, entry.sequence);
  text += entry.canonical;
  return bytes_of(secrets.mac(MacPurpose::ledger_seal, text), entry_mac_bytes);
}

std::int64_t seal_ledger(Transaction& tx, AccountId account, Secrets const& secrets) {
  auto const last = tx.ledger().last_seal(account);
  auto const entries = tx.ledger().stored(account, last ? last->last_sequence : 0, max_entries_per_seal);
  if (entries.empty()) return 0;
  LedgerRunHash run(account, last ? std::string_view(last->chain) : std::string_view());
  LedgerSeal seal{.first_sequence = entries.front().sequence,
                  .last_sequence = entries.back().sequence,
                  .chain = {},
                  .entry_macs = {}};
  for (auto const& entry : entries) {
    run.add(entry);
    seal.entry_macs += ledger_entry_mac(account, entry, secrets);
  }
  seal.chain = run.chain(secrets);
  tx.ledger().append_seal(account, seal);
  return static_cast<std::int64_t>(entries.size());
}

Result<std::int64_t> seal_all(Store& store, Secrets const& secrets) {
  auto accounts = read_and_wait(store, [](Transaction const& tx) -> Result<std::vector<AccountId>> {
    return tx.ledger().unsealed_accounts();
  });
  if (!accounts) return fail(std::move(accounts.error()));
  std::int64_t total = 0;
  for (auto const account : *accounts) {
    for (;;) {
      auto sealed = write_and_wait(
          store, [&](Transaction& tx) -> Result<std::int64_t> { return seal_ledger(tx, account, secrets); });
      if (!sealed) return sealed;
      total += *sealed;
      if (*sealed < max_entries_per_seal) break;
    }
  }
  return total;
}

std::optional<LedgerHead> ledger_head(Transaction const& tx, AccountId account) {
  auto seal = tx.ledger().last_seal(account);
  if (!seal) return std::nullopt;
  return LedgerHead{account, seal->last_sequence, std::move(seal->chain)};
}

}  // namespace linebook
