#include "http/idempotent_write.h"

#include <algorithm>

#include "http/error_table.h"

namespace linebook::http {

Rendered render(Result<Answer> const& outcome, std::string const& request_id) {
  if (!outcome) {
    auto const& error = outcome.error();
    Rendered rendered{status_of(error.code).status, "Content-Type: application/json\r\n",
                      error_body(error, request_id)};
    if (rendered.status == 503) rendered.head += "Retry-After: 1\r\n";
    return rendered;
  }
  Rendered rendered{outcome->status, {}, outcome->body};
  if (!outcome->content_type.empty())
    rendered.head.append("Content-Type: ").append(outcome->content_type).append("\r\n");
  if (outcome->tag == Answer::Tag::entity) rendered.head += "ETag: " + entity_tag(outcome->body) + "\r\n";
  if (!outcome->location.empty()) rendered.head += "Location: " + outcome->location + "\r\n";
  return rendered;
}

bool RunningKeys::claim(IdempotencySlot const& slot) {
  std::lock_guard lock(mutex_);
  return running_.insert(slot).second;
}

void RunningKeys::release(IdempotencySlot const& slot) {
  std::lock_guard lock(mutex_);
  running_.erase(slot);
}

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

std::string hash_of_body(Secrets const& secrets, std::string_view body) {
  auto const mac = secrets.mac(MacPurpose::request_body, body);
  return {reinterpret_cast<char const*>(mac.data()), mac.size()};
}

Rendered run_idempotently(Transaction& tx, Context const& ctx,
                          std::optional<IdempotentRequest> const& request, WriteWork& work) {
  if (!request) return render(work(tx, ctx), ctx.request_id);

  auto const kept = tx.idempotency().find(request->slot);
  if (kept && ctx.now - kept->created_at < idempotency_kept) {
    if (kept->body_hash != request->body_hash) {
      return render(fail(ErrorCode::idempotency_key_reused,
                         "this Idempotency-Key was used with another body; use a new key for a new request",
                         {{"Idempotency-Key", "was used with another body"}}),
                    ctx.request_id);
    }
    return {kept->status, kept->head + "Idempotent-Replayed: true\r\n", kept->body};
  }
  auto rendered = render(work(tx, ctx), ctx.request_id);
  if (rendered.status < 500)
    tx.idempotency().keep(request->slot,
                          {request->body_hash, rendered.status, rendered.head, rendered.body, ctx.now});
  return rendered;
}

Rendered end_idempotently(Transaction& tx, Context const& ctx,
                          std::optional<IdempotentRequest> const& request, WriteWork& work) {
  auto rendered = render(work(tx, ctx), ctx.request_id);
  if (!request) return rendered;
  // What failed is not kept: an answer out of date is as good as none.
  auto const kept_at = rendered.status < 500 ? ctx.now : ctx.now - idempotency_kept;
  tx.idempotency().keep(request->slot,
                        {request->body_hash, rendered.status, rendered.head, rendered.body, kept_at});
  return rendered;
}

}  // namespace linebook::http
