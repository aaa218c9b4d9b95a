#include "app/contacts/import_fhir_person.h"

#include <algorithm>
#include <iterator>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

template <class T>
void take(std::optional<T>& field, std::optional<T> const& said) {
  if (said) field = said;
}

/// The person as the export has it, over what is known already.
Person merged(std::optional<Person> const& known, FhirPerson const& said, Instant now) {
  Person person = known ? *known
                        : Person{.ref = said.ref,
                                 .first_name = {},
                                 .last_name = {},
                                 .email = {},
                                 .timezone = {},
                                 .contact_window = {},
                                 .state = {},
                                 .date_of_birth = {},
                                 .gender = {},
                                 .active = true,
                                 .deceased = false,
                                 .npi = {},
                                 .created_at = now,
                                 .updated_at = now};
  person.first_name = said.first_name;
  person.last_name = said.last_name;
  take(person.email, said.email);
  if (said.ref.type == PersonType::patient) {
    take(person.date_of_birth, said.date_of_birth);
    take(person.gender, said.gender);
    person.active = said.active.value_or(person.active);
    person.deceased = said.deceased.value_or(person.deceased);
  } else {
    take(person.npi, said.npi);
  }
  return person;
}

/// Looks back through the history of a person, or of a number, for whether the books had this value of the
/// export's before, and somebody replaced it here since the import last spoke of the field.
class LocalEdits {
 public:
  LocalEdits(Transaction const& tx, Context const& ctx, Entity entity, std::string const& id)
      : tx_(tx), account_(ctx.account), filter_{.entity = entity, .entity_id = id} {}

  bool replaced(std::string_view field, FieldValue const& said) {
    for (std::size_t i = 0;; ++i) {
      if (i == history_.size() && !read_on()) return false;
      auto const& entry = history_[i];
      auto const at = std::ranges::find(entry.changes, field, &FieldChange::field);
      if (at == entry.changes.end()) continue;
      if (entry.actor == fhir_import_actor) return at->is == said;
      if (at->was == said) return true;
    }
  }

 private:
  static constexpr std::int64_t page_entries = 50;

  /// Older entries, as long as there are some and not too many.
  bool read_on() {
    auto const read = history_.size();
    while (!ended_ && history_.size() == read) {
      auto page = tx_.ledger().newest(account_, filter_, before_, page_entries);
      std::ranges::move(page.entries, std::back_inserter(history_));
      before_ = page.next_before;
      ended_ = !before_ || std::ssize(history_) >= max_history_compared;
    }
    return history_.size() > read;
  }

  Transaction const& tx_;
  AccountId account_;
  LedgerFilter filter_;
  std::vector<LedgerEntry> history_;  // newest first
  std::optional<std::int64_t> before_;
  bool ended_ = false;
};

void keep_field(Person& person, Person const& before, std::string_view field) {
  if (field == "first_name") person.first_name = before.first_name;
  if (field == "last_name") person.last_name = before.last_name;
  if (field == "email") person.email = before.email;
  if (field == "date_of_birth") person.date_of_birth = before.date_of_birth;
  if (field == "gender") person.gender = before.gender;
  if (field == "active") person.active = before.active;
  if (field == "deceased") person.deceased = before.deceased;
  if (field == "npi") person.npi = before.npi;
}

void keep_local_edits(Transaction const& tx, Context const& ctx, Person const& before, Person& after) {
  auto const changes = difference(ledger_fields(before), ledger_fields(after));
  if (changes.empty()) return;
  LocalEdits edits(tx, ctx, entity_of(before.ref.type), before.ref.id.value);
  for (auto const& change : changes)
    if (edits.replaced(change.field, change.is)) keep_field(after, before, change.field);
}

bool came_from_export(Transaction const& tx, Context const& ctx, ContactNumber const& number) {
  LedgerFilter const filter{.entity = Entity::contact_number,
                            .entity_id = number.id.value,
                            .action = Action::created,
                            .actor = std::string(fhir_import_actor),
                            .since = {},
                            .until = {}};
  std::optional<std::int64_t> before;
  do {
    auto page = tx.ledger().newest(ctx.account, filter, before, 1);
    if (!page.entries.empty()) return true;
    before = page.next_before;
  } while (before);
  return false;
}

/// Numbers that have gone from the export. One that the books have and the export has not is looked up in the
/// ledger.
std::vector<TenDigits> vanished(Transaction const& tx, Context const& ctx, FhirPerson const& said) {
  std::vector<TenDigits> gone;
  for (auto const& known : tx.contact_numbers().of_person(ctx.account, said.ref, max_numbers_compared)) {
    bool const listed =
        std::ranges::find(said.numbers, known.number, &FhirNumber::number) != said.numbers.end();
    if (!listed && came_from_export(tx, ctx, known)) gone.push_back(known.number);
  }
  return gone;
}

bool takes_do_not_call(Transaction const& tx, Context const& ctx, ContactNumber const& here,
                       FhirNumber const& said) {
  return said.do_not_call && !here.do_not_call &&
         !LocalEdits(tx, ctx, Entity::contact_number, here.id.value).replaced("do_not_call", true);
}

struct Plan {
  std::optional<Person> before;
  Person after;
  bool person_changes = false;
  std::vector<FhirNumber> numbers;           // to add, each once
  std::vector<ContactNumberId> do_not_call;  // to set on numbers that are here
  ImportedFhirPerson told;
};

Plan plan(Transaction const& tx, Context const& ctx, FhirPerson const& said, DeletedNumbers const& deleted) {
  auto before = tx.people().find(ctx.account, said.ref);
  auto after = merged(before, said, ctx.now);
  if (before) keep_local_edits(tx, ctx, *before, after);
  Plan p{.before = std::move(before),
         .after = std::move(after),
         .person_changes = false,
         .numbers = {},
         .do_not_call = {},
         .told = {}};
  p.person_changes = p.before && !difference(ledger_fields(*p.before), ledger_fields(p.after)).empty();
  if (p.person_changes) p.after.updated_at = ctx.now;
  for (auto const& n : said.numbers) {
    auto const here =
        p.before ? tx.contact_numbers().find_on_person(ctx.account, said.ref, n.number) : std::nullopt;
    if (!n.number.satisfies(ctx.policies.number_policy))
      p.told.refused.push_back(n.number);
    else if (here && takes_do_not_call(tx, ctx, *here, n))
      p.do_not_call.push_back(here->id);
    else if (here)
      ++p.told.numbers_unchanged;
    else if (p.before && deleted.has(said.ref, n.number))
      p.told.deleted_here.push_back(n.number);
    else if (std::ranges::find(p.numbers, n.number, &FhirNumber::number) == p.numbers.end())
      p.numbers.push_back(n);
  }
  p.told.numbers_added = p.numbers.size();
  p.told.do_not_calls_taken = p.do_not_call.size();
  if (p.before) p.told.vanished = vanished(tx, ctx, said);
  bool const changes = p.person_changes || !p.numbers.empty() || !p.do_not_call.empty();
  p.told.outcome = !p.before ? ImportOutcome::added
                   : changes ? ImportOutcome::updated
                             : ImportOutcome::unchanged;
  return p;
}

/// Of numbers that come at once. Numbers are told newest first: the last of these is for the first that the
/// export lists, so that the books tell them in its order.
std::vector<ContactNumberId> ids_for(std::size_t numbers, Context const& ctx) {
  std::vector<ContactNumberId> ids(numbers);
  for (auto& id : ids) id = {ctx.ids.next("phn_", ctx.now)};
  return ids;
}

}  // namespace

bool brings_numbers_to_known_person(Transaction const& tx, Context const& ctx, FhirPerson const& said) {
  return tx.people().find(ctx.account, said.ref) &&
         std::ranges::any_of(said.numbers, [&](FhirNumber const& n) {
           return !tx.contact_numbers().find_on_person(ctx.account, said.ref, n.number);
         });
}

Result<ImportedFhirPerson> plan_fhir_person(Transaction const& tx, Context const& ctx, FhirPerson const& said,
                                            DeletedNumbers const& deleted) {
  return plan(tx, ctx, said, deleted).told;
}

Result<ImportedFhirPerson> import_fhir_person(Transaction& tx, Context const& ctx, FhirPerson const& said,
                                              DeletedNumbers const& deleted) {
  auto p = plan(tx, ctx, said, deleted);
  auto const entity = entity_of(said.ref.type);
  if (!p.before) {
    tx.people().insert(ctx.account, p.after);
    record(tx, ctx, entity, said.ref.id.value, Action::created, {}, ledger_fields(p.after));
  } else if (p.person_changes) {
    tx.people().update(ctx.account, p.after);
    record(tx, ctx, entity, said.ref.id.value, Action::updated, ledger_fields(*p.before),
           ledger_fields(p.after));
  }
  auto ids = ids_for(p.numbers.size(), ctx);
  for (auto const& n : p.numbers) {
    bool const becomes_primary = n.preference == Preference::preferred &&
                                 !tx.contact_numbers().primary_of(ctx.account, said.ref, n.phone_type);
    place_contact_number(tx, ctx,
                         {.id = ids.back(),
                          .person = said.ref,
                          .number = n.number,
                          .phone_type = n.phone_type,
                          .primary = becomes_primary,
                          .verified = n.verified,
                          .do_not_call = n.do_not_call,
                          .verified_at = n.verified ? n.verified_at : std::nullopt,
                          .created_at = ctx.now,
                          .updated_at = ctx.now});
    ids.pop_back();
  }
  for (auto const& id : p.do_not_call) {
    EditContactNumber edit;
    edit.edit.do_not_call = true;
    if (auto saved = edit_contact_number(tx, ctx, id, {}, edit); !saved)
      return fail(std::move(saved.error()));
  }
  return p.told;
}

}  // namespace linebook
