-- PATCH of contact numbers picked at random: each gets a new number.
dofile(os.getenv("BENCH_WRK") .. "/write.lua")

local targets = lines(os.getenv("BENCH_TARGETS"))

function request()
  return with_body("PATCH", targets[math.random(#targets)], '{"number":"' .. next_number() .. '"}')
end
