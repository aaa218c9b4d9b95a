#include "domain/reach/reassigned_number.h"

#include "domain/text/spelling.h"

namespace linebook {
namespace {

constexpr Spelling<ReassignedAnswer> answer_names[] = {
    {ReassignedAnswer::yes, "yes"}, {ReassignedAnswer::no, "no"}, {ReassignedAnswer::no_data, "no_data"}};

}  // namespace

std::string_view to_string(ReassignedAnswer answer) { return spell(answer_names, answer); }
std::optional<ReassignedAnswer> parse_reassigned_answer(std::string_view text) {
  return unspell(answer_names, text);
}

}  // namespace linebook
