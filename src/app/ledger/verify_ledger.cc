#include <algorithm>
#include <limits>

#include "app/ledger/ledger_hashes.h"
#include "app/ledger/ledger_seals.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<LedgerFault> fault_names[] = {{LedgerFault::altered, "altered"},
                                                 {LedgerFault::removed, "removed"},
                                                 {LedgerFault::inserted, "inserted"},
                                                 {LedgerFault::cut_off, "cut off"},
                                                 {LedgerFault::seal_altered, "seal altered"},
                                                 {LedgerFault::seal_removed, "seal removed"},
                                                 {LedgerFault::head_mismatch, "head mismatch"}};

constexpr std::int64_t page_size = max_entries_per_seal;
constexpr std::int64_t seals_per_page = 100;

/// Walks entries and seals of one account side by side.
class Verification {
 public:
  Verification(Transaction const& tx, AccountId account, Secrets const& secrets,
               std::vector<LedgerHead> const& exported, std::function<void(std::int64_t)> const& progress)
      : tx_(tx), account_(account), secrets_(secrets), exported_(exported), progress_(progress) {}

  LedgerVerdict run() {
    check_below_the_first();
    auto after = std::numeric_limits<std::int64_t>::min();
    for (;;) {
      auto const seals = tx_.ledger().seals(account_, after, seals_per_page);
      for (auto const& seal : seals) {
        if (full()) return std::move(verdict_);
        check(seal);
      }
      if (std::ssize(seals) < seals_per_page) break;
      after = seals.back().last_sequence;
    }
    check_tail();
    check_heads();
    return std::move(verdict_);
  }

 private:
  bool full() const { return verdict_.findings.size() >= max_ledger_findings; }

  void find(LedgerFault fault, std::int64_t first, std::int64_t last) {
    auto& findings = verdict_.findings;
    if (!findings.empty() && findings.back().fault == fault && findings.back().last_sequence + 1 == first)
      findings.back().last_sequence = last;  // neighbours are told as one run
    else if (!full())
      findings.push_back({fault, first, last});
  }

  static bool is_well_formed(LedgerSeal const& seal) {
    auto const entries = seal.last_sequence - seal.first_sequence + 1;
    return seal.first_sequence >= 1 && entries >= 1 && entries <= max_entries_per_seal &&
           seal.chain.size() == 32 &&
           seal.entry_macs.size() == static_cast<std::size_t>(entries) * entry_mac_bytes;
  }

  /// Stored entries above everything looked at so far, up to `last`.
  std::vector<StoredEntry> entries_up_to(std::int64_t last) {
    auto entries = tx_.ledger().stored(account_, looked_up_to_, page_size);
    std::erase_if(entries, [last](StoredEntry const& e) { return e.sequence > last; });
    if (!entries.empty()) looked_up_to_ = entries.back().sequence;
    verdict_.entries += std::ssize(entries);
    if (progress_) progress_(verdict_.entries);
    return entries;
  }

  /// Sequences count from 1: what stands below was slipped in.
  void check_below_the_first() {
    for (auto strays = entries_up_to(0); !strays.empty() && !full(); strays = entries_up_to(0))
      for (auto const& entry : strays) find(LedgerFault::inserted, entry.sequence, entry.sequence);
  }

  void check(LedgerSeal const& seal) {
    ++verdict_.seals;
    if (!is_well_formed(seal) || seal.first_sequence <= sealed_up_to_) {
      find(LedgerFault::seal_altered, seal.first_sequence, seal.last_sequence);
      return;
    }
    if (seal.first_sequence != sealed_up_to_ + 1) skip_unsealed_gap(seal);
    auto const entries = entries_up_to(seal.last_sequence);
    LedgerRunHash run(account_, chain_);
    for (auto const& entry : entries) run.add(entry);
    auto const found_before = verdict_.findings.size();
    compare(seal, entries);
    bool const entries_fit = verdict_.findings.size() == found_before && chain_is_known_;
    auto const computed = entries_fit ? run.chain(secrets_) : seal.chain;
    if (computed != seal.chain) find(LedgerFault::seal_altered, seal.first_sequence, seal.last_sequence);
    note_head(seal);
    // The next seal was made over the chain as it should be: one that was altered does not spoil those behind
    // it.
    chain_ = computed;
    chain_is_known_ = true;
    sealed_up_to_ = seal.last_sequence;
  }

  /// A seal went missing: what it covered cannot be checked, and the next one's chain cannot either.
  void skip_unsealed_gap(LedgerSeal const& next) {
    find(LedgerFault::seal_removed, sealed_up_to_ + 1, next.first_sequence - 1);
    while (!entries_up_to(next.first_sequence - 1).empty()) {
    }
    chain_is_known_ = false;
  }

  /// Entry by entry, against the seal's eight bytes each.
  void compare(LedgerSeal const& seal, std::vector<StoredEntry> const& entries) {
    auto at = entries.begin();
    for (auto sequence = seal.first_sequence; sequence <= seal.last_sequence; ++sequence) {
      if (at == entries.end()) {
        bool const is_end = tx_.ledger().stored(account_, seal.last_sequence, 1).empty();
        find(is_end ? LedgerFault::cut_off : LedgerFault::removed, sequence, seal.last_sequence);
        return;
      }
      if (at->sequence != sequence) {
        find(LedgerFault::removed, sequence, sequence);
        continue;
      }
      auto const offset = static_cast<std::size_t>(sequence - seal.first_sequence) * entry_mac_bytes;
      if (seal.entry_macs.compare(offset, entry_mac_bytes, ledger_entry_mac(account_, *at, secrets_)) != 0)
        find(LedgerFault::altered, sequence, sequence);
      ++at;
    }
  }

  /// Entries that no seal covers yet: nothing vouches for them, but their numbers must go on without a gap.
  void check_tail() {
    auto expected = sealed_up_to_ + 1;
    for (auto entries = tail_page(); !entries.empty() && !full(); entries = tail_page()) {
      for (auto const& entry : entries) {
        if (entry.sequence > expected) find(LedgerFault::removed, expected, entry.sequence - 1);
        expected = entry.sequence + 1;
        ++verdict_.unsealed;
      }
    }
    // The store's own counter knows of entries that are gone from the end before they were sealed.
    auto const counted = tx_.ledger().last_sequence(account_);
    if (counted >= expected) find(LedgerFault::cut_off, expected, counted);
  }

  std::vector<StoredEntry> tail_page() { return entries_up_to(std::numeric_limits<std::int64_t>::max()); }

  void note_head(LedgerSeal const& seal) {
    for (auto const& head : exported_)
      if (head.account == account_ && head.last_sequence == seal.last_sequence && head.chain == seal.chain)
        heads_met_.push_back(head.last_sequence);
  }

  void check_heads() {
    for (auto const& head : exported_) {
      if (head.account != account_ || std::ranges::count(heads_met_, head.last_sequence) > 0) continue;
      if (head.last_sequence > sealed_up_to_)
        find(LedgerFault::cut_off, sealed_up_to_ + 1, head.last_sequence);
      else
        find(LedgerFault::head_mismatch, head.last_sequence, head.last_sequence);
    }
  }

  Transaction const& tx_;
  AccountId account_;
  Secrets const& secrets_;
  std::vector<LedgerHead> const& exported_;
  std::function<void(std::int64_t)> const& progress_;

  LedgerVerdict verdict_;
  std::int64_t looked_up_to_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t sealed_up_to_ = 0;
  std::string chain_;
  bool chain_is_known_ = true;
  std::vector<std::int64_t> heads_met_;
};

}  // namespace

std::string_view to_string(LedgerFault fault) { return spell(fault_names, fault); }

LedgerVerdict verify_ledger(Transaction const& tx, AccountId account, Secrets const& secrets,
                            std::vector<LedgerHead> const& exported,
                            std::function<void(std::int64_t)> const& progress) {
  return Verification(tx, account, secrets, exported, progress).run();
}

}  // namespace linebook
