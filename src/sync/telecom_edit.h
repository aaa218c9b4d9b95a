// Phones into a FHIR resource's `telecom`, and nothing else touched: e-mail addresses, faxes, numbers of
// other countries, ended ones and the other members of each ContactPoint stay byte for byte, as does the rest
// of the resource.
#pragma once

#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "domain/sync/merge_phones.h"

namespace linebook {

/// `resource` is a Patient or Practitioner that was read at `now` as having the phones `is`, and is to have
/// `wanted`. Numbers that neither names stay. validation_error: its telecom cannot say that.
Result<std::string> with_phones(std::string_view resource, SyncedPhones const& is, SyncedPhones const& wanted,
                                Instant now);

}  // namespace linebook
