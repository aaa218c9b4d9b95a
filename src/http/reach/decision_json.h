// How a decision shows. (Spec: Decisions.)
#pragma once

#include <string>
#include <vector>

#include "domain/reach/decision_record.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_decision(JsonWriter&, Decision const&);
std::string decision_json(Decision const&);

/// [{"code","message","until"}]
void write_reasons(JsonWriter&, std::vector<Reason> const&);

}  // namespace linebook::http
