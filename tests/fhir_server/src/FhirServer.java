import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import jakarta.servlet.DispatcherType;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.FifoMemoryPagingProvider;
import ca.uhn.fhir.rest.server.RestfulServer;

/**
 * A FHIR server that is not ours, for the tests of the sync: HAPI FHIR's RestfulServer over resources in memory.
 *
 *   java … FhirServer --token T [--load FILE.ndjson] [--export LOOKS]
 *
 * It listens on a free port of 127.0.0.1, which it prints. --export offers $export, ready at that many looks.
 */
public final class FhirServer {
  private static final int MOST_PAGED_SEARCHES = 100;
  private static final int MOST_PER_PAGE = 1000;

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) options.put(arguments[i], arguments[i + 1]);
    FhirContext fhir = FhirContext.forR4();
    Map<String, Records> records = new LinkedHashMap<>();
    records.put("Patient", new Records(fhir, Patient.class));
    records.put("Practitioner", new Records(fhir, Practitioner.class));
    if (options.containsKey("--load")) load(fhir, records, Path.of(options.get("--load")));
    Server server = serve(fhir, records, options);
    server.start();
    System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
    server.join();
  }

  private static void load(FhirContext fhir, Map<String, Records> records, Path file) throws Exception {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Resource resource = (Resource) fhir.newJsonParser().parseResource(line);
        java.util.Date at = resource.getMeta().getLastUpdated();
        records.get(resource.fhirType()).save(resource, at == null ? null : at.toInstant());
      }
    }
  }

  private static Server serve(FhirContext fhir, Map<String, Records> records, Map<String, String> options) {
    RestfulServer restful = new RestfulServer(fhir);
    restful.registerProviders(new Provider<>(Patient.class, records.get("Patient")),
        new Provider<>(Practitioner.class, records.get("Practitioner")));
    BulkExport export = new BulkExport(records, Integer.parseInt(options.getOrDefault("--export", "0")));
    if (options.containsKey("--export")) restful.registerProvider(export);
    FifoMemoryPagingProvider paging = new FifoMemoryPagingProvider(MOST_PAGED_SEARCHES);
    paging.setMaximumPageSize(MOST_PER_PAGE);
    restful.setPagingProvider(paging);

    TestDoor door = new TestDoor(options.get("--token"), records);
    ServletContextHandler context = new ServletContextHandler();
    context.addFilter(new FilterHolder(door), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(new ServletHolder(restful), "/fhir/*");
    context.addServlet(new ServletHolder(export.files), "/bulk/*");
    context.addServlet(new ServletHolder(door.control), "/test/*");
    Server server = new Server(new java.net.InetSocketAddress("127.0.0.1", 0));
    server.setHandler(context);
    return server;
  }
}
