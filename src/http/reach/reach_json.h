// How consents and suppressions are told.
#pragma once

#include "domain/reach/consent.h"
#include "domain/reach/suppression.h"
#include "http/codec/json_writer.h"

namespace linebook::http {

void write_consent(JsonWriter&, Consent const&);
void write_suppression(JsonWriter&, Suppression const&);

}  // namespace linebook::http
