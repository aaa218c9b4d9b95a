// The digit indexes of all accounts, each kept exactly in step with the snapshots that search it.
//
// What tells how far an index has come is its account's ledger: every change of a contact number has its
// entry there, in the same transaction. The writer announces what a batch changes *before* it commits, with
// the ledger's head after the batch. A search first takes over what was announced up to the head that its own
// snapshot shows, so that it finds what that snapshot holds, no more and no less.
//
// Where several processes write, a search reads in the ledger itself what has changed since the index's head.
//
// An index is built when its account is first searched. Until then announcements are passed over.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <stdexcept>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/id.h"
#include "store/search/digit_index.h"

namespace linebook {

/// The index is already further than the snapshot that a search brought. The read starts again with a new
/// one.
class SnapshotTooOld : public std::exception {
 public:
  char const* what() const noexcept override { return "the snapshot is older than the search index"; }
};

/// Another search has been building the index for longer than a search may wait, or this one may not wait.
class IndexNotBuilt : public std::exception {
 public:
  char const* what() const noexcept override { return "the search index is being built"; }
};

/// What a search does that comes before its account's index: builds it, or waits for whoever does; or leaves
/// that to others and fails.
enum class WhenAbsent { build, fail };

/// A number as it is now, or the key of one that is gone.
struct NumberChange {
  AccountId account;
  std::variant<IndexedNumber, NumberKey> now;
};

/// Any thread may search; one announces.
class DigitIndexes {
 public:
  static constexpr std::chrono::seconds building_patience{4};

  /// Before a batch commits: the account's ledger then ends at `head`. Takes what is the account's out of all
  /// that the batch changes.
  void announce(AccountId, std::int64_t head, std::span<NumberChange const>);
  /// What was announced with this head has not been committed after all.
  void retract(AccountId, std::int64_t head);

  /// Searches as of the snapshot in which the account's ledger ends at `head`. `build` fills an empty index
  /// from that snapshot. Throws SnapshotTooOld, IndexNotBuilt, and what `build` throws.
  DigitMatches find(AccountId, std::int64_t head, DigitPattern const&, std::int64_t limit,
                    std::int64_t offset, WhenAbsent, std::function<void(DigitIndex&)> const& build);

  /// The same where others than this process write too, and nothing is announced: `changes_after` reads, from
  /// the same snapshot, the numbers that the ledger's entries after the given one tell of, as they are now.
  /// Nothing is locked meanwhile.
  DigitMatches find_following(
      AccountId, std::int64_t head, DigitPattern const&, std::int64_t limit, std::int64_t offset, WhenAbsent,
      std::function<void(DigitIndex&)> const& build,
      std::function<std::vector<NumberChange>(std::int64_t sequence)> const& changes_after);

 private:
  // Beyond this many changes that no search has taken over, the announcing thread takes over the older ones
  // itself, if nobody searches just then.
  static constexpr std::size_t many_pending = 1024;

  struct Pending {
    std::int64_t head;
    NumberChange change;
  };
  enum class State { absent, building, built };
  struct Book {
    std::shared_mutex index_mutex;  // taken before pending_mutex
    DigitIndex index;
    std::int64_t head = 0;  // where the index stands

    std::mutex pending_mutex;
    std::condition_variable building_ended;
    State state = State::absent;
    bool gathers = false;  // whether `pending` takes what is announced
    std::vector<Pending> pending;
    std::int64_t passed_over = 0;  // head of the newest batch that was not gathered
  };

  std::shared_ptr<Book> book(AccountId);
  static void ensure_built(Book&, std::int64_t head, WhenAbsent,
                           std::function<void(DigitIndex&)> const& build);
  static void end_building(Book&, State);
  static void take_over(Book&, std::int64_t head);
  static void apply(DigitIndex&, NumberChange const&);

  std::mutex books_mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<Book>> books_;
};

}  // namespace linebook
