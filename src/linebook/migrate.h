// `linebook migrate`: brings a database to the schema of this program, before its nodes are replaced.
#pragma once

#include "cli/command.h"
#include "linebook/serve.h"

namespace linebook {

ExitCode migrate(ServeSettings const&, Console&);

}  // namespace linebook
