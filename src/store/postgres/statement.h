// A statement and the name under which it is prepared, counted and told of. Lives as a constant: connections
// remember it by address.
#pragma once

namespace linebook::postgres {

struct Statement {
  char const* name;
  char const* sql;
};

}  // namespace linebook::postgres
