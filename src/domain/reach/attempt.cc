#include "domain/reach/attempt.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<Outcome> outcome_names[] = {{Outcome::answered, "answered"},
                                               {Outcome::no_answer, "no_answer"},
                                               {Outcome::busy, "busy"},
                                               {Outcome::voicemail, "voicemail"},
                                               {Outcome::failed, "failed"},
                                               {Outcome::wrong_number, "wrong_number"},
                                               {Outcome::do_not_call, "do_not_call"},
                                               {Outcome::callback, "callback"}};

}  // namespace

std::string_view to_string(Outcome outcome) { return spell(outcome_names, outcome); }
std::optional<Outcome> parse_outcome(std::string_view text) { return unspell(outcome_names, text); }

}  // namespace linebook
