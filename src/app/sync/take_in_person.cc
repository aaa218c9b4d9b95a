#include "app/sync/take_in_person.h"

#include <algorithm>
#include <set>
#include <utility>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"
#include "domain/sync/merge_phones.h"

namespace linebook {
namespace {

constexpr std::int64_t entries_marked_at_once = 500;

/// What is left of it for us: numbers that the policy refuses stay there, and are none of ours.
SyncedPhones phones_of(FhirPerson const& said, NumberPolicy policy) {
  SyncedPhones phones;
  for (auto const& one : said.numbers) {
    if (!one.number.satisfies(policy)) continue;
    phones.types.emplace(one.number, one.phone_type);
    if (one.preference == Preference::preferred) phones.preferred.emplace(one.phone_type, one.number);
  }
  return phones;
}

SyncedPhones phones_of(std::vector<ContactNumber> const& numbers) {
  SyncedPhones phones;
  for (auto const& one : numbers) {
    phones.types.emplace(one.number, one.phone_type);
    if (one.primary) phones.preferred.emplace(one.phone_type, one.number);
  }
  return phones;
}

SaidOfPerson said_by(FhirPerson const& p) {
  return {.first_name = p.first_name,
          .last_name = p.last_name,
          .email = p.email,
          .date_of_birth = p.date_of_birth,
          .gender = p.gender,
          .active = p.active,
          .deceased = p.deceased,
          .npi = p.npi};
}

Person new_person(FhirPerson const& said, Instant now) {
  bool const patient = said.ref.type == PersonType::patient;
  return {.ref = said.ref,
          .first_name = said.first_name,
          .last_name = said.last_name,
          .email = said.email,
          .timezone = {},
          .contact_window = {},
          .state = {},
          .date_of_birth = patient ? said.date_of_birth : std::nullopt,
          .gender = patient ? said.gender : std::nullopt,
          .active = !patient || said.active.value_or(true),
          .deceased = patient && said.deceased.value_or(false),
          .npi = patient ? std::nullopt : said.npi,
          .created_at = now,
          .updated_at = now};
}

/// One person on their way in.
class TakeIn {
 public:
  TakeIn(Transaction& tx, Context const& ctx, FhirSource const& source, FhirPerson const& said)
      : tx_(tx), ctx_(ctx), source_(source), said_(said) {}

  Result<TakenIn> run(std::string const& version) {
    auto const numbers = tx_.contact_numbers().of_person(ctx_.account, said_.ref, max_synced_numbers + 1);
    if (numbers.size() > max_synced_numbers || said_.numbers.size() > max_synced_numbers)
      return fail(ErrorCode::validation_error,
                  "has more than " + std::to_string(max_synced_numbers) + " phone numbers");
    auto const person = tx_.people().find(ctx_.account, said_.ref);
    auto const link = tx_.fhir_links().find(ctx_.account, source_.id, said_.ref);
    take_person(person, link);
    taken_.theirs = phones_of(said_, ctx_.policies.number_policy);
    merge(numbers, link);
    apply(numbers);
    if (person && taken_.counts != FhirSyncCounts{} && taken_.counts.people_added == 0)
      taken_.counts.people_updated = 1;
    taken_.counts.conflicts = static_cast<std::int64_t>(taken_.conflicts.size());
    tx_.fhir_links().save(ctx_.account, source_.id,
                          {.person = said_.ref,
                           .version = version,
                           .base = taken_.theirs,
                           .said = said_by(said_),
                           .synced_at = ctx_.now,
                           .push_due = taken_.wanted != taken_.theirs});
    return std::move(taken_);
  }

 private:
  void take_person(std::optional<Person> const& known, std::optional<FhirLink> const& link) {
    auto const entity = entity_of(said_.ref.type);
    if (!known) {
      auto const person = new_person(said_, ctx_.now);
      tx_.people().insert(ctx_.account, person);
      record(tx_, ctx_, entity, said_.ref.id.value, Action::created, {}, ledger_fields(person));
      taken_.counts.people_added = 1;
      return;
    }
    auto merged =
        merge_person(*known, link ? std::optional(link->said) : std::nullopt, said_by(said_), source_.prefer);
    for (auto& field : merged.conflicts)
      taken_.conflicts.push_back({said_.ref, std::move(field), source_.prefer});
    auto const before = ledger_fields(*known), after = ledger_fields(merged.person);
    if (difference(before, after).empty()) return;
    merged.person.updated_at = ctx_.now;
    tx_.people().update(ctx_.account, merged.person);
    record(tx_, ctx_, entity, said_.ref.id.value, Action::updated, before, after);
    taken_.counts.people_updated = 1;
  }

  void merge(std::vector<ContactNumber> const& numbers, std::optional<FhirLink> const& link) {
    std::set<TenDigits> touched;
    for (auto const& one : numbers)
      if (link && one.updated_at > link->synced_at) touched.insert(one.number);
    auto merged = merge_phones(link ? std::optional(link->base) : std::nullopt, phones_of(numbers),
                               taken_.theirs, touched, source_.prefer);
    for (auto const& conflict : merged.conflicts)
      taken_.conflicts.push_back({said_.ref, "the number " + conflict.number.masked(), conflict.kept});
    taken_.wanted = std::move(merged.phones);
  }

  bool is_preferred(TenDigits const& number, PhoneType type) const {
    auto const preferred = taken_.wanted.preferred.find(type);
    return preferred != taken_.wanted.preferred.end() && preferred->second == number;
  }

  /// Removals first: what is left can then be any number's primary.
  void apply(std::vector<ContactNumber> const& numbers) {
    std::set<TenDigits> here;
    for (auto const& one : numbers) {
      here.insert(one.number);
      if (taken_.wanted.types.contains(one.number)) continue;
      if (delete_contact_number(tx_, ctx_, one.id, {})) ++taken_.counts.numbers_ended;
    }
    for (auto const& one : numbers) change(one);
    for (auto const& [number, type] : taken_.wanted.types)
      if (!here.contains(number)) add(number, type);
  }

  void change(ContactNumber const& one) {
    auto const wanted = taken_.wanted.types.find(one.number);
    if (wanted == taken_.wanted.types.end()) return;
    bool const primary = is_preferred(one.number, wanted->second);
    if (one.phone_type == wanted->second && one.primary == primary) return;
    EditContactNumber const edit{
        .edit = {.number = {}, .phone_type = wanted->second, .primary = primary, .do_not_call = {}},
        .problems = {}};
    if (edit_contact_number(tx_, ctx_, one.id, {}, edit)) ++taken_.counts.numbers_changed;
  }

  /// What the server knows of how a number may be used comes with it; later on the books lead.
  void add(TenDigits const& number, PhoneType type) {
    auto const said = std::ranges::find(said_.numbers, number, &FhirNumber::number);
    bool const is_told = said != said_.numbers.end();
    place_contact_number(tx_, ctx_,
                         {.id = {ctx_.ids.next("phn_", ctx_.now)},
                          .person = said_.ref,
                          .number = number,
                          .phone_type = type,
                          .primary = is_preferred(number, type),
                          .verified = is_told && said->verified,
                          .do_not_call = is_told && said->do_not_call,
                          .verified_at = is_told ? said->verified_at : std::nullopt,
                          .created_at = ctx_.now,
                          .updated_at = ctx_.now});
    ++taken_.counts.numbers_added;
  }

  Transaction& tx_;
  Context const& ctx_;
  FhirSource const& source_;
  FhirPerson const& said_;
  TakenIn taken_;
};

/// Whose number it is; nothing where that does not show any more: then a later entry tells.
std::optional<PersonRef> person_of(Transaction const& tx, AccountId account, LedgerEntry const& entry) {
  for (auto const& [field, type] :
       {std::pair{"patient_id", PersonType::patient}, std::pair{"doctor_id", PersonType::doctor}}) {
    auto const change = std::ranges::find(entry.changes, field, &FieldChange::field);
    if (change == entry.changes.end()) continue;
    for (auto const* value : {&change->is, &change->was})
      if (auto const* id = std::get_if<std::string>(value)) return PersonRef{type, {*id}};
  }
  auto const number = tx.contact_numbers().find(account, {entry.entity_id});
  return number ? std::optional(number->number.person) : std::nullopt;
}

}  // namespace

bool is_in_step(Transaction const& tx, AccountId account, FhirSource const& source, PersonRef const& person,
                std::string const& version) {
  if (version.empty()) return false;
  auto const link = tx.fhir_links().find(account, source.id, person);
  return link && link->version == version;
}

Result<TakenIn> take_in_person(Transaction& tx, Context const& ctx, FhirSource const& source,
                               FhirPerson const& said, std::string const& version) {
  return TakeIn(tx, ctx, source, said).run(version);
}

void settle_push(Transaction& tx, Context const& ctx, FhirSource const& source, PersonRef const& person,
                 SyncedPhones const& phones, std::string const& version) {
  auto link = tx.fhir_links().find(ctx.account, source.id, person);
  if (!link) return;
  link->base = phones;
  link->version = version;
  link->push_due = false;
  tx.fhir_links().save(ctx.account, source.id, *link);
}

bool mark_local_changes(Transaction& tx, Context const& ctx, FhirSource& source) {
  auto const entries =
      tx.ledger().following(ctx.account, source.progress.ledger_after, entries_marked_at_once);
  auto const own = actor_of(source);
  std::set<PersonRef> people;
  for (auto const& entry : entries) {
    source.progress.ledger_after = entry.sequence;
    if (entry.entity != Entity::contact_number || entry.actor == own) continue;
    if (auto person = person_of(tx, ctx.account, entry)) people.insert(std::move(*person));
  }
  for (auto const& person : people) tx.fhir_links().mark(ctx.account, source.id, person);
  return std::ssize(entries) == entries_marked_at_once;
}

}  // namespace linebook
