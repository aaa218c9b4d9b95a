// Drafts of lists that nodes share: they are published where the nodes find them.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/ports/shared_lists.h"
#include "lists/own_drafts.h"
#include "lists/shared_copies.h"

namespace linebook::lists {

class SharedDrafts final : public ListDrafts {
 public:
  /// `directory`: where drafts may lie meanwhile. `copies`: of this process, which then uses at once what it
  /// published; nothing where it serves nobody. All outlive it.
  SharedDrafts(SharedLists& shared, std::filesystem::path directory, SharedCopies* copies)
      : shared_(shared), directory_(std::move(directory)), copies_(copies) {}

  Result<std::unique_ptr<ListDraft>> begin(std::string const& name) override;
  Result<std::unique_ptr<ListDraft>> begin_with_published(std::string const& name) override;
  Result<std::vector<DoNotCallList>> published() override;

 private:
  SharedLists& shared_;
  std::filesystem::path const directory_;
  SharedCopies* const copies_;
  std::shared_ptr<std::atomic<bool>> taken_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace linebook::lists
