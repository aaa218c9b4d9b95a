#include "lists/own_drafts.h"

#include <fmt/format.h>

#include <utility>

namespace linebook::lists {
namespace {

class OwnDraft final : public NumbersOfDraft {
 public:
  OwnDraft(ListDirectory& directory, DraftSeat seat, std::string name, std::unique_ptr<NumberSet> numbers,
           std::uint64_t based_on)
      : NumbersOfDraft(std::move(seat), std::move(name), std::move(numbers)),
        directory_(directory),
        based_on_(based_on) {}

  Result<DoNotCallList> publish(std::string const& as_of, PublishProgress const& progress) override {
    auto draft = DraftFile::create(directory_.path(), name());
    if (!draft) return fail(std::move(draft.error()));
    auto about = write(*draft, directory_.next_version(name()), as_of, progress);
    if (!about) return about;
    if (auto taken = directory_.take_over(std::move(*draft), based_on_); !taken)
      return fail(std::move(taken.error()));
    return about;
  }

 private:
  ListDirectory& directory_;
  std::uint64_t const based_on_;  // version; 0: none
};

}  // namespace

Result<DraftSeat> DraftSeat::take(std::shared_ptr<std::atomic<bool>> const& taken) {
  if (taken->exchange(true))
    return fail(ErrorCode::conflict,
                "another do-not-call list is being imported; run this when that is done");
  return DraftSeat(taken);
}

std::uint64_t NumbersOfDraft::add(std::span<std::uint64_t const> numbers) {
  auto const before = numbers_->size();
  for (auto const number : numbers) numbers_->insert(number);
  return numbers_->size() - before;
}

std::uint64_t NumbersOfDraft::remove(std::span<std::uint64_t const> numbers) {
  auto const before = numbers_->size();
  for (auto const number : numbers) numbers_->erase(number);
  return before - numbers_->size();
}

Result<DoNotCallList> NumbersOfDraft::write(DraftFile& file, std::uint64_t version, std::string const& as_of,
                                            PublishProgress const& progress) const {
  auto const all = numbers_->size();
  return write_list(file, *numbers_, {.name = name_, .as_of = as_of, .version = version},
                    [&](std::uint64_t written) {
                      if (progress) progress("numbers written", written, all);
                    });
}

Error nothing_published(std::string const& name) {
  return {ErrorCode::not_found,
          fmt::format("there is no list '{}' to change; import the whole list first", name),
          {}};
}

Result<std::unique_ptr<ListDraft>> OwnDrafts::begin(std::string const& name) {
  auto seat = DraftSeat::take(taken_);
  if (!seat) return fail(std::move(seat.error()));
  auto numbers = NumberSet::make();
  if (!numbers) return fail(std::move(numbers.error()));
  return std::make_unique<OwnDraft>(directory_, std::move(*seat), name, std::move(*numbers), 0);
}

Result<std::unique_ptr<ListDraft>> OwnDrafts::begin_with_published(std::string const& name) {
  auto const list = directory_.find(name);
  if (!list) return fail(nothing_published(name));
  auto seat = DraftSeat::take(taken_);
  if (!seat) return fail(std::move(seat.error()));
  auto numbers = NumberSet::make();
  if (!numbers) return fail(std::move(numbers.error()));
  list->add_to(**numbers);
  return std::make_unique<OwnDraft>(directory_, std::move(*seat), name, std::move(*numbers),
                                    list->about().version);
}

}  // namespace linebook::lists
