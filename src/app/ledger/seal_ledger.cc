#include "app/ledger/ledger_hashes.h"
#include "app/ledger/ledger_seals.h"
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

namespace {

struct NextSeal {
  std::int64_t after;  // the last sequence that was sealed before; 0: none
  LedgerSeal seal;

  std::int64_t entries() const { return seal.last_sequence - seal.first_sequence + 1; }
};

std::int64_t sealed_up_to(std::optional<LedgerSeal> const& last) { return last ? last->last_sequence : 0; }

/// Of the account's oldest unsealed entries; nothing where all are sealed.
std::optional<NextSeal> next_seal(Transaction const& tx, AccountId account, Secrets const& secrets) {
  auto const last = tx.ledger().last_seal(account);
  auto const entries = tx.ledger().stored(account, sealed_up_to(last), max_entries_per_seal);
  if (entries.empty()) return std::nullopt;
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
  return NextSeal{sealed_up_to(last), std::move(seal)};
}

/// False where another seal came first.
bool append_if_next(Transaction& tx, AccountId account, NextSeal const& next) {
  if (sealed_up_to(tx.ledger().last_seal(account)) != next.after) return false;
  tx.ledger().append_seal(account, next.seal);
  return true;
}

}  // namespace

std::int64_t seal_ledger(Transaction& tx, AccountId account, Secrets const& secrets) {
  auto const next = next_seal(tx, account, secrets);
  if (!next) return 0;
  tx.ledger().append_seal(account, next->seal);
  return next->entries();
}

Result<std::int64_t> seal_all(Store& store, Secrets const& secrets) {
  auto accounts = read_and_wait(store, [](Transaction const& tx) -> Result<std::vector<AccountId>> {
    return tx.ledger().unsealed_accounts();
  });
  if (!accounts) return fail(std::move(accounts.error()));
  std::int64_t total = 0;
  for (auto const account : *accounts) {
    for (;;) {
      auto read = read_and_wait(store, [&](Transaction const& tx) -> Result<std::optional<NextSeal>> {
        return next_seal(tx, account, secrets);
      });
      if (!read) return fail(std::move(read.error()));
      auto const& next = *read;
      if (!next) break;
      auto appended = write_and_wait(
          store, [&](Transaction& tx) -> Result<bool> { return append_if_next(tx, account, *next); });
      if (!appended) return fail(std::move(appended.error()));
      if (!*appended) continue;
      total += next->entries();
      if (next->entries() < max_entries_per_seal) break;
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
