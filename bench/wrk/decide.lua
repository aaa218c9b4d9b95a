-- POST /decisions about contact numbers picked at random: forecasts for BENCH_ASKED_AT, or where it is empty, kept ones.
dofile(os.getenv("BENCH_WRK") .. "/write.lua")

local asked_at = os.getenv("BENCH_ASKED_AT") or ""
local ids = {}
for i, target in ipairs(lines(os.getenv("BENCH_TARGETS"))) do ids[i] = target:match("[^/]+$") end
local rest = '","channel":"call","purpose":"care"' .. (asked_at ~= "" and ',"at":"' .. asked_at .. '"' or "") .. "}"

function request()
  next_number() -- another key for each
  return with_body("POST", "/decisions", '{"phone_id":"' .. ids[math.random(#ids)] .. rest)
end
