// GET /api/v2/phone-numbers/quality: what is doubtful in the contact book, cached.
#pragma once

#include "http/endpoint.h"

namespace linebook::http {

Result<Plan> get_quality_report(Call&);

}  // namespace linebook::http
