-- GET of targets picked at random from a file, each line one; several in a batch when pipelined.
dofile(os.getenv("BENCH_WRK") .. "/report.lua")

local requests, batch = {}, tonumber(os.getenv("BENCH_BATCH") or 1)

function init()
  math.randomseed(tonumber(os.getenv("BENCH_RANDOM_SEED")))
  local tokens = lines(os.getenv("BENCH_TOKENS"))
  for i, target in ipairs(lines(os.getenv("BENCH_TARGETS"))) do
    requests[i] = wrk.format("GET", target, {["Authorization"] = "Bearer " .. tokens[i % #tokens + 1]})
  end
end

function request()
  if batch == 1 then return requests[math.random(#requests)] end
  local sent = {}
  for i = 1, batch do sent[i] = requests[math.random(#requests)] end
  return table.concat(sent)
end
