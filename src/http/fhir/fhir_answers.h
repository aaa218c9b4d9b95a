// How the FHIR facade tells people: single resources and searchset Bundles
// (https://hl7.org/fhir/R4/bundle.html#searchset).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/contacts/people.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

inline constexpr std::string_view fhir_root = "/fhir/R4";

/// Where this installation's FHIR server is for whoever asks: "https://phones.example.com/fhir/R4". By
/// --public-url, else by the Host of the request; "/fhir/R4" where neither says.
std::string fhir_base(Call const&);

Answer fhir_answer(std::string body);

struct SearchsetPage {
  std::string base;  // fhir_base
  std::string self;  // absolute
  std::string next;  // absolute; empty on the last page
  std::int64_t total = 0;
};
std::string searchset_json(SearchsetPage const&, std::vector<PersonWithNumbers> const&);

}  // namespace linebook::http
