#include "app/import_contact.h"

#include "app/contact_numbers.h"
#include "app/ledger_fields.h"

namespace linebook {
namespace {

void fill(std::optional<std::string>& field, std::optional<std::string> const& from, std::string_view name,
          std::string& remark) {
  if (!from) return;
  if (!field)
    field = from;
  else if (*field != *from)
    remark += (remark.empty() ? "" : "; ") + std::string(name) + " differs and was kept";
}

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
          .contact_window = {},
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

/// The person with blanks filled from the row.
Person filled(Person person, ContactRow const& row, std::string& remark) {
  remark_if(row.first_name && *row.first_name != person.first_name, "first_name differs and was kept",
            remark);
  remark_if(row.last_name && *row.last_name != person.last_name, "last_name differs and was kept", remark);
  fill(person.email, row.email, "email", remark);
  fill(person.timezone, row.timezone, "timezone", remark);
  if (person.ref.type == PersonType::patient) {
    fill(person.date_of_birth, row.date_of_birth, "date_of_birth", remark);
    if (!person.gender) person.gender = row.gender;
  } else {
    fill(person.npi, row.npi, "npi", remark);
  }
  return person;
}

void plan_person(std::optional<Person> const& known, Context const& ctx, ContactRow const& row,
                 ContactRowPlan& plan) {
  if (!known) return;
  auto after = filled(*known, row, plan.remark);
  if (difference(ledger_fields(*known), ledger_fields(after)).empty()) return;
  after.updated_at = ctx.now;
  plan.filled_person = std::move(after);
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
    number.verified = true;
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
          .created_at = now,
          .updated_at = now};
}

}  // namespace

Result<ContactRowPlan> plan_contact_row(Transaction const& tx, Context const& ctx, ContactRow const& row,
                                        ForeseenContact const& foreseen) {
  Problems problems;
  check_policy(row.number, ctx.policies, "number", problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  ContactRowPlan plan;
  plan.existing = foreseen.number ? foreseen.number
                                  : tx.contact_numbers().find_on_person(ctx.account, row.person, row.number);
  auto const known = foreseen.person ? foreseen.person : tx.people().find(ctx.account, row.person);
  plan_person(known, ctx, row, plan);
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

Result<ImportedContact> import_contact(Transaction& tx, Context const& ctx, ContactRow const& row) {
  auto plan = plan_contact_row(tx, ctx, row, {});
  if (!plan) return fail(std::move(plan.error()));
  if (plan->existing) {
    // First what can fail, so that an error leaves nothing behind.
    if (auto raised = raise_existing(tx, ctx, *plan); !raised) return fail(std::move(raised.error()));
    save_person(tx, ctx, *plan);
    return ImportedContact{plan->outcome, plan->existing->id, std::move(plan->remark)};
  }
  save_person(tx, ctx, *plan);
  auto placed = place_contact_number(tx, ctx, new_number(row, {ctx.ids.next("phn_", ctx.now)}, ctx.now));
  return ImportedContact{plan->outcome, placed.id, std::move(plan->remark)};
}

}  // namespace linebook
