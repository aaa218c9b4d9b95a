import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import org.hl7.fhir.r4.model.Resource;

import ca.uhn.fhir.context.FhirContext;

/** Resources of one type in memory, by id and by when they changed; kept as text, of which many fit. */
final class Records {
  record Version(String id, int number, Instant at, String json) {}

  private static final Comparator<Version> BY_CHANGE =
      Comparator.comparing(Version::at).thenComparing(Version::id);

  private final FhirContext fhir;
  private final Class<? extends Resource> type;
  private final Map<String, Version> byId = new HashMap<>();
  private final Map<String, Integer> deleted = new HashMap<>();
  private final ConcurrentSkipListSet<Version> byChange = new ConcurrentSkipListSet<>(BY_CHANGE);

  Records(FhirContext fhir, Class<? extends Resource> type) {
    this.fhir = fhir;
    this.type = type;
  }

  synchronized Optional<Version> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  synchronized boolean isDeleted(String id) {
    return deleted.containsKey(id);
  }

  /** The next version of it; `at` null: now. */
  synchronized Version save(Resource resource, Instant at) {
    String id = resource.getIdElement().getIdPart();
    Version before = byId.get(id);
    int number = 1 + (before != null ? before.number() : deleted.getOrDefault(id, 0));
    Instant when = at != null ? at : Instant.ofEpochMilli(System.currentTimeMillis());
    resource.setId(id);
    resource.getMeta().setVersionId(String.valueOf(number));
    resource.getMeta().setLastUpdated(java.util.Date.from(when));
    Version version = new Version(id, number, when, fhir.newJsonParser().encodeResourceToString(resource));
    if (before != null) byChange.remove(before);
    byId.put(id, version);
    byChange.add(version);
    deleted.remove(id);
    return version;
  }

  synchronized boolean delete(String id) {
    Version gone = byId.remove(id);
    if (gone == null) return false;
    byChange.remove(gone);
    deleted.put(id, gone.number() + 1);
    return true;
  }

  synchronized void clear() {
    byId.clear();
    byChange.clear();
    deleted.clear();
  }

  /** Ids in order of their last change. */
  synchronized List<String> ids() {
    List<String> ids = new ArrayList<>(byChange.size());
    for (Version version : byChange) ids.add(version.id());
    return ids;
  }

  /** Those that changed at or after it, in order. */
  synchronized List<Version> changedSince(Instant since) {
    return new ArrayList<>(byChange.tailSet(new Version("", 0, since, "")));
  }

  Resource read(Version version) {
    Resource resource = fhir.newJsonParser().parseResource(type, version.json());
    resource.setId(type.getSimpleName() + "/" + version.id() + "/_history/" + version.number());
    return resource;
  }
}
