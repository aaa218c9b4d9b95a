// Requests that make and fill dial lists, as commands. What is wrong with their fields is in the commands'
// problems.
#pragma once

#include "app/dialing/dial_lists.h"
#include "http/codec/object_reader.h"
#include "http/codec/query_reader.h"

namespace linebook::http {

CreateDialList read_create_dial_list(boost::json::value const& body);
AddDialEntries read_add_dial_entries(boost::json::value const& body);

DialListFilter read_dial_list_filter(QueryReader&);
DialEntryFilter read_dial_entry_filter(QueryReader&);

}  // namespace linebook::http
