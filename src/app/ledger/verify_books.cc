#include "app/ledger/verify_books.h"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "app/ledger/ledger_fields.h"
#include "base/calendar_date.h"
#include "domain/ledger/told_thing.h"
#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<BookFault> book_fault_names[] = {
    {BookFault::missing, "missing"},
    {BookFault::slipped_in, "slipped in"},
    {BookFault::differs, "differs"},
    {BookFault::unreadable, "unreadable"},
    {BookFault::found_otherwise, "was found otherwise"},
    {BookFault::not_as_derived, "does not follow from the rest"},
    {BookFault::not_in_service, "not in service"},
    {BookFault::in_service_without_line, "in service without its line"},
    {BookFault::pool_disagrees, "pool and line disagree"}};

constexpr std::array entities_with_books{
    Entity::account,     Entity::api_key, Entity::ai_agent,       Entity::line,           Entity::pool_number,
    Entity::patient,     Entity::doctor,  Entity::contact_number, Entity::call,           Entity::message,
    Entity::dial_list,   Entity::consent, Entity::suppression,    Entity::contact_policy, Entity::webhook,
    Entity::fhir_source, Entity::session, Entity::saved_list};
constexpr std::int64_t entries_per_page = 1000;
constexpr std::int64_t rows_per_page = 500;
constexpr std::size_t digits_shown = 4;

/// A book's rows, one after the other.
class RowCursor {
 public:
  RowCursor(BookRows const& rows, AccountId account, Entity entity)
      : rows_(rows), account_(account), entity_(entity) {}

  Entity entity() const { return entity_; }
  std::int64_t taken() const { return taken_; }

  /// Null behind the last.
  BookRow const* peek() {
    if (at_ == page_.size() && !ended_) {
      page_ = rows_.following(account_, entity_, last_, rows_per_page);
      at_ = 0;
      ended_ = page_.empty();
      if (!ended_) last_ = page_.back().id;
    }
    return at_ < page_.size() ? &page_[at_] : nullptr;
  }
  BookRow take() {
    ++taken_;
    return std::move(page_[at_++]);
  }

 private:
  BookRows const& rows_;
  AccountId account_;
  Entity entity_;
  std::vector<BookRow> page_;
  std::size_t at_ = 0;
  std::optional<std::string> last_;
  bool ended_ = false;
  std::int64_t taken_ = 0;
};

/// Walks the ledger in order of what it tells of, and every book in the same order beside it.
class BookWalk {
 public:
  BookWalk(Transaction const& tx, AccountId account, Instant now,
           std::function<void(std::int64_t)> const& progress)
      : tx_(tx), account_(account), now_(to_rfc3339(now)), progress_(progress) {
    for (auto const entity : entities_with_books) cursors_.emplace_back(tx.book_rows(), account, entity);
  }

  BookVerdict run() {
    walk_ledger();
    for (auto& cursor : cursors_)
      while (!full() && cursor.peek() != nullptr) slipped_in(cursor.entity(), cursor.take());
    if (!full()) check_totals();
    if (!full()) check_disagreements();
    for (auto const& cursor : cursors_) verdict_.rows += cursor.taken();
    return std::move(verdict_);
  }

 private:
  bool full() const { return verdict_.findings.size() >= max_book_findings; }

  void find(BookFault fault, Entity entity, std::string_view id, std::string_view field = {},
            std::int64_t sequence = 0) {
    if (full()) return;
    verdict_.findings.push_back(
        {fault, std::string(to_string(entity)), shown(entity, id), std::string(field), sequence});
  }

  /// A suppression's id is somebody's number.
  static std::string shown(Entity entity, std::string_view id) {
    if (entity != Entity::suppression || id.size() <= digits_shown) return std::string(id);
    return "•••" + std::string(id.substr(id.size() - digits_shown));
  }

  void walk_ledger() {
    std::string id;
    auto after = std::numeric_limits<std::int64_t>::min();
    while (!full()) {
      auto const entries = tx_.ledger().by_entity(account_, id, after, entries_per_page);
      for (auto const& entry : entries) {
        if (entry.entity_id != id) settle_told();
        id = entry.entity_id;
        after = entry.sequence;
        tell(entry);
      }
      verdict_.entries += std::ssize(entries);
      if (progress_) progress_(verdict_.entries);
      if (std::ssize(entries) < entries_per_page) break;
    }
    settle_told();
  }

  void tell(LedgerEntry const& entry) {
    if (entry.entity == Entity::calling_hours || entry.entity == Entity::import_run) return;
    id_ = entry.entity_id;
    auto const otherwise = told(entry.entity).add(entry);
    if (!otherwise.empty())
      find(BookFault::found_otherwise, entry.entity, entry.entity_id, otherwise, entry.sequence);
  }

  /// Of the things that have the id that is told of just now: a patient and a doctor may share one.
  ToldThing& told(Entity entity) {
    for (auto& thing : told_)
      if (thing.entity() == entity) return thing;
    return told_.emplace_back(
        entity, entity == Entity::contact_policy ? ledger_fields(ContactPolicy::defaults()) : Fields());
  }

  void settle_told() {
    for (auto const& thing : told_)
      for (auto& cursor : cursors_)
        if (cursor.entity() == thing.entity()) compare(thing, cursor);
    told_.clear();
  }

  void compare(ToldThing const& thing, RowCursor& cursor) {
    while (!full() && cursor.peek() != nullptr && cursor.peek()->id < id_)
      slipped_in(thing.entity(), cursor.take());
    if (full()) return;
    bool const has_row = cursor.peek() != nullptr && cursor.peek()->id == id_;
    if (has_row) return compare(thing, cursor.take());
    if (thing.is_there() && !may_be_forgotten(thing))
      find(BookFault::missing, thing.entity(), id_, {}, thing.last_sequence());
  }

  void compare(ToldThing const& thing, BookRow const& row) {
    auto const found = [&](BookFault fault, std::string_view field = {}) {
      find(fault, thing.entity(), row.id, field, thing.last_sequence());
    };
    if (!row.fields) return found(BookFault::unreadable);
    if (!thing.is_there()) {
      if (!row.has_ended) found(BookFault::slipped_in);
      return;
    }
    // A link is ended by the session that it opened, which has an entry of its own.
    if (row.has_ended && thing.value("use") != FieldValue(std::string(to_string(SessionUse::link))))
      found(BookFault::differs, "ended_at");
    for (auto const field : thing.differing(*row.fields)) found(BookFault::differs, field);
    if (!row.askew.empty()) found(BookFault::not_as_derived, row.askew);
  }

  void slipped_in(Entity entity, BookRow const& row) { find(BookFault::slipped_in, entity, row.id); }

  /// Sessions are, once they have expired.
  bool may_be_forgotten(ToldThing const& thing) const {
    if (thing.entity() != Entity::session) return false;
    auto const* const expiry = std::get_if<std::string>(&thing.value("expires_at"));
    return expiry != nullptr && *expiry < now_;
  }

  std::int64_t rows_of(Entity entity) const {
    for (auto const& cursor : cursors_)
      if (cursor.entity() == entity) return cursor.taken();
    return 0;
  }

  void check_totals() {
    if (account_.value == 0) return;
    // No row is asked for: one of them may be unreadable.
    auto const check = [&](Entity entity, std::int64_t total) {
      if (total != rows_of(entity)) find(BookFault::not_as_derived, entity, "the list", "total");
    };
    check(Entity::contact_number, tx_.contact_numbers().list(account_, {}, 0, 0).total);
    check(Entity::patient, tx_.people().list(account_, PersonType::patient, {}, 0, 0).total);
    check(Entity::doctor, tx_.people().list(account_, PersonType::doctor, {}, 0, 0).total);
  }

  void check_disagreements() {
    for (auto const& row : tx_.book_rows().disagreements(account_, max_book_findings)) switch (row.what) {
        case Disagreement::line_not_in_service:
          find(BookFault::not_in_service, Entity::line, row.id);
          break;
        case Disagreement::in_service_without_line:
          find(BookFault::in_service_without_line, Entity::line, row.id);
          break;
        case Disagreement::pool_number_not_held:
          find(BookFault::pool_disagrees, Entity::pool_number, row.id);
          break;
        case Disagreement::line_without_pool_number:
          find(BookFault::pool_disagrees, Entity::line, row.id);
          break;
        case Disagreement::account_missing:
          find(BookFault::missing, Entity::account, row.id);
          break;
      }
  }

  Transaction const& tx_;
  AccountId account_;
  std::string now_;
  std::function<void(std::int64_t)> const& progress_;
  std::vector<RowCursor> cursors_;
  std::string id_;  // that `told_` are of
  std::vector<ToldThing> told_;
  BookVerdict verdict_;
};

}  // namespace

std::string_view to_string(BookFault fault) { return spell(book_fault_names, fault); }

BookVerdict verify_books(Transaction const& tx, AccountId account, Instant now,
                         std::function<void(std::int64_t)> const& progress) {
  return BookWalk(tx, account, now, progress).run();
}

}  // namespace linebook
