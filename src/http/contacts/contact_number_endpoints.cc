// /api/v2/phone-numbers: the contact book. (Seed 001.)
#include <algorithm>

#include "app/contacts/contact_numbers.h"
#include "domain/numbers/number_query.h"
#include "http/codec/field_parsers.h"
#include "http/contacts/contact_number_json.h"
#include "http/contacts/quality_report.h"
#include "http/contacts/routes.h"
#include "http/ledger/history.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Answer single(LinkedContactNumber const& n, int status = 200) {
  return {.status = status, .body = contact_number_json(n), .tag = Answer::Tag::entity};
}

Result<Plan> get_contact_number(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(),
               id = ContactNumberId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
                auto number = tx.contact_numbers().find(account, id);
                if (!number) return fail(not_found("phone number"));
                return single(*number);
              }};
}

/// `q` has an error code of its own.
Result<NumberQuery> read_q(QueryReader& query) {
  auto const q = query.text_or_empty("q");
  return NumberQuery::parse(q ? std::string_view(*q) : std::string_view());
}

Result<Plan> list_contact_numbers(Call& call) {
  auto const page = read_offset_page(call.query);
  ContactNumberFilter filter;
  auto q = read_q(call.query);
  auto const patient = call.query.parsed("patient_id", chosen_id);
  auto const doctor = call.query.parsed("doctor_id", chosen_id);
  if (patient) filter.person = PersonRef{PersonType::patient, {*patient}};
  if (doctor) filter.person = PersonRef{PersonType::doctor, {*doctor}};
  filter.person_type = call.query.parsed("person_type", person_type);
  filter.phone_type = call.query.parsed("phone_type", phone_type);
  filter.primary = call.query.boolean("primary");
  filter.verified = call.query.boolean("verified");
  filter.do_not_call = call.query.boolean("do_not_call");
  filter.order = call.query.parsed("sort", number_order).value_or(NumberOrder::newest);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (!q) return fail(std::move(q.error()));
  // Filters combine, and a number is linked to one person: never to a patient and to a doctor.
  if (patient && doctor) return offset_page_answer<LinkedContactNumber>({}, page, write_contact_number_item);
  filter.digits = q->digits();

  bool const is_plain = filter.digits.empty() && !filter.person_type && !filter.phone_type &&
                        !filter.primary && !filter.verified && !filter.do_not_call &&
                        filter.order == NumberOrder::newest && page.offset < deep_offset;
  return Read{
      is_plain ? ReadCost::bounded : ReadCost::unbounded,
      [account = call.account(), filter = std::move(filter), page](Transaction const& tx) -> Result<Answer> {
        return offset_page_answer(tx.contact_numbers().list(account, filter, page.limit, page.offset), page,
                                  write_contact_number_item);
      }};
}

Result<Plan> post_contact_number(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  AddContactNumber command;
  ObjectReader reader(call.body, command.problems);
  command.number = reader.required_text("number", ten_digits);
  command.phone_type = reader.required_text("phone_type", phone_type);
  command.primary = reader.boolean("primary").value_or(false);
  command.do_not_call = reader.boolean("do_not_call").value_or(false);
  bool const has_patient = reader.mentions("patient_id"), has_doctor = reader.mentions("doctor_id");
  auto const patient = reader.text_unless_null("patient_id", chosen_id);
  auto const doctor = reader.text_unless_null("doctor_id", chosen_id);
  if (has_patient && has_doctor)
    reader.problem("doctor_id", "cannot be sent together with patient_id; link the number to one person");
  else if (patient)
    command.person = PersonRef{PersonType::patient, {*patient}};
  else if (doctor)
    command.person = PersonRef{PersonType::doctor, {*doctor}};
  else if (call.body.is_object() && !has_patient && !has_doctor)
    reader.problem("patient_id", "is required, or doctor_id: whose number is it?");
  reader.refuse_unknown();

  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto added = add_contact_number(tx, ctx, command);
    if (!added) return fail(std::move(added.error()));
    auto answer = single(*added, 201);
    answer.location = "/api/v2/phone-numbers/" + added->number.id.value;
    return answer;
  }};
}

Result<Plan> patch_contact_number(Call& call) {
  EditContactNumber command;
  ObjectReader reader(call.body, command.problems);
  command.edit.number = reader.text_unless_null("number", ten_digits);
  command.edit.phone_type = reader.text_unless_null("phone_type", phone_type);
  command.edit.primary = reader.boolean("primary");
  command.edit.do_not_call = reader.boolean("do_not_call");
  reader.refuse("verified", "cannot be set here; it is set by verification");
  reader.refuse("patient_id", "cannot be changed; delete the number and add it to the other person");
  reader.refuse("doctor_id", "cannot be changed; delete the number and add it to the other person");
  reader.refuse_unknown();
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));

  return Write{[command = std::move(command), id = ContactNumberId{call.parameter()},
                condition = call.condition(&contact_number_json)](Transaction& tx,
                                                                  Context const& ctx) -> Result<Answer> {
    auto edited = edit_contact_number(tx, ctx, id, condition, command);
    if (!edited) return fail(std::move(edited.error()));
    return single(*edited);
  }};
}

Result<Plan> delete_contact_number_endpoint(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = ContactNumberId{call.parameter()}, condition = call.condition(&contact_number_json)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto deleted = delete_contact_number(tx, ctx, id, condition); !deleted)
      return fail(std::move(deleted.error()));
    return deleted(id.value, "Phone number deleted");
  }};
}

Result<Plan> get_quality_report(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Later{[&reports = call.env.quality_reports, account = call.account()](Respond respond) {
    reports.tell(account, [respond = std::move(respond)](Result<std::string> body) mutable {
      if (!body) return respond(fail(std::move(body.error())));
      respond(Answer{.body = std::move(*body)});
    });
  }};
}

Result<Plan> get_number_history(Call& call) {
  return history_of(call, Entity::contact_number, "phone number");
}

}  // namespace

std::vector<Route> contact_number_routes() {
  return {
      {Method::get, "/api/v2/phone-numbers", Scope::contacts_read, list_contact_numbers},
      {Method::post, "/api/v2/phone-numbers", Scope::contacts_write, post_contact_number},
      {Method::get, "/api/v2/phone-numbers/quality", Scope::contacts_read, get_quality_report},
      {Method::get, "/api/v2/phone-numbers/{phone_id}", Scope::contacts_read, get_contact_number},
      {Method::patch, "/api/v2/phone-numbers/{phone_id}", Scope::contacts_write, patch_contact_number},
      {Method::del, "/api/v2/phone-numbers/{phone_id}", Scope::contacts_write,
       delete_contact_number_endpoint},
      {Method::get, "/api/v2/phone-numbers/{phone_id}/history", Scope::contacts_read, get_number_history},
  };
}

}  // namespace linebook::http
