// How the caller's own words on a call lie in a database.
#pragma once

#include <string>
#include <string_view>

#include "domain/calls/call_record.h"

namespace linebook {

/// [["name","value"],…], in their order.
std::string encode_call_metadata(CallMetadata const&);
/// Throws std::runtime_error for anything that encode_call_metadata did not make.
CallMetadata decode_call_metadata(std::string_view json);

}  // namespace linebook
