// How dial lists and their entries show. (Spec: Dial lists.)
#pragma once

#include <string>
#include <vector>

#include "app/dialing/take_entries.h"
#include "domain/dialing/dial_list.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_dial_list(JsonWriter&, DialList const&);
std::string dial_list_json(DialList const&);
/// With how many entries stand where, and why.
std::string counted_dial_list_json(DialList const&, std::vector<DialCount> const&);

void write_dial_entry(JsonWriter&, DialEntry const&);
std::string dial_entry_json(DialEntry const&);

/// What `next` answers.
std::string taken_entries_json(TakenEntries const&);

}  // namespace linebook::http
