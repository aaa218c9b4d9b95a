#include "app/ledger/seal_hashes.h"
#include "app/ledger/seals.h"
#include "app/ports/blocking.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<SealedBook> book_names[] = {{SealedBook::ledger, "ledger"},
                                               {SealedBook::decisions, "decisions"}};

void append_number(std::string& out, std::int64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFF);
}

std::string bytes_of(Mac const& mac, std::size_t size) {
  return {reinterpret_cast<char const*>(mac.data()), size};
}

}  // namespace

std::string_view to_string(SealedBook book) { return spell(book_names, book); }
std::optional<SealedBook> parse_sealed_book(std::string_view text) { return unspell(book_names, text); }

SealedRows& rows_of(Transaction& tx, SealedBook book) {
  if (book == SealedBook::decisions) return tx.decisions();
  return tx.ledger();
}
SealedRows const& rows_of(Transaction const& tx, SealedBook book) {
  if (book == SealedBook::decisions) return tx.decisions();
  return tx.ledger();
}

RunHash::RunHash(SealedBook book, AccountId account, std::string_view previous_chain) {
  text_ = book == SealedBook::ledger ? "linebook ledger run" : "linebook decisions run";
  append_number(text_, account.value);
  append_number(text_, static_cast<std::int64_t>(previous_chain.size()));
  text_ += previous_chain;
}

void RunHash::add(StoredRow const& entry) {
  append_number(text_, entry.sequence);
  append_number(text_, static_cast<std::int64_t>(entry.canonical.size()));
  text_ += entry.canonical;
}

std::string RunHash::chain(Secrets const& secrets) const {
  auto const mac = secrets.mac(MacPurpose::ledger_seal, text_);
  return bytes_of(mac, mac.size());
}

std::string row_mac(SealedBook book, AccountId account, StoredRow const& entry, Secrets const& secrets) {
  std::string text = book == SealedBook::ledger ? "linebook ledger entry" : "linebook decision";
  append_number(text, account.value);
  append_number(text, entry.sequence);
  text += entry.canonical;
  return bytes_of(secrets.mac(MacPurpose::ledger_seal, text), row_mac_bytes);
}

std::string forgotten_mac(AccountId account, std::int64_t up_to, Secrets const& secrets) {
  std::string text = "linebook decisions forgotten";
  append_number(text, account.value);
  append_number(text, up_to);
  auto const mac = secrets.mac(MacPurpose::ledger_seal, text);
  return bytes_of(mac, mac.size());
}

namespace {

struct NextSeal {
  std::int64_t after;  // the last sequence that was sealed before; 0: none
  Seal seal;

  std::int64_t rows() const { return seal.last_sequence - seal.first_sequence + 1; }
};

std::int64_t sealed_up_to(std::optional<Seal> const& last) { return last ? last->last_sequence : 0; }

/// Of the account's oldest unsealed rows; nothing where all are sealed.
std::optional<NextSeal> next_seal(Transaction const& tx, SealedBook book, AccountId account,
                                  Secrets const& secrets) {
  auto const& sealed = rows_of(tx, book);
  auto const last = sealed.last_seal(account);
  auto const rows = sealed.stored(account, sealed_up_to(last), max_rows_per_seal);
  if (rows.empty()) return std::nullopt;
  RunHash run(book, account, last ? std::string_view(last->chain) : std::string_view());
  Seal seal{.first_sequence = rows.front().sequence,
            .last_sequence = rows.back().sequence,
            .chain = {},
            .row_macs = {}};
  for (auto const& row : rows) {
    run.add(row);
    seal.row_macs += row_mac(book, account, row, secrets);
  }
  seal.chain = run.chain(secrets);
  return NextSeal{sealed_up_to(last), std::move(seal)};
}

/// False where another seal came first.
bool append_if_next(Transaction& tx, SealedBook book, AccountId account, NextSeal const& next) {
  auto& sealed = rows_of(tx, book);
  if (sealed_up_to(sealed.last_seal(account)) != next.after) return false;
  sealed.append_seal(account, next.seal);
  return true;
}

Result<std::int64_t> seal_account(Store& store, SealedBook book, AccountId account, Secrets const& secrets) {
  std::int64_t total = 0;
  for (;;) {
    auto read = read_and_wait(store, [&](Transaction const& tx) -> Result<std::optional<NextSeal>> {
      return next_seal(tx, book, account, secrets);
    });
    if (!read) return fail(std::move(read.error()));
    auto const& next = *read;
    if (!next) return total;
    auto appended = write_and_wait(
        store, [&](Transaction& tx) -> Result<bool> { return append_if_next(tx, book, account, *next); });
    if (!appended) return fail(std::move(appended.error()));
    if (!*appended) continue;
    total += next->rows();
    if (next->rows() < max_rows_per_seal) return total;
  }
}

}  // namespace

std::int64_t seal_rows(Transaction& tx, SealedBook book, AccountId account, Secrets const& secrets) {
  auto const next = next_seal(tx, book, account, secrets);
  if (!next) return 0;
  rows_of(tx, book).append_seal(account, next->seal);
  return next->rows();
}

Result<std::int64_t> seal_all(Store& store, Secrets const& secrets) {
  std::int64_t total = 0;
  for (auto const book : all_sealed_books) {
    auto accounts = read_and_wait(store, [book](Transaction const& tx) -> Result<std::vector<AccountId>> {
      return rows_of(tx, book).unsealed_accounts();
    });
    if (!accounts) return fail(std::move(accounts.error()));
    for (auto const account : *accounts) {
      auto sealed = seal_account(store, book, account, secrets);
      if (!sealed) return sealed;
      total += *sealed;
    }
  }
  return total;
}

std::optional<SealedHead> sealed_head(Transaction const& tx, SealedBook book, AccountId account) {
  auto seal = rows_of(tx, book).last_seal(account);
  if (!seal) return std::nullopt;
  return SealedHead{book, account, seal->last_sequence, std::move(seal->chain)};
}

}  // namespace linebook
