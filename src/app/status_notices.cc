#include "app/status_notices.h"

namespace linebook {

void keep_notice(Transaction& tx, Context const& ctx, std::string_view subject, std::string_view status,
                 std::string_view told_by, std::optional<int> error_code,
                 std::optional<std::int64_t> sequence) {
  tx.status_notices().append(ctx.account, {.id = ctx.ids.next("ntc_", ctx.now),
                                           .subject = std::string(subject),
                                           .status = std::string(status),
                                           .told_by = std::string(told_by),
                                           .error_code = error_code,
                                           .sequence = sequence,
                                           .at = ctx.now});
}

}  // namespace linebook
