// The request bodies of lines, decoded: CreateByoPhoneNumberDTO, CreateTwilioPhoneNumberDTO,
// CreatePiaPhoneNumberDTO and UpdatePhoneNumberDTO. (Seed 000.)
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "app/lines/lines.h"
#include "domain/calls/call_record.h"
#include "http/codec/object_reader.h"
#include "http/codec/query_reader.h"

namespace linebook::http {

using CreateLine = std::variant<CreateByoLine, CreatePiaLine, CreateTwilioLine>;

CreateLine read_create_line(boost::json::value const& body);
EditLine read_edit_line(boost::json::value const& body);

/// A line's number in a query: E.164 in any way of writing it (written_number.h), or a private identifier.
Parsed<std::string> line_number(std::string_view);

/// Of a call or a text, in a query.
Parsed<Direction> direction(std::string_view);

/// Whose calls or texts are looked for, in a query: a number in any way of writing it as E.164; what is none
/// as it is, since carriers and trunks have other names for who calls ("anonymous", "ward5").
std::string called_or_calling(std::string_view);

}  // namespace linebook::http
