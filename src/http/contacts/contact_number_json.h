// How contact numbers are told: the seed's nine fields alone, its five in lists.
#pragma once

#include <string>

#include "app/ports/contact_numbers.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

std::string contact_number_json(LinkedContactNumber const&);
void write_contact_number_item(JsonWriter&, LinkedContactNumber const&);

}  // namespace linebook::http
