// How patients and doctors are told.
#pragma once

#include <string>

#include "app/contacts/people.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

std::string person_json(PersonWithNumbers const&);
void write_person_item(JsonWriter&, Person const&);

}  // namespace linebook::http
