#include "app/contacts/people.h"

#include <algorithm>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

std::string_view id_prefix(PersonType t) { return t == PersonType::patient ? "pat_" : "doc_"; }

Person from_draft(PersonRef ref, PersonDraft const& d, Instant now) {
  return {.ref = std::move(ref),
          .first_name = d.first_name,
          .last_name = d.last_name,
          .email = d.email,
          .timezone = d.timezone,
          .contact_window = d.contact_window,
          .state = d.state,
          .date_of_birth = d.date_of_birth,
          .gender = d.gender,
          .active = d.active,
          .deceased = d.deceased,
          .npi = d.npi,
          .created_at = now,
          .updated_at = now};
}

void check_numbers(PersonDraft const& draft, Policies const& policies, Problems& problems) {
  for (std::size_t i = 0; i < draft.numbers.size(); ++i) {
    auto const& number = draft.numbers[i];
    auto const item = "phone_numbers[" + std::to_string(number.position) + "].";
    auto const field = item + "number";
    check_policy(number.number, policies, field, problems);
    for (std::size_t j = 0; j < i; ++j) {
      auto const& earlier = draft.numbers[j];
      if (earlier.number == number.number) problems.push_back({field, "is sent twice"});
      if (earlier.primary && number.primary && earlier.phone_type == number.phone_type)
        problems.push_back({item + "primary", "is said of two numbers of one type"});
    }
  }
}

Person insert(Transaction& tx, Context const& ctx, Person person) {
  tx.people().insert(ctx.account, person);
  record(tx, ctx, entity_of(person.ref.type), person.ref.id.value, Action::created, {},
         ledger_fields(person));
  return person;
}

/// Saves and ledgers `after` unless it says what `before` says; then updated_at stays too.
Person save(Transaction& tx, Context const& ctx, Person const& before, Person after) {
  auto const was = ledger_fields(before);
  auto const is = ledger_fields(after);
  if (difference(was, is).empty()) return before;
  after.updated_at = ctx.now;
  tx.people().update(ctx.account, after);
  record(tx, ctx, entity_of(after.ref.type), after.ref.id.value, Action::updated, was, is);
  return after;
}

}  // namespace

std::optional<PersonWithNumbers> find_person(Transaction const& tx, AccountId account, PersonRef const& ref) {
  auto person = tx.people().find(account, ref);
  if (!person) return std::nullopt;
  auto numbers = tx.contact_numbers().of_person(account, ref, shown_numbers_per_person);
  return PersonWithNumbers{std::move(*person), std::move(numbers)};
}

std::vector<PersonWithNumbers> with_numbers(Transaction const& tx, AccountId account, PersonType type,
                                            std::vector<Person> people) {
  std::vector<PersonId> ids;
  for (auto const& person : people) ids.push_back(person.ref.id);
  auto numbers = tx.contact_numbers().of_people(account, type, ids, shown_numbers_per_person);
  std::vector<PersonWithNumbers> all;
  for (std::size_t i = 0; i < people.size(); ++i)
    all.push_back({std::move(people[i]), std::move(numbers[i])});
  return all;
}

Result<PersonWithNumbers> create_person(Transaction& tx, Context const& ctx, PersonType type,
                                        PersonDraft const& draft) {
  auto problems = draft.problems;
  check_numbers(draft, ctx.policies, problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  PersonRef ref{type, draft.id ? *draft.id : PersonId{ctx.ids.next(id_prefix(type), ctx.now)}};
  if (draft.id && tx.people().find(ctx.account, ref)) {
    return fail(ErrorCode::already_exists,
                "a " + std::string(to_string(type)) + " with this id exists already; use PUT to replace it",
                {{"id", "is taken", ref.id.value}});
  }
  insert(tx, ctx, from_draft(ref, draft, ctx.now));
  for (auto const& n : draft.numbers) {
    place_contact_number(tx, ctx,
                         {.id = {ctx.ids.next("phn_", ctx.now)},
                          .person = ref,
                          .number = n.number,
                          .phone_type = n.phone_type,
                          .primary = n.primary,
                          .verified = false,
                          .do_not_call = n.do_not_call,
                          .created_at = ctx.now,
                          .updated_at = ctx.now});
  }
  return *find_person(tx, ctx.account, ref);
}

Result<PersonWithNumbers> edit_person(Transaction& tx, Context const& ctx, PersonRef const& ref,
                                      Precondition<PersonWithNumbers> const& condition, EditPerson const& e) {
  auto current = find_person(tx, ctx.account, ref);
  if (!current) return fail(not_found(to_string(ref.type)));
  if (!holds(condition, *current)) return fail(precondition_failed());
  if (!e.problems.empty()) return fail(validation_error(e.problems));

  Person after = current->person;
  apply(e.first_name, after.first_name);
  apply(e.last_name, after.last_name);
  apply(e.email, after.email);
  apply(e.timezone, after.timezone);
  apply(e.contact_window, after.contact_window);
  apply(e.state, after.state);
  apply(e.date_of_birth, after.date_of_birth);
  apply(e.gender, after.gender);
  apply(e.active, after.active);
  apply(e.deceased, after.deceased);
  apply(e.npi, after.npi);
  current->person = save(tx, ctx, current->person, std::move(after));
  return *current;
}

Result<std::pair<PersonWithNumbers, Saved>> put_person(Transaction& tx, Context const& ctx,
                                                       PersonRef const& ref,
                                                       Precondition<PersonWithNumbers> const& condition,
                                                       PersonDraft const& draft) {
  auto current = find_person(tx, ctx.account, ref);
  if (!holds(condition, current)) return fail(precondition_failed());
  if (!draft.problems.empty()) return fail(validation_error(draft.problems));

  Person person = from_draft(ref, draft, ctx.now);
  if (!current) return std::pair{PersonWithNumbers{insert(tx, ctx, std::move(person)), {}}, Saved::created};
  person.created_at = current->person.created_at;
  person.updated_at = current->person.updated_at;
  current->person = save(tx, ctx, current->person, std::move(person));
  return std::pair{std::move(*current), Saved::replaced};
}

}  // namespace linebook
