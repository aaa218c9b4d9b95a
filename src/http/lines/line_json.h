// How lines and agents are told. Secrets only as a boolean that tells that one is set.
#pragma once

#include <string>

#include "app/calls/route_call.h"
#include "domain/lines/agent.h"
#include "domain/lines/line.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

std::string line_json(Line const&);
void write_line(JsonWriter&, Line const&);

std::string agent_json(Agent const&);
void write_agent(JsonWriter&, Agent const&);

std::string call_route_json(CallRoute const&);

}  // namespace linebook::http
