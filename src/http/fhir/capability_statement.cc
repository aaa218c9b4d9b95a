#include "http/fhir/capability_statement.h"

#include <initializer_list>

#include "http/codec/json_writer.h"
#include "http/codec/operation_outcome.h"
#include "interchange/fhir_extensions.h"

namespace linebook::http {
namespace {

constexpr std::string_view last_changed = "2026-11-27";  // of what is said here

struct SearchParameter {
  std::string_view name;
  std::string_view type;
  std::string_view documentation;
};

constexpr SearchParameter search_parameters[] = {
    {"_id", "token", "One id or several (,), at most 100."},
    {"_lastUpdated", "date",
     "Behind eq, ge, gt, le or lt; may be repeated. A person changes with any of their numbers, deleted ones "
     "included. Ask again from some minutes before your last question: changes of several nodes are told by "
     "several clocks."},
    {"identifier", "token", "A practitioner's NPI, as NPI or http://hl7.org/fhir/sid/us-npi|NPI."},
    {"phone", "token", "A whole phone number, however written."},
    {"telecom", "token", "The same, also as phone|NUMBER. E-mail addresses are not searched."},
    {"name", "string", "The beginning of the first or of the last name; case and accents do not matter."},
    {"family", "string", "The beginning of the last name."},
    {"given", "string", "The beginning of the first name."},
};

std::string documentation_of_extensions() {
  std::string text =
      "The contact book: patients and practitioners with their phone numbers, read-only; what it holds is "
      "changed by /api/v2. ContactPoint.rank is 1 for the primary number of each type, "
      "ContactPoint.period.start tells since when a number is known, and a number without `use` is of a type "
      "that FHIR has no word for. Extensions of a ContactPoint: do-not-call, ";
  text.append(do_not_call_extension);
  text += " (valueBoolean true: nobody is to be called or texted there), and verified, ";
  text.append(verified_extension);
  return text +
         " (valueDateTime or valueBoolean true: the person was found to answer there). Resources have no "
         "versions: the ETag is a strong one over the answer.";
}

/// https://hl7.org/fhir/uv/bulkdata/
void write_export(JsonWriter& json, std::string_view definition) {
  json.key("operation").begin_array().begin_object().key("name").string("export");
  json.key("definition")
      .string("http://hl7.org/fhir/uv/bulkdata/OperationDefinition/" + std::string(definition));
  json.end_object().end_array();
}

void write_resource(JsonWriter& json, std::string_view type) {
  json.begin_object().key("type").string(type);
  json.key("interaction").begin_array();
  for (std::string_view const code : {"read", "search-type"})
    json.begin_object().key("code").string(code).end_object();
  json.end_array();
  json.key("versioning").string("no-version").key("readHistory").boolean(false);
  json.key("searchParam").begin_array();
  for (auto const& parameter : search_parameters) {
    json.begin_object().key("name").string(parameter.name).key("type").string(parameter.type);
    json.key("documentation").string(parameter.documentation).end_object();
  }
  json.end_array();
  if (type == "Patient") write_export(json, "patient-export");
  json.end_object();
}

}  // namespace

std::string capability_statement(std::string_view base) {
  JsonWriter json;
  json.begin_object().key("resourceType").string("CapabilityStatement");
  json.key("status").string("active").key("date").string(last_changed).key("kind").string("instance");
  json.key("software").begin_object().key("name").string("Linebook").end_object();
  json.key("implementation").begin_object().key("description").string("A Linebook contact book");
  if (base.starts_with("http")) json.key("url").string(base);
  json.end_object();
  json.key("instantiates").begin_array();
  json.string("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data").end_array();
  json.key("fhirVersion").string("4.0.1");
  json.key("format").begin_array().string(fhir_media_type).string("json").end_array();
  json.key("rest").begin_array().begin_object();
  json.key("mode").string("server").key("documentation").string(documentation_of_extensions());
  json.key("security").begin_object().key("description");
  json.string("A bearer token with the scope contacts:read, for everything here, this statement included.");
  json.end_object();
  json.key("resource").begin_array();
  write_resource(json, "Patient");
  write_resource(json, "Practitioner");
  json.end_array();
  write_export(json, "export");
  json.end_object().end_array().end_object();
  return std::move(json).take();
}

}  // namespace linebook::http
