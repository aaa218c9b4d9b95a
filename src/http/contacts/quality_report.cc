#include "http/contacts/quality_report.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "domain/messages/message_errors.h"
#include "http/codec/json_writer.h"

namespace linebook::http {
namespace {

constexpr std::chrono::days failures_looked_back{90};

void write_doubtful(JsonWriter& json, std::string_view name, std::int64_t count,
                    std::vector<QualityReport::Doubtful> const& items) {
  json.key(name).begin_object().key("count").number(count).key("items").begin_array();
  for (auto const& item : items)
    json.begin_object().key("id").string(item.id.value).key("number").string(item.number.view()).end_object();
  json.end_array().end_object();
}

/// Numbers that texts fail to reach, by reason.
void write_failing(JsonWriter& json, std::vector<FailingNumbers> const& failing) {
  std::int64_t total = 0;
  for (auto const& reason : failing) total += reason.numbers;
  json.key("failing_numbers").begin_object().key("count").number(total).key("items").begin_array();
  for (auto const& reason : failing) {
    auto const* error = reason.error_code ? message_error(*reason.error_code) : nullptr;
    json.begin_object().key("error_code");
    reason.error_code ? json.number(*reason.error_code) : json.null();
    json.key("meaning");
    error != nullptr ? json.string(error->meaning) : json.null();
    json.key("numbers").number(reason.numbers).end_object();
  }
  json.end_array().end_object();
}

std::string render(QualityReport const& r, std::vector<FailingNumbers> const& failing, Instant as_of) {
  JsonWriter json;
  json.begin_object().key("as_of").time(as_of).key("total_numbers").number(r.total_numbers);
  json.key("unassigned_area_codes").begin_object().key("count").number(r.unassigned_area_code_numbers);
  json.key("items").begin_array();
  for (auto const& item : r.unassigned_area_codes)
    json.begin_object().key("area_code").string(item.area_code).key("count").number(item.count).end_object();
  json.end_array().end_object();
  write_doubtful(json, "invalid_exchanges", r.invalid_exchange_numbers, r.invalid_exchanges);
  json.key("duplicates")
      .begin_object()
      .key("count")
      .number(r.shared_numbers_total)
      .key("items")
      .begin_array();
  for (auto const& item : r.shared_numbers)
    json.begin_object()
        .key("number")
        .string(item.number.view())
        .key("people")
        .number(item.people)
        .end_object();
  json.end_array().end_object();
  write_doubtful(json, "never_verified", r.never_verified_numbers, r.never_verified);
  json.key("persons_without_primary").begin_object().key("count").number(r.people_without_primary);
  json.key("items").begin_array();
  for (auto const& item : r.without_primary) {
    json.begin_object()
        .key("type")
        .string(to_string(item.person.type))
        .key("id")
        .string(item.person.id.value);
    json.key("name").string(item.name).end_object();
  }
  json.end_array().end_object();
  write_failing(json, failing);
  json.end_object();
  return std::move(json).take();
}

}  // namespace

class QualityReports::Job final : public ReadJob {
 public:
  Job(QualityReports& reports, AccountId account) : reports_(reports), account_(account) {}
  void run(Transaction const& tx) override {
    as_of_ = reports_.clock_.now();
    body_ = render(tx.contact_numbers().quality(account_),
                   tx.messages().failing_numbers(account_, as_of_ - failures_looked_back), as_of_);
  }
  void done(std::optional<Error> error) override {
    if (error) body_ = fail(std::move(*error));
    reports_.made(account_, as_of_, std::move(body_));
  }

 private:
  QualityReports& reports_;
  AccountId account_;
  Instant as_of_;
  Result<std::string> body_;
};

void QualityReports::tell(AccountId account, Told told) {
  std::unique_lock lock(mutex_);
  auto& report = reports_[account.value];
  if (!report.body.empty() && clock_.now() - report.as_of < life) {
    auto body = report.body;
    lock.unlock();
    return told(std::move(body));
  }
  report.waiting.push_back(std::move(told));
  auto const is_first = report.waiting.size() == 1;
  lock.unlock();
  if (is_first) store_.read(ReadCost::unbounded, std::make_unique<Job>(*this, account));
}

void QualityReports::made(AccountId account, Instant as_of, Result<std::string> body) {
  std::vector<Told> waiting;
  {
    std::lock_guard lock(mutex_);
    auto& report = reports_[account.value];
    waiting.swap(report.waiting);
    if (body) {
      report.as_of = as_of;
      report.body = *body;
    }
    if (reports_.size() > max_kept) {
      auto const oldest =
          std::ranges::min_element(reports_, {}, [](auto const& entry) { return entry.second.as_of; });
      if (oldest->second.waiting.empty()) reports_.erase(oldest);
    }
  }
  for (auto& told : waiting) told(body);
}

}  // namespace linebook::http
