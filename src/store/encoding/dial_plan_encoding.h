// How a dial list's plan (whom to call, from where and how) lies in a database.
#pragma once

#include <string>
#include <string_view>

#include "domain/dialing/dial_list.h"

namespace linebook {

/// What of a list has no column of its own, as JSON.
std::string encode_dial_plan(DialList const&);
/// Fills in what encode_dial_plan kept. Throws std::runtime_error for anything else.
void decode_dial_plan(std::string_view json, DialList& into);

}  // namespace linebook
