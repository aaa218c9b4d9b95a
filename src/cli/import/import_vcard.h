#pragma once

#include "cli/command.h"

namespace linebook {

std::unique_ptr<Command> import_vcard(CLI::App& flags);

}  // namespace linebook
