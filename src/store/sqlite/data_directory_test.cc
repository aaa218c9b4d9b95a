#include "store/sqlite/data_directory.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fakes/temporary_directory.h"

namespace linebook {
namespace {

using testing::HasSubstr;

TEST(DataDirectoryTest, MakesThePrivateDirectoryAndNamesItsFiles) {
  fakes::TemporaryDirectory parent;
  auto const path = parent.file("deep/data");
  auto const directory = DataDirectory::lock(path);
  ASSERT_TRUE(directory) << directory.error().message;
  struct stat made{};
  ASSERT_EQ(::stat(path.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 0777, 0700u);
  EXPECT_EQ(directory->database(), path + "/linebook.db");
  EXPECT_EQ(directory->requests(), path + "/requests.db");
  EXPECT_EQ(directory->master_key(), path + "/master.key");
  EXPECT_EQ(directory->socket(), path + "/linebook.sock");
}

TEST(DataDirectoryTest, IsHeldByOneAtATimeAndTellsByWhom) {
  fakes::TemporaryDirectory parent;
  auto const path = parent.file("data");
  auto first = DataDirectory::lock(path);
  ASSERT_TRUE(first);
  auto moved = std::move(*first);
  auto const second = DataDirectory::lock(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_THAT(second.error().message, HasSubstr("pid " + std::to_string(::getpid())));
  {
    auto const let_go = std::move(moved);
  }
  EXPECT_TRUE(DataDirectory::lock(path));
}

TEST(DataDirectoryTest, TheLockGoesWithAKilledProcess) {
  fakes::TemporaryDirectory parent;
  auto const path = parent.file("data");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  auto const child = ::fork();
  if (child == 0) {
    auto const held = DataDirectory::lock(path);
    char const ready = held ? 'y' : 'n';
    if (::write(ends[1], &ready, 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  ASSERT_EQ(ready, 'y');
  auto const refused = DataDirectory::lock(path);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("pid " + std::to_string(child)));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(DataDirectory::lock(path));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(DataDirectoryTest, SaysWhyADirectoryCannotBeUsed) {
  auto const nowhere = DataDirectory::lock("/proc/linebook");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::unavailable);
  EXPECT_THAT(nowhere.error().message, HasSubstr("/proc/linebook"));
}

}  // namespace
}  // namespace linebook
