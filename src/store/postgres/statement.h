// A statement and the name under which it is prepared, counted and told of. Lives as a constant: connections
// remember it by address.
#pragma once

#include "store/books/session/statement.h"

namespace linebook::postgres {

using Statement = books::NamedText;

}  // namespace linebook::postgres
