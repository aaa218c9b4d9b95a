#include "store/search/digit_indexes.h"

#include <algorithm>
#include <utility>

namespace linebook {

std::shared_ptr<DigitIndexes::Book> DigitIndexes::book(AccountId account) {
  std::scoped_lock lock(books_mutex_);
  auto& book = books_[account.value];
  if (!book) book = std::make_shared<Book>();
  return book;
}

// -- The writer's side --------------------------------------------------------------------------------------

void DigitIndexes::announce(AccountId account, std::int64_t head, std::span<NumberChange const> changes) {
  auto const shared = book(account);
  auto& book = *shared;
  std::int64_t committed = 0;
  {
    std::scoped_lock lock(book.pending_mutex);
    if (!book.gathers) {
      book.passed_over = head;
      return;
    }
    if (book.state == State::built && book.pending.size() >= many_pending)
      committed = book.pending.back().head;
    for (auto const& change : changes)
      if (change.account == account) book.pending.push_back({head, change});
  }
  // What was announced with earlier batches is committed, or was retracted.
  if (committed == 0) return;
  std::unique_lock const lock(book.index_mutex, std::try_to_lock);
  if (lock) take_over(book, committed);
}

void DigitIndexes::retract(AccountId account, std::int64_t head) {
  auto const shared = book(account);
  std::scoped_lock lock(shared->pending_mutex);
  std::erase_if(shared->pending, [&](Pending const& pending) { return pending.head >= head; });
  shared->passed_over = std::min(shared->passed_over, head - 1);
}

// -- The searching side -------------------------------------------------------------------------------------

void DigitIndexes::apply(DigitIndex& index, NumberChange const& change) {
  if (auto const* number = std::get_if<IndexedNumber>(&change.now))
    index.put(*number);
  else
    index.remove(std::get<NumberKey>(change.now));
}

/// Under the index's mutex.
void DigitIndexes::take_over(Book& book, std::int64_t head) {
  std::vector<Pending> due;
  {
    std::scoped_lock lock(book.pending_mutex);
    auto const end = std::ranges::find_if(book.pending, [&](Pending const& p) { return p.head > head; });
    due.assign(std::move_iterator(book.pending.begin()), std::move_iterator(end));
    book.pending.erase(book.pending.begin(), end);
  }
  for (auto const& [_, change] : due) apply(book.index, change);
  book.head = std::max(book.head, head);
}

void DigitIndexes::end_building(Book& book, State state) {
  {
    std::scoped_lock lock(book.pending_mutex);
    book.state = state;
    if (state == State::absent) {
      // Nobody may search for long: until the next attempt, changes are passed over again.
      if (!book.pending.empty()) book.passed_over = std::max(book.passed_over, book.pending.back().head);
      book.pending.clear();
      book.gathers = false;
    }
  }
  book.building_ended.notify_all();
}

void DigitIndexes::ensure_built(Book& book, std::int64_t head, WhenAbsent when_absent,
                                std::function<void(DigitIndex&)> const& build) {
  {
    std::unique_lock lock(book.pending_mutex);
    auto const has_ended = [&] { return book.state != State::building; };
    if (book.state != State::built && when_absent == WhenAbsent::fail) throw IndexNotBuilt();
    if (!book.building_ended.wait_for(lock, building_patience, has_ended)) throw IndexNotBuilt();
    if (book.state == State::built) return;
    book.gathers = true;
    // A batch that was passed over may still be on its way into the database: this snapshot lacks it.
    if (book.passed_over > head) throw SnapshotTooOld();
    book.state = State::building;
  }
  try {
    DigitIndex index;
    build(index);
    std::unique_lock const lock(book.index_mutex);
    book.index = std::move(index);
    book.head = head;
  } catch (...) {
    end_building(book, State::absent);
    throw;
  }
  end_building(book, State::built);
}

DigitMatches DigitIndexes::find(AccountId account, std::int64_t head, DigitPattern const& pattern,
                                std::int64_t limit, std::int64_t offset, WhenAbsent when_absent,
                                std::function<void(DigitIndex&)> const& build) {
  auto const shared = book(account);
  auto& book = *shared;
  ensure_built(book, head, when_absent, build);
  auto const is_in_step = [&] {
    std::scoped_lock lock(book.pending_mutex);
    return book.pending.empty() || book.pending.front().head > head;
  };
  for (;;) {
    {
      std::shared_lock const lock(book.index_mutex);
      if (book.head > head) throw SnapshotTooOld();
      if (is_in_step()) return book.index.find(pattern, limit, offset);
    }
    std::unique_lock const lock(book.index_mutex);
    if (book.head > head) throw SnapshotTooOld();
    take_over(book, head);
  }
}

DigitMatches DigitIndexes::find_following(
    AccountId account, std::int64_t head, DigitPattern const& pattern, std::int64_t limit,
    std::int64_t offset, WhenAbsent when_absent, std::function<void(DigitIndex&)> const& build,
    std::function<std::vector<NumberChange>(std::int64_t)> const& changes_after) {
  auto const shared = book(account);
  auto& book = *shared;
  ensure_built(book, head, when_absent, build);
  for (;;) {
    std::int64_t from = 0;
    {
      std::shared_lock const lock(book.index_mutex);
      if (book.head > head) throw SnapshotTooOld();
      if (book.head == head) return book.index.find(pattern, limit, offset);
      from = book.head;
    }
    auto const changes = changes_after(from);
    std::unique_lock const lock(book.index_mutex);
    if (book.head != from) continue;  // another search was quicker
    for (auto const& change : changes) apply(book.index, change);
    book.head = head;
  }
}

}  // namespace linebook
