// Use cases of texts: what carriers tell of them, and those that come in. (Spec: Messages.)
#pragma once

#include <optional>
#include <string>

#include "app/context.h"
#include "app/ports/carrier.h"
#include "app/ports/carrier_listener.h"
#include "app/ports/store.h"

namespace linebook {

/// What the carrier told of a text that we sent, or has of it: its id, and its status where that is newer.
/// What its error code means for the number is taken to heart. Kept among the text's notices.
void take_in_text(Transaction&, Context const&, TextNews const&);
/// The same, asked for: with what the carrier counts and charges.
Message take_in_sent(Transaction&, Context const&, Message, CarrierText const&);

/// It could not be sent, for good.
void fail_message(Transaction&, Context const&, Message, MessageStatus, std::optional<int> error_code,
                  std::string words);

/// Saves what has become of a text, with its ledger row; where it is over, whatever was still to be asked of
/// the carrier goes.
void save_message(Transaction&, Context const&, Message const& was, Message is);

/// A text to one of our lines, kept once however often it is told. STOP and what means the same suppress its
/// number for texts, START lifts what STOP set. What is to be texted back: the policy's text, to HELP.
std::optional<std::string> take_in_received(Transaction&, Context const&, LineId const&, InboundText const&);

}  // namespace linebook
