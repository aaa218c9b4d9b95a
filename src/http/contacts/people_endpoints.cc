// /api/v2/patients and /api/v2/doctors.
#include "app/contacts/people.h"
#include "domain/numbers/number_query.h"
#include "domain/text/name_key.h"
#include "http/codec/accepted_type.h"
#include "http/codec/field_parsers.h"
#include "http/contacts/person_json.h"
#include "http/contacts/routes.h"
#include "http/ledger/history.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"
#include "interchange/vcard_writer.h"

namespace linebook::http {
namespace {

template <PersonType type>
constexpr std::string_view collection() {
  return type == PersonType::patient ? "/api/v2/patients" : "/api/v2/doctors";
}

Answer single(PersonWithNumbers const& p, int status = 200) {
  return {.status = status, .body = person_json(p), .tag = Answer::Tag::entity};
}

template <PersonType type>
Answer created(PersonWithNumbers const& p) {
  auto answer = single(p, 201);
  answer.location = std::string(collection<type>()) + "/" + p.person.ref.id.value;
  return answer;
}

Answer vcard_answer(PersonWithNumbers const& p) {
  Answer answer{.body = {}, .tag = Answer::Tag::entity, .content_type = "text/vcard; charset=utf-8"};
  append_vcard(answer.body, p);
  return answer;
}

template <PersonType type>
Result<Plan> get_person(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  bool const as_vcard = preferred_type(call.request.header("Accept"),
                                       {"application/json", vcard_media_type}) == vcard_media_type;
  return Read{ReadCost::bounded,
              [account = call.account(), ref = PersonRef{type, {call.parameter()}},
               as_vcard](Transaction const& tx) -> Result<Answer> {
                auto person = find_person(tx, account, ref);
                if (!person) return fail(not_found(to_string(type)));
                auto answer = as_vcard ? vcard_answer(*person) : single(*person);
                answer.vary = "Accept";
                return answer;
              }};
}

/// "last,first": prefixes of both names; digits and their formatting: part of a number.
Result<PersonSearch> read_search(QueryReader& query) {
  PersonSearch search;
  auto const q = query.text_or_empty("q");
  if (!q) return search;
  if (NumberQuery::looks_like_one(*q)) {
    auto number = NumberQuery::parse(*q);
    if (!number) return fail(std::move(number.error()));
    search.digits = number->digits();
    return search;
  }
  auto const comma = q->find(',');
  search.last_key = name_key(q->substr(0, comma));
  if (comma != q->npos) search.first_key = name_key(q->substr(comma + 1));
  if (search.last_key.empty() && search.first_key.empty()) {
    return fail(ErrorCode::invalid_query,
                "q must hold the beginning of a name (last,first) or part of a number",
                {{"q", "holds neither letters nor digits"}});
  }
  return search;
}

template <PersonType type>
Result<Plan> list_people(Call& call) {
  auto const page = read_offset_page(call.query);
  auto search = read_search(call.query);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  if (!search) return fail(std::move(search.error()));
  bool const is_plain = search->digits.empty() && search->last_key.empty() && search->first_key.empty() &&
                        page.offset < deep_offset;
  return Read{
      is_plain ? ReadCost::bounded : ReadCost::unbounded,
      [account = call.account(), search = std::move(*search), page](Transaction const& tx) -> Result<Answer> {
        auto found = tx.people().list(account, type, search, page.limit, page.offset);
        return offset_page_answer(found, page, write_person_item);
      }};
}

void read_numbers(ObjectReader& reader, PersonDraft& draft) {
  if (reader.mentions("phone_numbers") && !reader.has("phone_numbers"))
    reader.problem("phone_numbers", "must not be null");
  auto const* numbers = reader.array("phone_numbers");
  if (numbers == nullptr) return;
  if (numbers->size() > max_numbers_with_person) {
    reader.problem("phone_numbers",
                   "must hold at most " + std::to_string(max_numbers_with_person) + " numbers");
    return;
  }
  for (std::size_t i = 0; i < numbers->size(); ++i) {
    ObjectReader item((*numbers)[i], draft.problems, "phone_numbers[" + std::to_string(i) + "].");
    auto const number = item.required_text("number", ten_digits);
    auto const kind = item.required_text("phone_type", phone_type);
    auto const primary = item.boolean("primary").value_or(false);
    auto const do_not_call = item.boolean("do_not_call").value_or(false);
    item.refuse_unknown();
    if (number && kind) draft.numbers.push_back({i, *number, *kind, primary, do_not_call});
  }
}

/// A whole person, as POST and PUT send it; the caller reads `id` and `phone_numbers` where they may be sent.
template <PersonType type>
void read_person(ObjectReader& reader, PersonDraft& draft) {
  draft.first_name = reader.required_text("first_name", person_name).value_or("");
  draft.last_name = reader.required_text("last_name", person_name).value_or("");
  draft.email = reader.text("email", email);
  draft.timezone = reader.text("timezone", timezone);
  draft.state = reader.text("state", state);
  draft.contact_window = optional_object(reader, "contact_window", draft.problems, read_contact_window);
  if constexpr (type == PersonType::patient) {
    draft.date_of_birth = reader.text("date_of_birth", date);
    draft.gender = reader.text("gender", gender);
    draft.active = reader.boolean("active").value_or(true);
    draft.deceased = reader.boolean("deceased").value_or(false);
  } else {
    draft.npi = reader.text("npi", npi);
  }
}

template <PersonType type>
Result<Plan> post_person(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  PersonDraft draft;
  ObjectReader reader(call.body, draft.problems);
  if (auto id = reader.text_unless_null("id", chosen_id)) draft.id = PersonId{*id};
  read_person<type>(reader, draft);
  read_numbers(reader, draft);
  reader.refuse_unknown();
  return Write{[draft = std::move(draft)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto person = create_person(tx, ctx, type, draft);
    if (!person) return fail(std::move(person.error()));
    return created<type>(*person);
  }};
}

template <PersonType type>
Result<Plan> put_person_endpoint(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  PersonDraft draft;
  if (auto id = chosen_id(call.parameter()); !id) draft.problems.push_back({"id", std::move(id.error())});
  ObjectReader reader(call.body, draft.problems);
  read_person<type>(reader, draft);
  reader.refuse("id", "cannot be sent here; the path has it");
  reader.refuse("phone_numbers", "cannot be sent here; use /api/v2/phone-numbers");
  reader.refuse_unknown();
  return Write{
      [draft = std::move(draft), ref = PersonRef{type, {call.parameter()}},
       condition = call.condition(&person_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto saved = put_person(tx, ctx, ref, condition, draft);
        if (!saved) return fail(std::move(saved.error()));
        return saved->second == Saved::created ? created<type>(saved->first) : single(saved->first);
      }};
}

template <PersonType type>
Result<Plan> patch_person(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  EditPerson edit;
  ObjectReader reader(call.body, edit.problems);
  edit.first_name = reader.text_unless_null("first_name", person_name);
  edit.last_name = reader.text_unless_null("last_name", person_name);
  edit.email = reader.text_edit("email", email);
  edit.timezone = reader.text_edit("timezone", timezone);
  edit.state = reader.text_edit("state", state);
  edit.contact_window = object_edit(reader, "contact_window", edit.problems, read_contact_window);
  if constexpr (type == PersonType::patient) {
    edit.date_of_birth = reader.text_edit("date_of_birth", date);
    edit.gender = reader.text_edit("gender", gender);
    edit.active = reader.boolean("active");
    edit.deceased = reader.boolean("deceased");
  } else {
    edit.npi = reader.text_edit("npi", npi);
  }
  reader.refuse("id", "cannot be changed");
  reader.refuse("phone_numbers", "cannot be sent here; use /api/v2/phone-numbers");
  reader.refuse_unknown();
  return Write{
      [edit = std::move(edit), ref = PersonRef{type, {call.parameter()}},
       condition = call.condition(&person_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto person = edit_person(tx, ctx, ref, condition, edit);
        if (!person) return fail(std::move(person.error()));
        return single(*person);
      }};
}

template <PersonType type>
Result<Plan> get_person_history(Call& call) {
  return history_of(call, type == PersonType::patient ? Entity::patient : Entity::doctor, to_string(type));
}

}  // namespace

std::vector<Route> people_routes() {
  constexpr auto patient = PersonType::patient;
  constexpr auto doctor = PersonType::doctor;
  return {
      {Method::get, "/api/v2/patients", Scope::contacts_read, list_people<patient>},
      {Method::post, "/api/v2/patients", Scope::contacts_write, post_person<patient>},
      {Method::get, "/api/v2/patients/{id}", Scope::contacts_read, get_person<patient>},
      {Method::patch, "/api/v2/patients/{id}", Scope::contacts_write, patch_person<patient>},
      {Method::put, "/api/v2/patients/{id}", Scope::contacts_write, put_person_endpoint<patient>},
      {Method::get, "/api/v2/patients/{id}/history", Scope::contacts_read, get_person_history<patient>},
      {Method::get, "/api/v2/doctors", Scope::contacts_read, list_people<doctor>},
      {Method::post, "/api/v2/doctors", Scope::contacts_write, post_person<doctor>},
      {Method::get, "/api/v2/doctors/{id}", Scope::contacts_read, get_person<doctor>},
      {Method::patch, "/api/v2/doctors/{id}", Scope::contacts_write, patch_person<doctor>},
      {Method::put, "/api/v2/doctors/{id}", Scope::contacts_write, put_person_endpoint<doctor>},
      {Method::get, "/api/v2/doctors/{id}/history", Scope::contacts_read, get_person_history<doctor>},
  };
}

}  // namespace linebook::http
