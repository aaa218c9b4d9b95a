#include "http/fhir/fhir_answers.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "domain/text/ascii.h"
#include "http/codec/json_writer.h"
#include "http/codec/operation_outcome.h"
#include "interchange/fhir_id.h"
#include "interchange/fhir_writer.h"

namespace linebook::http {
namespace {

constexpr std::size_t max_host = 255;

/// A name or address with a port, and nothing that would end it within a URL.
bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= max_host && std::ranges::all_of(text, [](char c) {
    return is_ascii_alphanumeric(c) || std::string_view(".-:[]").contains(c);
  });
}

void write_bundle_link(JsonWriter& json, std::string_view relation, std::string_view url) {
  json.begin_object().key("relation").string(relation).key("url").string(url).end_object();
}

}  // namespace

std::string fhir_base(Call const& call) {
  std::string base = call.env.policies.public_url;
  while (base.ends_with('/')) base.pop_back();
  auto const host = call.request.header("Host");
  if (base.empty() && host && is_host(*host))
    base.append(call.request.over_tls ? "https://" : "http://").append(*host);
  return base.append(fhir_root);
}

Answer fhir_answer(std::string body) {
  return {.body = std::move(body), .tag = Answer::Tag::entity, .content_type = fhir_media_type};
}

std::string searchset_json(SearchsetPage const& page, std::vector<PersonWithNumbers> const& people) {
  JsonWriter json;
  json.begin_object().key("resourceType").string("Bundle").key("type").string("searchset");
  json.key("total").number(page.total).key("link").begin_array();
  write_bundle_link(json, "self", page.self);
  if (!page.next.empty()) write_bundle_link(json, "next", page.next);
  json.end_array();
  // FHIR knows no empty lists.
  if (!people.empty()) json.key("entry").begin_array();
  for (auto const& p : people) {
    auto url = page.base + "/";
    url.append(fhir_type_of(p.person.ref.type)).append("/").append(fhir_id_of(p.person.ref.id));
    json.begin_object().key("fullUrl").string(url);
    json.key("resource").raw(boost::json::serialize(fhir_resource(p)));
    json.key("search").begin_object().key("mode").string("match").end_object().end_object();
  }
  if (!people.empty()) json.end_array();
  json.end_object();
  return std::move(json).take();
}

}  // namespace linebook::http
