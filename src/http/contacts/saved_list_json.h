// How saved lists show.
#pragma once

#include <string>

#include "domain/contacts/saved_list.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_saved_list(JsonWriter&, SavedList const&);
std::string saved_list_json(SavedList const&);

}  // namespace linebook::http
