#include "keyring/master_key.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace linebook {
namespace {

using testing::HasSubstr;

class MasterKeyFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "master-key-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void write(std::string const& text, mode_t mode) {
    std::ofstream(file()) << text;
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
  }
  std::filesystem::path file() const { return directory_ / "master.key"; }
  static std::string hex_of(MasterKey const& key) {
    char out[2 * MasterKey::size + 1];
    return sodium_bin2hex(out, sizeof out, key.bytes().data(), MasterKey::size);
  }

  std::filesystem::path directory_;
};

std::string const some_hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST_F(MasterKeyFile, IsReadAsHexOrBase64) {
  struct Row {
    char const* name;
    std::string text;
    bool accepted;
  } const rows[] = {
      {"hex", some_hex, true},
      {"hex, capitals and a line end", "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n",
       true},
      {"base64", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", true},
      {"base64 without padding", " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ", true},
      {"empty", "", false},
      {"31 bytes", some_hex.substr(2), false},
      {"33 bytes", some_hex + "00", false},
      {"not hex", "zz" + some_hex.substr(2), false},
      {"a passphrase", "correct horse battery staple", false},
  };
  for (auto const& row : rows) {
    SCOPED_TRACE(row.name);
    auto key = MasterKey::parse(row.text);
    ASSERT_EQ(key.has_value(), row.accepted);
    if (key) EXPECT_EQ(hex_of(*key), some_hex);
  }
}

TEST_F(MasterKeyFile, ErrorNeverRepeatsTheText) {
  auto key = MasterKey::parse("hunter2-hunter2-hunter2");
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, testing::Not(HasSubstr("hunter2")));
}

TEST_F(MasterKeyFile, IsMadeOnceAndReadAgain) {
  MasterKeySources const sources{{}, {}, file()};
  auto made = load_master_key(sources, IfAbsent::make);
  ASSERT_TRUE(made) << made.error().message;
  struct stat about{};
  ASSERT_EQ(::stat(file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  auto again = load_master_key(sources, IfAbsent::make);
  ASSERT_TRUE(again);
  EXPECT_EQ(hex_of(*made), hex_of(*again));
  EXPECT_FALSE(MasterKey::make(file())) << "an existing key must never be replaced";
}

TEST_F(MasterKeyFile, MustBeItsOwnersAlone) {
  struct Row {
    mode_t mode;
    bool accepted;
  } const rows[] = {{0600, true}, {0400, true}, {0640, false}, {0604, false}, {0620, false}, {0644, false}};
  for (auto const& row : rows) {
    write(some_hex, row.mode);
    auto key = load_master_key({{}, {}, file()}, IfAbsent::make);
    EXPECT_EQ(key.has_value(), row.accepted) << std::oct << row.mode;
    if (!key) EXPECT_THAT(key.error().message, HasSubstr("chmod 600"));
    std::filesystem::remove(file());
  }
}

TEST_F(MasterKeyFile, TextComesBeforeFileComesBeforeOwnFile) {
  write(some_hex, 0600);
  std::string const other(64, 'a');
  auto key = load_master_key({other, file(), directory_ / "absent"}, IfAbsent::refuse);
  ASSERT_TRUE(key);
  EXPECT_EQ(hex_of(*key), other);
  key = load_master_key({{}, file(), directory_ / "absent"}, IfAbsent::refuse);
  ASSERT_TRUE(key);
  EXPECT_EQ(hex_of(*key), some_hex);
}

TEST_F(MasterKeyFile, MissingKeyBesideADatabaseIsNotReplaced) {
  auto key = load_master_key({{}, {}, file()}, IfAbsent::refuse);
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr("LINEBOOK_MASTER_KEY"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  key = load_master_key({{}, directory_ / "gone", file()}, IfAbsent::make);
  EXPECT_FALSE(key) << "a named key file that is missing is an error, not a reason to make another";
}

}  // namespace
}  // namespace linebook
