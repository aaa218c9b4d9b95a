#include "app/outbox.h"

#include <utility>

namespace linebook {

void rest(Transaction& tx, Dispatch dispatch, DispatchStage stage, Instant due) {
  if (dispatch.stage != stage) dispatch.attempts = 0;
  dispatch.stage = stage;
  dispatch.due_at = due;
  dispatch.lease.reset();
  dispatch.lease_until.reset();
  tx.dispatches().put(dispatch);
}

void look_for_again(Transaction& tx, Context const& ctx, std::string const& subject) {
  if (auto dispatch = tx.dispatches().find(ctx.account, subject))
    rest(tx, std::move(*dispatch), DispatchStage::asked, ctx.now);
}

}  // namespace linebook
