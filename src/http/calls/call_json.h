// A call as the API tells it.
#pragma once

#include <string>
#include <vector>

#include "domain/calls/call_record.h"
#include "domain/dispatch/status_notice.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_call(JsonWriter&, CallRecord const&);
std::string call_json(CallRecord const&);
/// With everything that was told of it, as `events`.
std::string call_json(CallRecord const&, std::vector<StatusNotice> const& events);

/// "events":[…]
void write_events(JsonWriter&, std::vector<StatusNotice> const&);

}  // namespace linebook::http
