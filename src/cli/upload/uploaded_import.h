// An import of an uploaded file: the sub-command that imports, as somebody would type it.
#pragma once

#include <string>

#include "app/ports/import_desk.h"
#include "cli/console.h"
#include "cli/operator_session.h"

namespace linebook {

/// To its end, on behalf of `actor`; what it says goes to the console. False where it did not take all of the
/// file. Throws what the console throws.
bool run_uploaded_import(Installation&, Console&, Upload const&, ImportWish const&, std::string const& actor);

}  // namespace linebook
