// Use cases of people at the console: signing in with a key or a link, and out. One that returns an Error has
// changed nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/context.h"
#include "app/ports/store.h"
#include "domain/access/session.h"

namespace linebook {

/// Whose session it is, in words to show.
struct SessionView {
  KeySession session;
  Account account;
  ApiKey key;
};

/// The only time that the token is known: the books keep its keyed hash.
struct NewSession {
  SessionView view;
  std::string token;
};

/// With the key that has this token; `from` is where from, for the ledger. unauthorized where no key has it,
/// or one that does not work. Where max_sessions_of_key are signed in, the oldest is ended. `ctx.account` and
/// `ctx.actor` do not count here: they are the key's.
Result<NewSession> sign_in(Transaction&, Context const&, std::string_view key_token, std::string_view from);

/// Whom a link would sign in; it is not used up by that. expired as below.
struct LinkView {
  KeySession link;
  Account account;
  ApiKey key;
};
Result<LinkView> find_sign_in_link(Transaction const&, Context const&, std::string_view link_token);

/// With the token of a link, which is used up by it; expired where there is no such link (any more).
Result<NewSession> sign_in_by_link(Transaction&, Context const&, std::string_view link_token,
                                   std::string_view from);

/// How a session stands; not_found once it was ended.
Result<SessionView> find_session(Transaction const&, SessionId const&);

/// Ending one that was ended changes nothing.
Result<void> sign_out(Transaction&, Context const&, SessionId const&);

/// Ends the session that has this token, if one does: whoever signs in anew in the same browser has nothing
/// left to end it with.
void leave_session(Transaction&, Context const&, std::string_view session_token);

/// Everywhere: every session of the key `ctx.actor`. How many there were.
Result<std::int64_t> sign_out_everywhere(Transaction&, Context const&, KeyId const&);

/// The key that links to the console sign in with where nobody names one. Nobody has its token.
inline constexpr std::string_view console_key_name = "console";

/// That signs in with the named key, whichever account it belongs to; conflict where it does not work.
Result<std::string> make_sign_in_link(Transaction&, Context const&, KeyId const&);

/// That signs in with the key `console_key_name` of the account `ctx.account`, made where there is none.
Result<std::string> make_sign_in_link(Transaction&, Context const&);

/// "https://linebook.example.org/console/sign-in#token=…": what follows the # stays in the browser.
std::string sign_in_url(std::string_view public_url, std::string_view link_token);

}  // namespace linebook
