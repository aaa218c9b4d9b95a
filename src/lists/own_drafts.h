// Drafts of lists that this process alone uses: they take their place in its directory.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/ports/list_drafts.h"
#include "lists/list_directory.h"
#include "lists/number_set.h"

namespace linebook::lists {

/// One draft at a time, of all that are made where it is shared.
class DraftSeat {
 public:
  explicit DraftSeat(std::shared_ptr<std::atomic<bool>> taken) : taken_(std::move(taken)) {}
  ~DraftSeat() {
    if (taken_) *taken_ = false;
  }
  DraftSeat(DraftSeat&&) noexcept = default;
  DraftSeat& operator=(DraftSeat&&) = delete;

  static Result<DraftSeat> take(std::shared_ptr<std::atomic<bool>> const& taken);

 private:
  std::shared_ptr<std::atomic<bool>> taken_;
};

/// The numbers of a draft, in memory.
class NumbersOfDraft : public ListDraft {
 public:
  std::uint64_t add(std::span<std::uint64_t const> numbers) final;
  std::uint64_t remove(std::span<std::uint64_t const> numbers) final;
  std::uint64_t numbers() const final { return numbers_->size(); }

 protected:
  NumbersOfDraft(DraftSeat seat, std::string name, std::unique_ptr<NumberSet> numbers)
      : seat_(std::move(seat)), name_(std::move(name)), numbers_(std::move(numbers)) {}

  std::string const& name() const { return name_; }
  /// Writes them down, durable.
  Result<DoNotCallList> write(DraftFile&, std::uint64_t version, std::string const& as_of,
                              PublishProgress const&) const;

 private:
  DraftSeat seat_;
  std::string name_;
  std::unique_ptr<NumberSet> numbers_;
};

class OwnDrafts final : public ListDrafts {
 public:
  /// `directory` outlives it, and this process holds its lock.
  explicit OwnDrafts(ListDirectory& directory) : directory_(directory) {}

  Result<std::unique_ptr<ListDraft>> begin(std::string const& name) override;
  Result<std::unique_ptr<ListDraft>> begin_with_published(std::string const& name) override;
  Result<std::vector<DoNotCallList>> published() override { return directory_.loaded(); }

 private:
  ListDirectory& directory_;
  std::shared_ptr<std::atomic<bool>> taken_ = std::make_shared<std::atomic<bool>>(false);
};

/// What begin_with_published() says where nothing is.
Error nothing_published(std::string const& name);

}  // namespace linebook::lists
