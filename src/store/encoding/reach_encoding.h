// How decisions and policies lie in a database, the same in every store: a decision is evidence, and its seal
// covers these bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/id.h"
#include "domain/reach/decision_record.h"
#include "domain/reach/policy.h"

namespace linebook {

/// What has no column of its own: people, zones, reasons, … as JSON.
std::string encode_decision(Decision const&);
/// Fills in what encode_decision kept. Throws std::runtime_error for anything else.
void decode_decision(std::string_view json, Decision& into);

/// A decision's columns as stored, for canonical_decision.
struct DecisionColumns {
  AccountId account;
  std::int64_t sequence;
  std::string_view id;
  std::int64_t at_milliseconds;
  std::string_view number;
  std::string_view channel;
  std::string_view purpose;
  bool allowed;
  std::string_view actor;
  std::string_view request_id;
  std::string_view document;
};
/// As canonical_entry has it.
std::string canonical_decision(DecisionColumns const&);

std::string encode_policy(ContactPolicy const&);
/// Without version and time. Throws std::runtime_error for anything that encode_policy did not make.
ContactPolicy decode_policy(std::string_view json);

}  // namespace linebook
