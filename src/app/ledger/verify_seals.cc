#include <algorithm>
#include <limits>

#include "app/ledger/seal_hashes.h"
#include "app/ledger/seals.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<SealFault> fault_names[] = {{SealFault::altered, "altered"},
                                               {SealFault::removed, "removed"},
                                               {SealFault::inserted, "inserted"},
                                               {SealFault::cut_off, "cut off"},
                                               {SealFault::seal_altered, "seal altered"},
                                               {SealFault::seal_removed, "seal removed"},
                                               {SealFault::head_mismatch, "head mismatch"},
                                               {SealFault::mark_altered, "mark altered"}};

constexpr std::int64_t page_size = max_rows_per_seal;
constexpr std::int64_t seals_per_page = 100;

/// Walks entries and seals of one account side by side.
class SealWalk {
 public:
  SealWalk(Transaction const& tx, SealedBook book, AccountId account, Secrets const& secrets,
           std::vector<SealedHead> const& exported, std::function<void(std::int64_t)> const& progress)
      : rows_(rows_of(tx, book)),
        book_(book),
        account_(account),
        secrets_(secrets),
        exported_(exported),
        progress_(progress) {}

  SealVerdict run() {
    check_below_the_first();
    take_forgotten();
    auto after = std::numeric_limits<std::int64_t>::min();
    for (;;) {
      auto const seals = rows_.seals(account_, after, seals_per_page);
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
  bool full() const { return verdict_.findings.size() >= max_seal_findings; }

  void find(SealFault fault, std::int64_t first, std::int64_t last) {
    auto& findings = verdict_.findings;
    if (!findings.empty() && findings.back().fault == fault && findings.back().last_sequence + 1 == first)
      findings.back().last_sequence = last;  // neighbours are told as one run
    else if (!full())
      findings.push_back({fault, first, last});
  }

  static bool is_well_formed(Seal const& seal) {
    auto const entries = seal.last_sequence - seal.first_sequence + 1;
    return seal.first_sequence >= 1 && entries >= 1 && entries <= max_rows_per_seal &&
           seal.chain.size() == 32 &&
           seal.row_macs.size() == static_cast<std::size_t>(entries) * row_mac_bytes;
  }

  /// Stored entries above everything looked at so far, up to `last`.
  std::vector<StoredRow> entries_up_to(std::int64_t last) {
    auto entries = rows_.stored(account_, looked_up_to_, page_size);
    std::erase_if(entries, [last](StoredRow const& e) { return e.sequence > last; });
    if (!entries.empty()) looked_up_to_ = entries.back().sequence;
    verdict_.entries += std::ssize(entries);
    if (progress_) progress_(verdict_.entries);
    return entries;
  }

  /// Sequences count from 1: what stands below was slipped in.
  void check_below_the_first() {
    for (auto strays = entries_up_to(0); !strays.empty() && !full(); strays = entries_up_to(0))
      for (auto const& entry : strays) find(SealFault::inserted, entry.sequence, entry.sequence);
  }

  /// Rows that were forgotten by their age: their seals stay, and the chain goes on from the last of them.
  void take_forgotten() {
    auto const mark = rows_.forgotten(account_);
    if (!mark || mark->up_to == 0) return;
    if (mark->mac == forgotten_mac(account_, mark->up_to, secrets_))
      forgotten_up_to_ = mark->up_to;
    else
      find(SealFault::mark_altered, 1, mark->up_to);
  }

  void check(Seal const& seal) {
    ++verdict_.seals;
    if (is_well_formed(seal) && seal.first_sequence == sealed_up_to_ + 1 &&
        seal.last_sequence <= forgotten_up_to_) {
      note_head(seal);
      chain_ = seal.chain;
      sealed_up_to_ = looked_up_to_ = seal.last_sequence;
      return;
    }
    if (!is_well_formed(seal) || seal.first_sequence <= sealed_up_to_) {
      find(SealFault::seal_altered, seal.first_sequence, seal.last_sequence);
      return;
    }
    if (seal.first_sequence != sealed_up_to_ + 1) skip_unsealed_gap(seal);
    auto const entries = entries_up_to(seal.last_sequence);
    RunHash run(book_, account_, chain_);
    for (auto const& entry : entries) run.add(entry);
    bool const entries_fit = compare(seal, entries) && chain_is_known_;
    auto const computed = entries_fit ? run.chain(secrets_) : seal.chain;
    if (computed != seal.chain) find(SealFault::seal_altered, seal.first_sequence, seal.last_sequence);
    note_head(seal);
    // The next seal was made over the chain as it should be: one that was altered does not spoil those behind
    // it.
    chain_ = computed;
    chain_is_known_ = true;
    sealed_up_to_ = seal.last_sequence;
  }

  /// A seal went missing: what it covered cannot be checked, and the next one's chain cannot either.
  void skip_unsealed_gap(Seal const& next) {
    find(SealFault::seal_removed, sealed_up_to_ + 1, next.first_sequence - 1);
    while (!entries_up_to(next.first_sequence - 1).empty()) {
    }
    chain_is_known_ = false;
  }

  /// Entry by entry, against the seal's eight bytes each; whether all of them fit.
  bool compare(Seal const& seal, std::vector<StoredRow> const& entries) {
    bool fit = true;
    auto at = entries.begin();
    for (auto sequence = seal.first_sequence; sequence <= seal.last_sequence; ++sequence) {
      if (at == entries.end()) {
        bool const is_end = rows_.stored(account_, seal.last_sequence, 1).empty();
        find(is_end ? SealFault::cut_off : SealFault::removed, sequence, seal.last_sequence);
        return false;
      }
      if (at->sequence != sequence) {
        find(SealFault::removed, sequence, sequence);
        fit = false;
        continue;
      }
      auto const offset = static_cast<std::size_t>(sequence - seal.first_sequence) * row_mac_bytes;
      if (seal.row_macs.compare(offset, row_mac_bytes, row_mac(book_, account_, *at, secrets_)) != 0) {
        find(SealFault::altered, sequence, sequence);
        fit = false;
      }
      ++at;
    }
    return fit;
  }

  /// Entries that no seal covers yet: nothing vouches for them, but their numbers must go on without a gap.
  void check_tail() {
    auto expected = sealed_up_to_ + 1;
    for (auto entries = tail_page(); !entries.empty() && !full(); entries = tail_page()) {
      for (auto const& entry : entries) {
        if (entry.sequence > expected) find(SealFault::removed, expected, entry.sequence - 1);
        expected = entry.sequence + 1;
        ++verdict_.unsealed;
      }
    }
    // The store's own counter knows of entries that are gone from the end before they were sealed.
    auto const counted = rows_.last_sequence(account_);
    if (counted >= expected) find(SealFault::cut_off, expected, counted);
  }

  std::vector<StoredRow> tail_page() { return entries_up_to(std::numeric_limits<std::int64_t>::max()); }

  bool is_ours(SealedHead const& head) const { return head.book == book_ && head.account == account_; }

  void note_head(Seal const& seal) {
    for (auto const& head : exported_)
      if (is_ours(head) && head.last_sequence == seal.last_sequence && head.chain == seal.chain)
        heads_met_.push_back(head.last_sequence);
  }

  void check_heads() {
    for (auto const& head : exported_) {
      if (!is_ours(head) || std::ranges::count(heads_met_, head.last_sequence) > 0) continue;
      if (head.last_sequence > sealed_up_to_)
        find(SealFault::cut_off, sealed_up_to_ + 1, head.last_sequence);
      else
        find(SealFault::head_mismatch, head.last_sequence, head.last_sequence);
    }
  }

  SealedRows const& rows_;
  SealedBook book_;
  AccountId account_;
  Secrets const& secrets_;
  std::vector<SealedHead> const& exported_;
  std::function<void(std::int64_t)> const& progress_;

  SealVerdict verdict_;
  std::int64_t looked_up_to_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t sealed_up_to_ = 0;
  std::int64_t forgotten_up_to_ = 0;
  std::string chain_;
  bool chain_is_known_ = true;
  std::vector<std::int64_t> heads_met_;
};

}  // namespace

std::string_view to_string(SealFault fault) { return spell(fault_names, fault); }

SealVerdict verify_seals(Transaction const& tx, SealedBook book, AccountId account, Secrets const& secrets,
                         std::vector<SealedHead> const& exported,
                         std::function<void(std::int64_t)> const& progress) {
  return SealWalk(tx, book, account, secrets, exported, progress).run();
}

}  // namespace linebook
