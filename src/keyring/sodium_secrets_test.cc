#include "keyring/sodium_secrets.h"

#include <gmock/gmock.h>

#include <set>

namespace linebook {
namespace {

MasterKey key_of(char digit) { return *MasterKey::parse(std::string(64, digit)); }

TEST(SodiumSecrets, OpenWhatTheySealed) {
  SodiumSecrets secrets(key_of('1'));
  auto const data_key = secrets.new_wrapped_data_key();
  for (auto const& plain : {std::string(), std::string("hunter2"), std::string(100'000, '\0')}) {
    auto const sealed = secrets.seal(data_key, "1/sip_password", plain);
    EXPECT_EQ(sealed.find("hunter2"), sealed.npos);
    auto opened = secrets.open(data_key, "1/sip_password", sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(*opened, plain);
  }
}

TEST(SodiumSecrets, SealNeverTheSameTwice) {
  SodiumSecrets secrets(key_of('1'));
  auto const data_key = secrets.new_wrapped_data_key();
  EXPECT_NE(secrets.seal(data_key, "c", "x"), secrets.seal(data_key, "c", "x"));
  EXPECT_NE(data_key, secrets.new_wrapped_data_key());
}

TEST(SodiumSecrets, RefuseWhatIsNotAsItWasSealed) {
  SodiumSecrets secrets(key_of('1'));
  SodiumSecrets stranger(key_of('2'));
  auto const data_key = secrets.new_wrapped_data_key();
  auto const other_key = secrets.new_wrapped_data_key();
  auto const sealed = secrets.seal(data_key, "1/sip_password", "hunter2");
  auto refuses = [&](Secrets const& s, std::string_view key, std::string_view context,
                     std::string_view bytes) {
    auto opened = s.open(key, context, bytes);
    return !opened && opened.error().code == ErrorCode::internal_error;
  };
  EXPECT_TRUE(refuses(stranger, data_key, "1/sip_password", sealed)) << "another master key";
  EXPECT_TRUE(refuses(secrets, other_key, "1/sip_password", sealed)) << "another account's data key";
  EXPECT_TRUE(refuses(secrets, data_key, "2/sip_password", sealed)) << "another context";
  EXPECT_TRUE(refuses(secrets, data_key, "1/sip_password", ""));
  EXPECT_TRUE(refuses(secrets, data_key, "1/sip_password", sealed.substr(0, sealed.size() - 1)));
  EXPECT_TRUE(refuses(secrets, "", "1/sip_password", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_TRUE(refuses(secrets, data_key, "1/sip_password", altered)) << "byte " << i;
  }
  EXPECT_THROW(stranger.seal(data_key, "c", "x"), std::runtime_error);
}

TEST(SodiumSecrets, MacsDifferByKeyPurposeAndText) {
  SodiumSecrets secrets(key_of('1'));
  SodiumSecrets same(key_of('1'));
  SodiumSecrets stranger(key_of('2'));
  EXPECT_EQ(secrets.mac(MacPurpose::token_hash, "a"), same.mac(MacPurpose::token_hash, "a"));
  std::set<Mac> const macs{
      secrets.mac(MacPurpose::token_hash, "a"),       secrets.mac(MacPurpose::page_token, "a"),
      secrets.mac(MacPurpose::ledger_seal, "a"),      secrets.mac(MacPurpose::token_hash, "b"),
      stranger.mac(MacPurpose::token_hash, "a"),      secrets.mac(MacPurpose::token_hash, ""),
      secrets.mac(MacPurpose::verification_code, "a")};
  EXPECT_EQ(macs.size(), 7u);
}

TEST(SodiumSecrets, FingerprintTellsKeysApart) {
  EXPECT_EQ(SodiumSecrets(key_of('1')).fingerprint(), SodiumSecrets(key_of('1')).fingerprint());
  EXPECT_NE(SodiumSecrets(key_of('1')).fingerprint(), SodiumSecrets(key_of('2')).fingerprint());
  EXPECT_EQ(SodiumSecrets(key_of('1')).fingerprint().size(), 32u);
}

TEST(SodiumSecrets, TokensAre256BitsInBase64Url) {
  SodiumSecrets secrets(key_of('1'));
  auto const token = secrets.new_token(TokenKind::api_key);
  EXPECT_THAT(token, testing::MatchesRegex("lbk_[A-Za-z0-9_-]{43}"));
  EXPECT_NE(token, secrets.new_token(TokenKind::api_key));
  for (auto const kind : {TokenKind::api_key, TokenKind::session, TokenKind::sign_in_link})
    EXPECT_TRUE(is_token(secrets.new_token(kind), kind));
}

}  // namespace
}  // namespace linebook
