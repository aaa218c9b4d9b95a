// How a call or a text is refused that may not leave.
#pragma once

#include <string_view>

#include "app/context.h"
#include "domain/reach/decision_record.h"
#include "http/codec/object_reader.h"
#include "http/serving/endpoint.h"

namespace linebook::http {

/// 409 contact_not_allowed, with the decision in its details. An answer, not an error: the decision is kept.
Answer not_allowed(Decision const&, Context const&);

/// The field `to` of a call or a text, as an entry's id or as a number.
struct Recipient {
  std::optional<ContactNumberId> phone = {};
  std::optional<TenDigits> number = {};
};
Recipient read_recipient(ObjectReader&);

}  // namespace linebook::http
