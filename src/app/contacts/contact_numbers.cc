#include "app/contacts/contact_numbers.h"

#include "app/ledger/ledger_fields.h"

namespace linebook {
namespace {

Error duplicate(ContactNumber const& existing) {
  return {ErrorCode::duplicate_number,
          "this person already has this number; edit the existing entry instead",
          {{"number", "is already on this person", existing.id.value}}};
}

/// Saves `after` and ledgers what differs.
void save(Transaction& tx, Context const& ctx, ContactNumber const& before, ContactNumber const& after) {
  tx.contact_numbers().update(ctx.account, after);
  // A code that went to the old number proves nothing about the new one, nor later about the old one.
  if (before.number != after.number) tx.verifications().remove(ctx.account, after.id);
  record(tx, ctx, Entity::contact_number, after.id.value, Action::updated, ledger_fields(before),
         ledger_fields(after));
}

/// One primary per person and type: the old one goes before the new one comes.
void unset_primary_of(Transaction& tx, Context const& ctx, PersonRef const& person, PhoneType type) {
  auto old = tx.contact_numbers().primary_of(ctx.account, person, type);
  if (!old) return;
  save(tx, ctx, *old,
       edited(*old, {.number = {}, .phone_type = {}, .primary = false, .do_not_call = {}}, ctx.now));
}

/// Takes up a do-not-call that outlived an earlier entry of the same number.
bool recall_do_not_call(Transaction& tx, Context const& ctx, PersonRef const& person,
                        TenDigits const& number) {
  if (!tx.contact_numbers().do_not_call_remembered(ctx.account, person, number)) return false;
  tx.contact_numbers().forget_do_not_call(ctx.account, person, number);
  return true;
}

}  // namespace

void check_policy(TenDigits const& number, Policies const& policies, std::string_view field,
                  Problems& problems) {
  if (number.satisfies(policies.number_policy)) return;
  problems.push_back({std::string(field), std::string(message_for(*number.fault()))});
}

ContactNumber place_contact_number(Transaction& tx, Context const& ctx, ContactNumber number) {
  if (recall_do_not_call(tx, ctx, number.person, number.number)) number.do_not_call = true;
  if (number.primary) unset_primary_of(tx, ctx, number.person, number.phone_type);
  tx.contact_numbers().insert(ctx.account, number);
  record(tx, ctx, Entity::contact_number, number.id.value, Action::created, {}, ledger_fields(number));
  return number;
}

Result<LinkedContactNumber> add_contact_number(Transaction& tx, Context const& ctx,
                                               AddContactNumber const& command) {
  auto problems = command.problems;
  if (command.number) check_policy(*command.number, ctx.policies, "number", problems);
  std::optional<Person> person;
  if (command.person) {
    auto const type = std::string(to_string(command.person->type));
    person = tx.people().find(ctx.account, *command.person);
    if (!person)
      problems.push_back(
          {type + "_id", "names no " + type + " of this account; create the " + type + " first"});
  }
  if (!problems.empty()) return fail(validation_error(std::move(problems)));

  if (auto existing = tx.contact_numbers().find_on_person(ctx.account, *command.person, *command.number))
    return fail(duplicate(*existing));

  auto placed = place_contact_number(tx, ctx,
                                     {.id = {ctx.ids.next("phn_", ctx.now)},
                                      .person = *command.person,
                                      .number = *command.number,
                                      .phone_type = *command.phone_type,
                                      .primary = command.primary,
                                      .verified = command.verified,
                                      .do_not_call = command.do_not_call,
                                      .verified_at = command.verified ? std::optional(ctx.now) : std::nullopt,
                                      .created_at = ctx.now,
                                      .updated_at = ctx.now});
  return LinkedContactNumber{std::move(placed), person->name()};
}

Result<LinkedContactNumber> edit_contact_number(Transaction& tx, Context const& ctx,
                                                ContactNumberId const& id,
                                                Precondition<LinkedContactNumber> const& condition,
                                                EditContactNumber const& command) {
  auto current = tx.contact_numbers().find(ctx.account, id);
  if (!current) return fail(not_found("phone number"));
  if (!holds(condition, *current)) return fail(precondition_failed());

  ContactNumber const& before = current->number;
  auto problems = command.problems;
  bool const renumbers = command.edit.number && *command.edit.number != before.number;
  if (renumbers) check_policy(*command.edit.number, ctx.policies, "number", problems);
  if (!problems.empty()) return fail(validation_error(std::move(problems)));
  if (renumbers) {
    if (auto other = tx.contact_numbers().find_on_person(ctx.account, before.person, *command.edit.number))
      return fail(duplicate(*other));
  }

  ContactNumber after = edited(before, command.edit, ctx.now);
  if (after == before) return *current;
  if (renumbers) {
    if (before.do_not_call)
      tx.contact_numbers().remember_do_not_call(ctx.account, before.person, before.number);
    if (recall_do_not_call(tx, ctx, after.person, after.number)) after.do_not_call = true;
  }
  if (claims_primary(before, after)) unset_primary_of(tx, ctx, after.person, after.phone_type);
  save(tx, ctx, before, after);
  return LinkedContactNumber{std::move(after), current->person_name};
}

Result<void> delete_contact_number(Transaction& tx, Context const& ctx, ContactNumberId const& id,
                                   Precondition<LinkedContactNumber> const& condition) {
  auto current = tx.contact_numbers().find(ctx.account, id);
  if (!current) return fail(not_found("phone number"));
  if (!holds(condition, *current)) return fail(precondition_failed());

  ContactNumber const& number = current->number;
  if (number.do_not_call)
    tx.contact_numbers().remember_do_not_call(ctx.account, number.person, number.number);
  else
    tx.contact_numbers().forget_do_not_call(ctx.account, number.person, number.number);
  tx.contact_numbers().remove(ctx.account, number, ctx.now);
  tx.verifications().remove(ctx.account, id);
  record(tx, ctx, Entity::contact_number, id.value, Action::deleted, ledger_fields(number), {});
  return {};
}

}  // namespace linebook
