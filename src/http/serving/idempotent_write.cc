#include "http/serving/idempotent_write.h"

#include <algorithm>

namespace linebook::http {
namespace {

/// 1–255 printable ASCII characters.
bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Keyed, since bodies carry secrets and the hash is kept. Of a route whose path names a thing, the path is
/// part of what was asked.
std::string hash_of(Secrets const& secrets, Request const& request, Route const& route) {
  std::string asked(request.body);
  if (route.pattern.find('{') != route.pattern.npos) asked.append("\n").append(request.path);
  auto const mac = secrets.mac(MacPurpose::request_body, asked);
  return {reinterpret_cast<char const*>(mac.data()), mac.size()};
}

}  // namespace

Result<std::optional<IdempotentRequest>> RunningKeys::claim(Request const& request,
                                                            ApiExchange const& exchange,
                                                            Secrets const& secrets) {
  auto const key = request.header("Idempotency-Key");
  auto const& route = *exchange.route;
  if (!key || route.method != Method::post) return std::nullopt;
  if (!is_idempotency_key(*key)) {
    return fail(ErrorCode::invalid_parameter, "Idempotency-Key must be 1 to 255 printable ASCII characters",
                {{"Idempotency-Key", "must be 1 to 255 printable ASCII characters"}});
  }
  auto const& principal = *exchange.principal;
  IdempotentRequest claimed{
      {principal.account, principal.use->id.value, std::string(route.pattern), std::string(*key)},
      hash_of(secrets, request, route)};
  std::lock_guard lock(mutex_);
  if (!running_.insert(claimed.slot).second) {
    return fail(ErrorCode::idempotency_in_progress,
                "a request with this Idempotency-Key is still running; retry in a moment");
  }
  return claimed;
}

void RunningKeys::release(std::optional<IdempotentRequest> const& request) {
  if (!request) return;
  std::lock_guard lock(mutex_);
  running_.erase(request->slot);
}

Rendered run_idempotently(Transaction& tx, Context const& ctx,
                          std::optional<IdempotentRequest> const& request, WriteWork& work, ErrorForm form) {
  if (!request) return render(work(tx, ctx), ctx.request_id, form);

  auto const kept = tx.idempotency().find(request->slot);
  if (kept && ctx.now - kept->created_at < idempotency_kept) {
    if (kept->body_hash != request->body_hash) {
      return render(
          fail(ErrorCode::idempotency_key_reused,
               "this Idempotency-Key was used with another body or path; use a new key for a new request",
               {{"Idempotency-Key", "was used with another body or path"}}),
          ctx.request_id, form);
    }
    return {kept->status, kept->head + "Idempotent-Replayed: true\r\n", kept->body};
  }
  auto rendered = render(work(tx, ctx), ctx.request_id, form);
  if (rendered.status < 500)
    tx.idempotency().keep(request->slot, {request->body_hash, rendered.status, rendered.head,
                                          rendered.body_for_repeats.value_or(rendered.body), ctx.now});
  return rendered;
}

Rendered end_idempotently(Transaction& tx, Context const& ctx,
                          std::optional<IdempotentRequest> const& request, WriteWork& work) {
  auto rendered = render(work(tx, ctx), ctx.request_id);
  if (!request) return rendered;
  // What failed is not kept: an answer out of date is as good as none.
  auto const kept_at = rendered.status < 500 ? ctx.now : ctx.now - idempotency_kept;
  tx.idempotency().keep(request->slot, {request->body_hash, rendered.status, rendered.head,
                                        rendered.body_for_repeats.value_or(rendered.body), kept_at});
  return rendered;
}

}  // namespace linebook::http
