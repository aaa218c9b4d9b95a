#include "crash/books.h"

#include <fmt/format.h>

#include "app/ledger/ledger_fields.h"
#include "app/ledger/seals.h"
#include "fakes/plain_secrets.h"

namespace linebook::crash {
namespace {

constexpr std::int64_t all = 1'000'000;
constexpr PersonType person_types[] = {PersonType::patient, PersonType::doctor};

std::string text_of(FieldValue const& value) {
  if (auto const* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (auto const* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (auto const* text = std::get_if<std::string>(&value)) return *text;
  return "null";
}

std::string text_of(Fields const& fields) {
  std::string text;
  for (auto const& field : fields) text += fmt::format(" {}={}", field.name, text_of(field.value));
  return text;
}

/// A thing's fields as the ledger tells them; nulls are left out.
using Facts = std::map<std::string, FieldValue>;

Facts facts_of(Fields const& fields) {
  Facts facts;
  for (auto const& field : fields)
    if (field.value != FieldValue{}) facts[std::string(field.name)] = field.value;
  return facts;
}

std::string thing(Entity entity, std::string_view id) { return fmt::format("{} {}", to_string(entity), id); }

/// Adds an entry to what was told so far; false where it does not follow from it.
bool go_on(Facts& facts, LedgerEntry const& entry) {
  if ((entry.action == Action::created) != facts.empty()) return false;
  for (auto const& change : entry.changes) {
    auto& value = facts[change.field];
    if (value != change.was) return false;
    value = change.is;
  }
  std::erase_if(facts, [](auto const& field) { return field.second == FieldValue{}; });
  return (entry.action == Action::deleted) == facts.empty();
}

}  // namespace

std::string person_key(AccountId account, PersonRef const& person) {
  return fmt::format("{} {} {}", account.value, to_string(person.type), person.id.value);
}
std::string ledger_key(AccountId account) { return fmt::format("{} ledger", account.value); }
std::string answer_key(IdempotencySlot const& slot) {
  return fmt::format("answer {} {}", slot.account.value, slot.key);
}
IdempotencySlot answer_slot(AccountId account, std::string name) {
  return {account, "key_1", "POST /api/v2/phone-numbers", std::move(name)};
}

std::string person_text(Transaction const& tx, AccountId account, PersonRef const& ref) {
  auto const person = tx.people().find(account, ref);
  if (!person) return "nobody";
  auto text = text_of(ledger_fields(*person)) + fmt::format(" @{}", person->updated_at.milliseconds);
  for (auto const& number : tx.contact_numbers().of_person(account, ref, all))
    text += fmt::format("\n  {}{} @{}", number.id.value, text_of(ledger_fields(number)),
                        number.updated_at.milliseconds);
  return text;
}

std::string ledger_text(Transaction const& tx, AccountId account) {
  auto const seal = tx.ledger().last_seal(account);
  return fmt::format("up to {}, sealed up to {}", tx.ledger().last_sequence(account),
                     seal ? seal->last_sequence : 0);
}

std::string answer_text(KeptAnswer const& answer) {
  return fmt::format("{} {} {} {}", answer.status, answer.body_hash, answer.head, answer.body);
}

Books read_books(Transaction const& tx, Books const& expected) {
  Books books;
  for (auto const& account : tx.accounts().list()) {
    books[ledger_key(account.id)] = ledger_text(tx, account.id);
    for (auto const type : person_types)
      for (auto const& person : tx.people().list(account.id, type, {}, all, 0).items)
        books[person_key(account.id, person.ref)] = person_text(tx, account.id, person.ref);
    auto const answers = fmt::format("answer {} ", account.id.value);
    for (auto const& [key, text] : expected) {
      if (!key.starts_with(answers)) continue;
      if (auto const kept = tx.idempotency().find(answer_slot(account.id, key.substr(answers.size()))))
        books[key] = answer_text(*kept);
    }
  }
  return books;
}

std::string difference_of(Books const& expected, Books const& found) {
  for (auto const& [key, text] : expected) {
    auto const other = found.find(key);
    if (other == found.end()) return fmt::format("{} is missing; expected {}", key, text);
    if (other->second != text) return fmt::format("{} is {}; expected {}", key, other->second, text);
  }
  for (auto const& [key, text] : found)
    if (!expected.contains(key)) return fmt::format("{} was never acknowledged: {}", key, text);
  return {};
}

std::string ledger_faults(Transaction const& tx, AccountId account) {
  fakes::PlainSecrets const secrets;
  for (auto const& finding : verify_seals(tx, SealedBook::ledger, account, secrets, {}, {}).findings)
    return fmt::format("account {}: {} at {}", account.value, to_string(finding.fault),
                       finding.first_sequence);

  std::map<std::string, Facts> told;
  std::int64_t expected = 0;
  for (auto const& entry : tx.ledger().following(account, 0, all)) {
    if (entry.sequence != ++expected)
      return fmt::format("account {}: entry {} is missing", account.value, expected);
    if (!go_on(told[thing(entry.entity, entry.entity_id)], entry))
      return fmt::format("account {}: entry {} does not follow from those before it", account.value,
                         entry.sequence);
  }
  std::erase_if(told, [](auto const& entry) {
    auto const& [name, facts] = entry;
    return facts.empty() || name.starts_with("account ");
  });

  std::map<std::string, Facts> held;
  for (auto const type : person_types)
    for (auto const& person : tx.people().list(account, type, {}, all, 0).items)
      held[thing(entity_of(type), person.ref.id.value)] = facts_of(ledger_fields(person));
  for (auto const& linked : tx.contact_numbers().walk(account, {}, all))
    held[thing(Entity::contact_number, linked.number.id.value)] = facts_of(ledger_fields(linked.number));
  if (told != held) return fmt::format("account {}: the ledger tells another story", account.value);
  return {};
}

}  // namespace linebook::crash
