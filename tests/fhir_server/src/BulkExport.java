import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import ca.uhn.fhir.rest.annotation.Operation;

/** Bulk data ($export): 202, a status that is ready at the second look, and a file of each type. */
public final class BulkExport {
  private record Job(Instant at, Map<String, Integer> looks) {}

  private final Map<String, Records> records;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final int looksUntilReady;

  BulkExport(Map<String, Records> records, int looksUntilReady) {
    this.records = records;
    this.looksUntilReady = looksUntilReady;
  }

  @Operation(name = "$export", idempotent = true, manualResponse = true)
  public void export(HttpServletRequest request, HttpServletResponse response) {
    if (!"respond-async".equals(request.getHeader("Prefer"))) {
      response.setStatus(400);
      return;
    }
    String job = java.util.UUID.randomUUID().toString();
    jobs.put(job, new Job(Instant.now(), new ConcurrentHashMap<>()));
    response.setHeader("Content-Location", base(request) + "/bulk/" + job);
    response.setStatus(202);
  }

  private static String base(HttpServletRequest request) {
    return "http://" + request.getServerName() + ":" + request.getServerPort();
  }

  /** /bulk/JOB is the status, /bulk/JOB/TYPE a file. */
  final HttpServlet files = new HttpServlet() {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
      String[] path = request.getPathInfo().substring(1).split("/");
      Job job = jobs.get(path[0]);
      if (job == null) {
        response.sendError(404);
      } else if (path.length == 2) {
        file(path[1], response);
      } else if (job.looks().merge("status", 1, Integer::sum) < looksUntilReady) {
        response.setHeader("Retry-After", "1");
        response.setStatus(202);
      } else {
        manifest(path[0], job, request, response);
      }
    }
  };

  private void manifest(String id, Job job, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<String> output = new ArrayList<>();
    for (String type : records.keySet())
      output.add("{\"type\":\"" + type + "\",\"url\":\"" + base(request) + "/bulk/" + id + "/" + type + "\"}");
    response.setContentType("application/json");
    response.getWriter().write("{\"transactionTime\":\"" + job.at() + "\",\"request\":\"" + base(request)
        + "/fhir/$export\",\"requiresAccessToken\":true,\"output\":[" + String.join(",", output)
        + "],\"error\":[]}");
  }

  private void file(String type, HttpServletResponse response) throws IOException {
    response.setContentType("application/fhir+ndjson");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    Records of = records.get(type);
    Writer out = response.getWriter();
    for (String id : of.ids()) {
      var version = of.find(id);
      if (version.isPresent()) out.write(version.get().json() + "\n");
    }
  }
}
