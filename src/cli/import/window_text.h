// A contact window as people write it into a spreadsheet.
#pragma once

#include <optional>
#include <string_view>

#include "domain/contacts/contact_window.h"

namespace linebook {

/// "mon,tue 09:00-18:00" as an export writes it, "Mon-Fri 9am-5pm", "weekdays 8:30 to 17:00", "Saturday
/// 10-14"; every day where no day is named. Nothing where it could mean two things: "1-5pm".
std::optional<ContactWindow> read_window_text(std::string_view);

}  // namespace linebook
