#include "app/contacts/deleted_numbers.h"

#include <algorithm>
#include <optional>

namespace linebook {
namespace {

constexpr std::int64_t page_entries = 200;

std::string key_of(PersonRef const& person, std::string_view number) {
  return std::string(to_string(person.type)) + "/" + person.id.value + "/" + std::string(number);
}

FieldChange const* change_of(LedgerEntry const& entry, std::string_view field) {
  auto const at = std::ranges::find(entry.changes, field, &FieldChange::field);
  return at == entry.changes.end() ? nullptr : &*at;
}

std::optional<PersonRef> person_of(LedgerEntry const& created) {
  for (auto const type : {PersonType::patient, PersonType::doctor})
    if (auto const* change = change_of(created, type == PersonType::patient ? "patient_id" : "doctor_id"))
      if (auto const* id = std::get_if<std::string>(&change->is)) return PersonRef{type, {*id}};
  return std::nullopt;
}

/// The entry with which the number came into the books.
std::optional<LedgerEntry> creation(Transaction const& tx, AccountId account, std::string const& number_id) {
  LedgerFilter const filter{
      .entity = Entity::contact_number, .entity_id = number_id, .action = Action::created};
  std::optional<std::int64_t> before;
  do {
    auto page = tx.ledger().newest(account, filter, before, 1);
    if (!page.entries.empty()) return std::move(page.entries.front());
    before = page.next_before;
  } while (before);
  return std::nullopt;
}

}  // namespace

void DeletedNumbers::catch_up(Transaction const& tx) {
  auto const end = tx.ledger().last_sequence(account_);
  for (auto const action : {Action::deleted, Action::updated}) collect(tx, action);
  looked_up_to_ = end;
}

void DeletedNumbers::start_at_end(Transaction const& tx) {
  looked_up_to_ = tx.ledger().last_sequence(account_);
}

void DeletedNumbers::collect(Transaction const& tx, Action action) {
  LedgerFilter const filter{.entity = Entity::contact_number, .action = action};
  std::optional<std::int64_t> before;
  do {
    auto const page = tx.ledger().newest(account_, filter, before, page_entries);
    for (auto const& entry : page.entries)
      if (entry.sequence > looked_up_to_) take(tx, entry);
    before = page.next_before;
  } while (before && *before > looked_up_to_ + 1);
}

void DeletedNumbers::take(Transaction const& tx, LedgerEntry const& entry) {
  auto const* change = change_of(entry, "number");
  auto const* number = change == nullptr ? nullptr : std::get_if<std::string>(&change->was);
  if (number == nullptr) return;
  auto const created = creation(tx, account_, entry.entity_id);
  auto const person = created && created->actor == import_actor_ ? person_of(*created) : std::nullopt;
  if (person) numbers_.insert(key_of(*person, *number));
}

bool DeletedNumbers::has(PersonRef const& person, TenDigits const& number) const {
  return numbers_.contains(key_of(person, number.view()));
}

}  // namespace linebook
