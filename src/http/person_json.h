// How patients and doctors are told.
#pragma once

#include <string>

#include "app/people.h"
#include "http/json_writer.h"

namespace linebook::http {

std::string person_json(PersonWithNumbers const&);
void write_person_item(JsonWriter&, Person const&);

}  // namespace linebook::http
