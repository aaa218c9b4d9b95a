// One of our lines by its number, however that is written.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "app/ports/store.h"
#include "domain/lines/line.h"

namespace linebook {

/// `number` may be E.164, with or without "+" (SIP servers send the user part of a URI, which often lacks it,
/// or the country code altogether), any other way of writing it (written_number.h; an extension counts for
/// nothing), or a private identifier. The number as the line has it comes first.
using LineNumbered = std::function<std::optional<Line>(std::string_view number)>;
std::optional<Line> find_line(std::string_view number, LineNumbered const&);
std::optional<Line> find_line(Transaction const&, AccountId, std::string_view number);

}  // namespace linebook
