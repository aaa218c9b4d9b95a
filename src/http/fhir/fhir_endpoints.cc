// /fhir/R4: patients and doctors as FHIR's Patient and Practitioner, to read and to search.
#include <boost/json/serialize.hpp>

#include "app/contacts/people.h"
#include "http/fhir/capability_statement.h"
#include "http/fhir/fhir_answers.h"
#include "http/fhir/fhir_search.h"
#include "http/fhir/routes.h"
#include "http/serving/endpoint.h"
#include "interchange/fhir_id.h"
#include "interchange/fhir_writer.h"

namespace linebook::http {
namespace {

Result<Plan> get_metadata(Call& call) {
  check_fhir_format(call.query);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  auto answer = fhir_answer(capability_statement(fhir_base(call)));
  answer.tag = Answer::Tag::none;
  return answer;
}

template <PersonType type>
Result<Plan> get_fhir_person(Call& call) {
  check_fhir_format(call.query);
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  return Read{ReadCost::bounded,
              [account = call.account(), ref = PersonRef{type, person_id_of(call.parameter())}](
                  Transaction const& tx) -> Result<Answer> {
                auto person = find_person(tx, account, ref);
                if (!person) return fail(not_found(fhir_type_of(type)));
                return fhir_answer(boost::json::serialize(fhir_resource(*person)));
              }};
}

/// The query as sent, without its place in the walk.
std::string without_page_token(std::string_view query) {
  std::string rest;
  while (!query.empty()) {
    auto const part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty() || part.substr(0, part.find('=')) == "page_token") continue;
    if (!rest.empty()) rest += '&';
    rest += part;
  }
  return rest;
}

/// A search on its way: what its pages are made of.
struct FhirSearchPage {
  AccountId account;
  FhirSearch search;
  std::string binding;  // of page tokens
  std::string base;
  std::string url;    // of this list, without a page token
  std::string query;  // likewise
  std::string self;
  PersonId after;  // empty: the first page
  Instant now;
};

std::string next_url(PageTokens const& tokens, FhirSearchPage const& page, PersonId const& last) {
  auto const token = tokens.make(page.account, page.binding, last.value, page.now);
  return page.url + "?" + (page.query.empty() ? "" : page.query + "&") + "page_token=" + token;
}

template <PersonType type>
Result<Answer> search_answer(Transaction const& tx, PageTokens const& tokens, FhirSearchPage const& page) {
  CountedPage<Person> found;
  if (!page.search.fits_nobody)
    found = tx.people().search(page.account, type, page.search.query, page.after, page.search.count + 1);
  SearchsetPage told{.base = page.base, .self = page.self, .next = {}, .total = found.total};
  if (page.search.count == 0) {
    found.items.clear();
  } else if (std::ssize(found.items) > page.search.count) {
    found.items.pop_back();
    told.next = next_url(tokens, page, found.items.back().ref.id);
  }
  auto answer =
      fhir_answer(searchset_json(told, with_numbers(tx, page.account, type, std::move(found.items))));
  answer.tag = Answer::Tag::none;
  return answer;
}

template <PersonType type>
Result<Plan> search_fhir_people(Call& call) {
  FhirSearchPage page{.account = call.account(),
                      .search = read_fhir_search(call.query, type),
                      .binding = {},
                      .base = fhir_base(call),
                      .url = {},
                      .query = without_page_token(call.request.query),
                      .self = {},
                      .after = {},
                      .now = call.now};
  auto const token = call.query.text("page_token");
  if (auto ok = call.query.finish(); !ok) return fail(std::move(ok.error()));
  page.binding = std::string(call.path) + "?" + call.query.canonical();
  if (token) {
    auto cursor = call.env.page_tokens.read(page.account, page.binding, *token, call.now);
    if (!cursor) return fail(std::move(cursor.error()));
    page.after = {std::move(*cursor)};
  }
  page.url = page.base + "/" + std::string(fhir_type_of(type));
  page.self = page.url + (call.request.query.empty() ? "" : "?" + std::string(call.request.query));
  auto const& query = page.search.query;
  bool const is_bounded = !query.number && (query.asks_for_all() || !query.ids.empty() || query.npi);
  return Read{is_bounded ? ReadCost::bounded : ReadCost::unbounded,
              [page = std::move(page), &env = call.env](Transaction const& tx) -> Result<Answer> {
                return search_answer<type>(tx, env.page_tokens, page);
              }};
}

}  // namespace

std::vector<Route> fhir_routes() {
  constexpr auto patient = PersonType::patient;
  constexpr auto doctor = PersonType::doctor;
  return {
      {Method::get, "/fhir/R4/metadata", Scope::contacts_read, get_metadata},
      {Method::get, "/fhir/R4/Patient", Scope::contacts_read, search_fhir_people<patient>},
      {Method::get, "/fhir/R4/Patient/{id}", Scope::contacts_read, get_fhir_person<patient>},
      {Method::get, "/fhir/R4/Practitioner", Scope::contacts_read, search_fhir_people<doctor>},
      {Method::get, "/fhir/R4/Practitioner/{id}", Scope::contacts_read, get_fhir_person<doctor>},
  };
}

}  // namespace linebook::http
