// What every create and edit of a line shares.
#pragma once

#include <string>
#include <string_view>

#include "app/lines/lines.h"

namespace linebook {

void check_agent(Transaction const&, Context const&, std::optional<AgentId> const&, char const* field,
                 Problems&);
void check_agents(Transaction const&, Context const&, LineWishes const&, Problems&);

/// With a fresh id; `active`.
Line new_line(Context const&, LineWishes const&, std::string number);
/// Into the books and the ledger.
Line insert_line(Transaction&, Context const&, Line);

/// Within the account a number is one line's, public or private: the account may have given a private
/// identifier that looks like E.164.
bool is_taken_here(Transaction const&, Context const&, std::string_view number);
Error number_in_use();

}  // namespace linebook
