-- How a run went, as one line of JSON behind wrk's own words; times in milliseconds.
local REPORT = [[{"requests":%d,"seconds":%.3f,"p50_ms":%.4f,"p90_ms":%.4f,"p99_ms":%.4f,"max_ms":%.4f,]] ..
  [["refused":%d,"broken":%d}]]

function done(summary, latency)
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(REPORT:format(summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(90) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, summary.errors.status, broken), "\n")
end

function lines(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end
