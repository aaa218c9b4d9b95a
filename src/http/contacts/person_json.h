// How patients and doctors are told.
#pragma once

#include <string>

#include "app/contacts/people.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

/// {"days":["mon"],"start":"09:00","end":"18:00"}
void write_contact_window(JsonWriter&, ContactWindow const&);
std::string person_json(PersonWithNumbers const&);
void write_person_item(JsonWriter&, Person const&);

}  // namespace linebook::http
