#include "domain/calls/call_record.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<CallStatus> call_statuses[] = {{CallStatus::queued, "queued"},
                                                  {CallStatus::ringing, "ringing"},
                                                  {CallStatus::in_progress, "in-progress"},
                                                  {CallStatus::completed, "completed"},
                                                  {CallStatus::busy, "busy"},
                                                  {CallStatus::failed, "failed"},
                                                  {CallStatus::no_answer, "no-answer"},
                                                  {CallStatus::canceled, "canceled"}};
constexpr Spelling<CallAction> call_actions[] = {
    {CallAction::agent, "agent"}, {CallAction::fallback, "fallback"}, {CallAction::reject, "reject"}};

}  // namespace

std::string_view to_string(CallStatus s) { return spell(call_statuses, s); }
std::optional<CallStatus> parse_call_status(std::string_view text) { return unspell(call_statuses, text); }
std::string_view to_string(CallAction a) { return spell(call_actions, a); }
std::optional<CallAction> parse_call_action(std::string_view text) { return unspell(call_actions, text); }

}  // namespace linebook
