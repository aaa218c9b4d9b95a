// The request bodies of lines, decoded: CreateByoPhoneNumberDTO, CreateTwilioPhoneNumberDTO,
// CreatePiaPhoneNumberDTO and UpdatePhoneNumberDTO. (Seed 000.)
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <variant>

#include "app/lines.h"
#include "http/query_reader.h"

namespace linebook::http {

using CreateLine = std::variant<CreateByoLine, CreatePiaLine, CreateTwilioLine>;

CreateLine read_create_line(boost::json::value const& body);
EditLine read_edit_line(boost::json::value const& body);

/// A number in a query, whose "+" may have come unescaped and so as a space.
std::optional<std::string> read_number_parameter(QueryReader&, std::string_view name);

}  // namespace linebook::http
