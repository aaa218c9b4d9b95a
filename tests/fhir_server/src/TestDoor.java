import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.hl7.fhir.r4.model.Resource;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * In front of everything: checks the token, fails at will, and remembers what was asked. A request with the
 * header X-Tester is the test's own: it is let through and not remembered.
 */
public final class TestDoor implements Filter {
  public record Asked(String method, String path, String query, String if_match, int status, String body) {}

  /** Of requests whose method and path fit, the first `skip` pass and `times` of those after them fail. */
  public static final class Fault {
    public String kind = "status";  // status | cut | delay | race
    public String method = "";
    public String path = "";
    public int status = 500, skip = 0, times = 1, delay_ms = 0;
    public String retry_after;
  }

  private static final int MOST_REMEMBERED = 1_000_000;

  private final String token;
  private final java.util.Map<String, Records> records;
  private final List<Asked> asked = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();

  TestDoor(String token, java.util.Map<String, Records> records) {
    this.token = token;
    this.records = records;
  }

  @Override
  public void doFilter(ServletRequest plain, ServletResponse answer, FilterChain next)
      throws IOException, ServletException {
    HttpServletRequest request = (HttpServletRequest) plain;
    HttpServletResponse response = (HttpServletResponse) answer;
    if (request.getHeader("X-Tester") != null) {
      next.doFilter(request, response);
      return;
    }
    byte[] body = request.getInputStream().readAllBytes();
    Fault fault = fault(request);
    Kept kept = new Kept(response);
    if (!("Bearer " + token).equals(request.getHeader("Authorization"))) {
      response.setStatus(401);
    } else if (fault != null && "status".equals(fault.kind)) {
      if (fault.retry_after != null) response.setHeader("Retry-After", fault.retry_after);
      response.setStatus(fault.status);
    } else {
      if (fault != null && "delay".equals(fault.kind)) delay(fault.delay_ms);
      next.doFilter(new WithBody(request, body), kept);
      if (fault != null && "race".equals(fault.kind)) changeMeanwhile(request.getRequestURI().split("/"));
    }
    // Before it is answered: a test that has the answer finds the request.
    remember(new Asked(request.getMethod(), request.getRequestURI(), request.getQueryString(),
        request.getHeader("If-Match"), response.getStatus(), new String(body, StandardCharsets.UTF_8)));
    answer(response, kept.whole(), fault != null && "cut".equals(fault.kind));
  }

  private static void answer(HttpServletResponse response, byte[] whole, boolean cut) throws IOException {
    response.setContentLength(whole.length);
    response.getOutputStream().write(whole, 0, cut ? whole.length / 2 : whole.length);
    response.flushBuffer();
    if (cut) throw new IOException("cut, as asked");
  }

  private static void delay(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Fault fault(HttpServletRequest request) {
    for (Fault fault : faults) {
      if (fault.times <= 0 || !fault.method.isEmpty() && !fault.method.equals(request.getMethod())) continue;
      if (!request.getRequestURI().contains(fault.path)) continue;
      if (fault.skip-- > 0) continue;
      --fault.times;
      return fault;
    }
    return null;
  }

  /** /fhir/TYPE/ID gets a next version: whoever just read it holds an old one. */
  private void changeMeanwhile(String[] path) {
    Records of = records.get(path[path.length - 2]);
    of.find(path[path.length - 1]).ifPresent(version -> {
      Resource resource = of.read(version);
      resource.setLanguage("en-US".equals(resource.getLanguage()) ? "en" : "en-US");
      of.save(resource, null);
    });
  }

  private synchronized void remember(Asked one) {
    if (asked.size() < MOST_REMEMBERED) asked.add(one);
  }

  /** /test/requests: GET and DELETE; /test/faults: POST one, DELETE all; /test/everything: DELETE. */
  final HttpServlet control = new HttpServlet() {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      synchronized (TestDoor.this) {
        switch (request.getMethod()) {
          case "GET" -> {
            response.setContentType("application/json");
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            response.getWriter().write(new ObjectMapper().writeValueAsString(asked));
          }
          case "POST" -> faults.add(new ObjectMapper().readValue(request.getReader(), Fault.class));
          default -> forget(request.getPathInfo());
        }
      }
    }
  };

  private void forget(String what) {
    if (!"/faults".equals(what)) asked.clear();
    if (!"/requests".equals(what)) faults.clear();
    if ("/everything".equals(what)) records.values().forEach(Records::clear);
  }

  private static final class WithBody extends HttpServletRequestWrapper {
    private final byte[] body;
    private int at = 0;

    WithBody(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      return new ServletInputStream() {
        @Override
        public int read() {
          return at < body.length ? body[at++] & 0xff : -1;
        }

        @Override
        public boolean isFinished() {
          return at >= body.length;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new UnsupportedOperationException();
        }
      };
    }
  }

  /** Holds the body back. */
  private static final class Kept extends HttpServletResponseWrapper {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private java.io.PrintWriter writer;

    Kept(HttpServletResponse response) {
      super(response);
    }

    byte[] whole() {
      if (writer != null) writer.flush();
      return bytes.toByteArray();
    }

    @Override
    public java.io.PrintWriter getWriter() {
      if (writer == null)
        writer = new java.io.PrintWriter(new java.io.OutputStreamWriter(bytes, StandardCharsets.UTF_8), true);
      return writer;
    }

    @Override
    public void setContentLength(int length) {}

    @Override
    public void flushBuffer() {}

    @Override
    public ServletOutputStream getOutputStream() {
      return new ServletOutputStream() {
        @Override
        public void write(int one) {
          bytes.write(one);
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
          throw new UnsupportedOperationException();
        }
      };
    }
  }
}
