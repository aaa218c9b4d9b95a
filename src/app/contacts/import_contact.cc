#include "app/contacts/import_contact.h"

#include <algorithm>

#include "app/contacts/contact_numbers.h"
#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

void remark_if(bool differs, std::string_view what, std::string& remark) {
  if (differs) remark += (remark.empty() ? "" : "; ") + std::string(what);
}

Person new_person(ContactRow const& row, Instant now) {
  bool const patient = row.person.type == PersonType::patient;
  return {.ref = row.person,
          .first_name = *row.first_name,
          .last_name = *row.last_name,
          .email = row.email,
          .timezone = row.timezone,
          .contact_window = row.contact_window,
          .state = row.state,
          .date_of_birth = patient ? row.date_of_birth : std::nullopt,
          .gender = patient ? row.gender : std::nullopt,
          .active = true,
          .deceased = false,
          .npi = patient ? std::nullopt : row.npi,
          .created_at = now,
          .updated_at = now};
}

Error names_missing(ContactRow const& row) {
  std::vector<FieldError> problems;
  auto const why =
      "is required: " + std::string(to_string(row.person.type)) + " '" + row.person.id.value + "' is new";
  if (!row.first_name) problems.push_back({"first_name", why});
  if (!row.last_name) problems.push_back({"last_name", why});
  return validation_error(std::move(problems));
}

bool fills_blanks(Person const& person, ContactRow const& row) {
  auto const fills = [](auto const& field, auto const& from) { return from && !field; };
  if (fills(person.email, row.email) || fills(person.timezone, row.timezone) ||
      fills(person.contact_window, row.contact_window) || fills(person.state, row.state))
    return true;
  if (person.ref.type == PersonType::doctor) return fills(person.npi, row.npi);
  return fills(person.date_of_birth, row.date_of_birth) || fills(person.gender, row.gender);
}

Person filled(Person person, ContactRow const& row, Instant now) {
  auto const fill = [](auto& field, auto const& from) {
    if (!field) field = from;
  };
  fill(person.email, row.email);
  fill(person.timezone, row.timezone);
  fill(person.contact_window, row.contact_window);
  fill(person.state, row.state);
  if (person.ref.type == PersonType::patient) {
    fill(person.date_of_birth, row.date_of_birth);
    fill(person.gender, row.gender);
  } else {
    fill(person.npi, row.npi);
  }
  person.updated_at = now;
  return person;
}

void remark_on(Person const& person, ContactRow const& row, std::string& remark) {
  auto const differ = [](auto const& field, auto const& from) { return field && from && *field != *from; };
  remark_if(row.first_name && *row.first_name != person.first_name, "first_name differs and was kept",
            remark);
  remark_if(row.last_name && *row.last_name != person.last_name, "last_name differs and was kept", remark);
  remark_if(differ(person.email, row.email), "email differs and was kept", remark);
  remark_if(differ(person.timezone, row.timezone), "timezone differs and was kept", remark);
  remark_if(differ(person.contact_window, row.contact_window), "contact_window differs and was kept", remark);
  remark_if(differ(person.state, row.state), "state differs and was kept", remark);
  if (person.ref.type == PersonType::patient)
    remark_if(differ(person.date_of_birth, row.date_of_birth), "date_of_birth differs and was kept", remark);
  else
    remark_if(differ(person.npi, row.npi), "npi differs and was kept", remark);
}

void plan_person(Person const& known, Context const& ctx, ContactRow const& row, ContactRowPlan& plan) {
  remark_on(known, row, plan.remark);
  if (fills_blanks(known, row)) plan.filled_person = filled(known, row, ctx.now);
}

void plan_existing(ContactRow const& row, ContactRowPlan& plan) {
  auto const& is = *plan.existing;
  plan.raises_primary = row.primary && !is.primary;
  plan.raises_verified = row.verified && !is.verified;
  plan.raises_do_not_call = row.do_not_call && !is.do_not_call;
  remark_if(is.phone_type != row.phone_type, "phone_type differs and was kept", plan.remark);
}

void save_person(Transaction& tx, Context const& ctx, ContactRowPlan const& plan) {
  if (plan.new_person) {
    tx.people().insert(ctx.account, *plan.new_person);
    record(tx, ctx, entity_of(plan.new_person->ref.type), plan.new_person->ref.id.value, Action::created, {},
           ledger_fields(*plan.new_person));
  }
  if (plan.filled_person) {
    auto const& after = *plan.filled_person;
    auto const before = tx.people().find(ctx.account, after.ref);
    tx.people().update(ctx.account, after);
    record(tx, ctx, entity_of(after.ref.type), after.ref.id.value, Action::updated, ledger_fields(*before),
           ledger_fields(after));
  }
}

Result<void> raise_existing(Transaction& tx, Context const& ctx, ContactRowPlan const& plan) {
  auto number = *plan.existing;
  if (plan.raises_primary || plan.raises_do_not_call) {
    EditContactNumber edit;
    if (plan.raises_primary) edit.edit.primary = true;
    if (plan.raises_do_not_call) edit.edit.do_not_call = true;
    auto saved = edit_contact_number(tx, ctx, number.id, {}, edit);
    if (!saved) return fail(std::move(saved.error()));
    number = saved->number;
  }
  if (plan.raises_verified) {
    auto const before = number;
    mark_verified(number, ctx.now);
    number.updated_at = ctx.now;
    tx.contact_numbers().update(ctx.account, number);
    record(tx, ctx, Entity::contact_number, number.id.value, Action::updated, ledger_fields(before),
           ledger_fields(number));
  }
  return {};
}

ContactNumber new_number(ContactRow const& row, ContactNumberId id, Instant now) {
  return {.id = std::move(id),
          .person = row.person,
          .number = row.number,
          .phone_type = row.phone_type,
          .primary = row.primary,
          .verified = row.verified,
          .do_not_call = row.do_not_call,
          .verified_at = row.verified ? std::optional(now) : std::nullopt,
          .created_at = now,
          .updated_at = now};
}

/// `known`: the person, and `existing`: the number on it, as the books have them.
Result<ContactRowPlan> plan_row(Context const& ctx, ContactRow const& row, std::optional<Person> const& known,
                                std::optional<ContactNumber> existing) {
  Problems problems;
  check_policy(row.number, ctx.policies, "number", problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  ContactRowPlan plan;
  plan.existing = std::move(existing);
  if (known) plan_person(*known, ctx, row, plan);
  if (plan.existing) {
    plan_existing(row, plan);
    bool const changes =
        plan.filled_person || plan.raises_primary || plan.raises_verified || plan.raises_do_not_call;
    plan.outcome = changes ? ImportOutcome::updated : ImportOutcome::unchanged;
    return plan;
  }
  plan.outcome = ImportOutcome::added;
  if (!known) {
    if (!row.first_name || !row.last_name) return fail(names_missing(row));
    plan.new_person = new_person(row, ctx.now);
  }
  return plan;
}

}  // namespace

Result<ContactRowPlan> plan_contact_row(Transaction const& tx, Context const& ctx, ContactRow const& row,
                                        ForeseenContact const& foreseen) {
  return plan_row(ctx, row, foreseen.person ? foreseen.person : tx.people().find(ctx.account, row.person),
                  foreseen.number ? foreseen.number
                                  : tx.contact_numbers().find_on_person(ctx.account, row.person, row.number));
}

ForeseenContact foresee(Transaction const& tx, Context const& ctx, ContactRow const& row,
                        ContactRowPlan const& plan, ForeseenContact const& before) {
  ForeseenContact after{.person = plan.new_person      ? plan.new_person
                                  : plan.filled_person ? plan.filled_person
                                                       : before.person,
                        .number = plan.existing};
  if (!after.number) after.number = new_number(row, {}, ctx.now);
  auto& number = *after.number;
  number.primary |= row.primary;
  number.verified |= row.verified;
  number.do_not_call |=
      row.do_not_call || tx.contact_numbers().do_not_call_remembered(ctx.account, row.person, row.number);
  return after;
}

void ContactImport::meet(PersonRef const& person) {
  if (person_ && person_->ref == person) return;
  person_ = tx_.people().find(ctx_.account, person);
  is_new_ = false;
}

std::optional<ContactNumber> ContactImport::existing(ContactRow const& row) const {
  bool const has_none = !person_ || (is_new_ && std::ranges::find(numbers_, row.number) == numbers_.end());
  if (has_none) return std::nullopt;
  return tx_.contact_numbers().find_on_person(ctx_.account, row.person, row.number);
}

void ContactImport::remember(ContactRowPlan& plan) {
  if (plan.filled_person) person_ = std::move(plan.filled_person);
  if (!plan.new_person) return;
  person_ = std::move(plan.new_person);
  is_new_ = true;
  numbers_.clear();
}

Result<ImportedContact> ContactImport::add(ContactRow const& row) {
  meet(row.person);
  auto plan = plan_row(ctx_, row, person_, existing(row));
  if (!plan) return fail(std::move(plan.error()));
  if (plan->existing) {
    // First what can fail, so that an error leaves nothing behind.
    if (auto raised = raise_existing(tx_, ctx_, *plan); !raised) return fail(std::move(raised.error()));
    save_person(tx_, ctx_, *plan);
    remember(*plan);
    return ImportedContact{plan->outcome, plan->existing->id, std::move(plan->remark)};
  }
  save_person(tx_, ctx_, *plan);
  remember(*plan);
  auto placed = place_contact_number(tx_, ctx_, new_number(row, {ctx_.ids.next("phn_", ctx_.now)}, ctx_.now));
  if (is_new_) numbers_.push_back(row.number);
  return ImportedContact{plan->outcome, std::move(placed.id), std::move(plan->remark)};
}

}  // namespace linebook
