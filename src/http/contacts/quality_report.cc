#include "http/contacts/quality_report.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "domain/messages/message_errors.h"
#include "domain/numbers/written_number.h"
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

/// An entry whose number texts fail to reach.
struct FailingEntry {
  std::optional<ContactNumberId> id;  // nothing: nobody in the contact book has it
  TenDigits number;
  std::optional<int> error_code;
};

/// Numbers that texts fail to reach.
struct Failing {
  std::vector<FailingNumbers> reasons;
  std::vector<FailingEntry> entries;  // the first quality_list_limit
};

/// One for each who has the number, at most `limit`.
std::vector<FailingEntry> entries_with(Transaction const& tx, AccountId account, FailingNumber const& failing,
                                       std::int64_t limit) {
  std::vector<FailingEntry> entries;
  auto const written = read_written_number(failing.number);
  if (!written) return entries;
  for (auto const& holder : tx.contact_numbers().with_number(account, written->number, limit))
    entries.push_back({holder.number.id, written->number, failing.error_code});
  if (entries.empty()) entries.push_back({std::nullopt, written->number, failing.error_code});
  return entries;
}

Failing failing_since(Transaction const& tx, AccountId account, Instant since) {
  Failing failing{.reasons = tx.messages().failing_numbers(account, since), .entries = {}};
  for (auto const& number : tx.messages().last_failing(account, since, quality_list_limit)) {
    auto const room = quality_list_limit - std::ssize(failing.entries);
    if (room <= 0) break;
    std::ranges::move(entries_with(tx, account, number, room), std::back_inserter(failing.entries));
  }
  return failing;
}

void write_error_code(JsonWriter& json, std::optional<int> code) {
  json.key("error_code");
  code ? json.number(*code) : json.null();
}

void write_failing(JsonWriter& json, Failing const& failing) {
  std::int64_t total = 0;
  for (auto const& reason : failing.reasons) total += reason.numbers;
  json.key("failing_numbers").begin_object().key("count").number(total).key("reasons").begin_array();
  for (auto const& reason : failing.reasons) {
    auto const* error = reason.error_code ? message_error(*reason.error_code) : nullptr;
    write_error_code(json.begin_object(), reason.error_code);
    json.key("meaning");
    error != nullptr ? json.string(error->meaning) : json.null();
    json.key("numbers").number(reason.numbers).end_object();
  }
  json.end_array().key("items").begin_array();
  for (auto const& entry : failing.entries) {
    json.begin_object().key("id");
    entry.id ? json.string(entry.id->value) : json.null();
    json.key("number").string(entry.number.view());
    write_error_code(json, entry.error_code);
    json.end_object();
  }
  json.end_array().end_object();
}

std::string render(QualityReport const& r, Failing const& failing, Instant as_of) {
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
  AccountId account() const override { return account_; }
  void run(Transaction const& tx) override {
    as_of_ = reports_.clock_.now();
    body_ = render(tx.contact_numbers().quality(account_),
                   failing_since(tx, account_, as_of_ - failures_looked_back), as_of_);
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
