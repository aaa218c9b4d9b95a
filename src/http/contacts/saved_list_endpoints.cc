// /saved-lists: filters of the contact book that an account keeps under a name.
#include "app/contacts/saved_lists.h"
#include "domain/text/name_key.h"
#include "http/codec/field_parsers.h"
#include "http/contacts/routes.h"
#include "http/contacts/saved_list_json.h"
#include "http/serving/endpoint.h"
#include "http/serving/paging.h"

namespace linebook::http {
namespace {

Parsed<Listed> what_is_listed(std::string_view text) {
  auto const listed = parse_listed(text);
  if (!listed) return complain("must be one of phone_numbers, patients, doctors");
  return *listed;
}

Parsed<std::string> saved_search(std::string_view text) {
  if (!is_clean_text(text, max_saved_list_search) || text.find_first_not_of(' ') == text.npos)
    return complain("must be 1 to " + std::to_string(max_saved_list_search) +
                    " characters, not blank and without control characters");
  return std::string(text);
}

std::optional<bool> flag_or_null(ObjectReader& reader, std::string_view name) {
  if (!reader.has(name)) {
    reader.object(name);  // taken: null is the same as leaving it out
    return std::nullopt;
  }
  return reader.boolean(name);
}

SavedFilter read_saved_filter(boost::json::value const& value, Problems& problems) {
  ObjectReader reader(value, problems, "filter.");
  SavedFilter filter;
  filter.search = reader.text("q", saved_search);
  filter.person_type = reader.text("person_type", person_type);
  filter.phone_type = reader.text("phone_type", phone_type);
  filter.primary = flag_or_null(reader, "primary");
  filter.verified = flag_or_null(reader, "verified");
  filter.do_not_call = flag_or_null(reader, "do_not_call");
  reader.refuse_unknown();
  return filter;
}

std::optional<SavedFilter> read_filter_of(ObjectReader& reader, Problems& problems) {
  if (reader.mentions("filter") && !reader.has("filter")) reader.problem("filter", "must not be null");
  auto const* value = reader.object("filter");
  if (value == nullptr) return std::nullopt;
  return read_saved_filter(*value, problems);
}

Answer shown_list(SavedList const& list, int status = 200) {
  return {.status = status, .body = saved_list_json(list), .tag = Answer::Tag::entity};
}

Result<Plan> post_saved_list(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  CreateSavedList command;
  ObjectReader reader(call.body, command.problems);
  command.name = reader.required_text("name", label);
  command.of = reader.required_text("of", what_is_listed);
  command.filter = read_filter_of(reader, command.problems).value_or(SavedFilter());
  command.sort = reader.text_unless_null("sort", number_order).value_or(NumberOrder::newest);
  reader.refuse_unknown();
  return Write{[command = std::move(command)](Transaction& tx, Context const& ctx) -> Result<Answer> {
    auto list = create_saved_list(tx, ctx, command);
    if (!list) return fail(std::move(list.error()));
    auto answer = shown_list(*list, 201);
    answer.location = "/saved-lists/" + list->id.value;
    return answer;
  }};
}

Result<Plan> list_saved_lists(Call& call) {
  auto page = finish_token_page(call);
  if (!page) return fail(std::move(page.error()));
  return keyset_read(
      call, std::move(*page), "saved_lists",
      [](Transaction const& tx, AccountId account, auto const& after, std::int64_t limit) {
        return tx.saved_lists().list(account, after, limit);
      },
      write_saved_list, [](SavedList const& item) { return to_cursor(item.created_at, item.id.value); });
}

Result<Plan> get_saved_list(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(),
               id = SavedListId{call.parameter()}](Transaction const& tx) -> Result<Answer> {
                auto const list = tx.saved_lists().look_at(account, id);
                if (!list) return fail(not_found("saved list"));
                return shown_list(*list);
              }};
}

Result<Plan> patch_saved_list(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  EditSavedList edit;
  ObjectReader reader(call.body, edit.problems);
  edit.name = reader.text_unless_null("name", label);
  edit.filter = read_filter_of(reader, edit.problems);
  edit.sort = reader.text_unless_null("sort", number_order);
  reader.refuse("of", "cannot be changed; save another list");
  reader.refuse_unknown();
  return Write{
      [edit = std::move(edit), id = SavedListId{call.parameter()},
       condition = call.condition(&saved_list_json)](Transaction& tx, Context const& ctx) -> Result<Answer> {
        auto list = edit_saved_list(tx, ctx, id, condition, edit);
        if (!list) return fail(std::move(list.error()));
        return shown_list(*list);
      }};
}

Result<Plan> delete_saved_list_endpoint(Call& call) {
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Write{[id = SavedListId{call.parameter()}, condition = call.condition(&saved_list_json)](
                   Transaction& tx, Context const& ctx) -> Result<Answer> {
    if (auto gone = delete_saved_list(tx, ctx, id, condition); !gone) return fail(std::move(gone.error()));
    return deleted(id.value, "Saved list deleted");
  }};
}

}  // namespace

std::vector<Route> saved_list_routes() {
  return {{Method::post, "/saved-lists", Scope::contacts_write, post_saved_list},
          {Method::get, "/saved-lists", Scope::contacts_read, list_saved_lists},
          {Method::get, "/saved-lists/{saved_list_id}", Scope::contacts_read, get_saved_list},
          {Method::patch, "/saved-lists/{saved_list_id}", Scope::contacts_write, patch_saved_list},
          {Method::del, "/saved-lists/{saved_list_id}", Scope::contacts_write, delete_saved_list_endpoint}};
}

}  // namespace linebook::http
