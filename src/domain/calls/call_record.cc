#include "domain/calls/call_record.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<CallStatus> call_statuses[] = {
    {CallStatus::unknown, "unknown"},     {CallStatus::queued, "queued"},
    {CallStatus::ringing, "ringing"},     {CallStatus::in_progress, "in-progress"},
    {CallStatus::completed, "completed"}, {CallStatus::busy, "busy"},
    {CallStatus::failed, "failed"},       {CallStatus::no_answer, "no-answer"},
    {CallStatus::canceled, "canceled"}};
constexpr Spelling<CallAction> call_actions[] = {
    {CallAction::agent, "agent"}, {CallAction::fallback, "fallback"}, {CallAction::reject, "reject"}};
constexpr Spelling<Direction> directions[] = {{Direction::inbound, "inbound"},
                                              {Direction::outbound, "outbound"}};
constexpr Spelling<AnsweredBy> answerers[] = {
    {AnsweredBy::human, "human"}, {AnsweredBy::machine, "machine"}, {AnsweredBy::unknown, "unknown"}};
constexpr Spelling<Voicemail> voicemails[] = {
    {Voicemail::hang_up, "hang_up"}, {Voicemail::leave, "leave"}, {Voicemail::agent, "agent"}};

}  // namespace

std::string_view to_string(CallStatus s) { return spell(call_statuses, s); }
std::optional<CallStatus> parse_call_status(std::string_view text) { return unspell(call_statuses, text); }
std::string_view to_string(CallAction a) { return spell(call_actions, a); }
std::optional<CallAction> parse_call_action(std::string_view text) { return unspell(call_actions, text); }
std::string_view to_string(Direction d) { return spell(directions, d); }
std::optional<Direction> parse_direction(std::string_view text) { return unspell(directions, text); }
std::string_view to_string(AnsweredBy a) { return spell(answerers, a); }
std::optional<AnsweredBy> parse_answered_by(std::string_view text) { return unspell(answerers, text); }
std::string_view to_string(Voicemail v) { return spell(voicemails, v); }
std::optional<Voicemail> parse_voicemail(std::string_view text) { return unspell(voicemails, text); }

}  // namespace linebook
