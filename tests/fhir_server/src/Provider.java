import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.HashSet;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Resource;

import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.Delete;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Sort;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;

/** Read, search, create and update of one type. */
public final class Provider<T extends Resource> implements IResourceProvider {
  private final Class<T> type;
  private final Records records;

  Provider(Class<T> type, Records records) {
    this.type = type;
    this.records = records;
  }

  @Override
  public Class<? extends IBaseResource> getResourceType() {
    return type;
  }

  @Read
  public T read(@IdParam IdType id) {
    if (records.isDeleted(id.getIdPart())) throw new ResourceGoneException(id);
    return type.cast(records.read(
        records.find(id.getIdPart()).orElseThrow(() -> new ResourceNotFoundException(id))));
  }

  @Create
  public MethodOutcome create(@ResourceParam T resource) {
    resource.setId(java.util.UUID.randomUUID().toString());
    return outcome(records.save(resource, null)).setCreated(true);
  }

  /** The version of `id` is that of If-Match. */
  @Update
  public MethodOutcome update(@IdParam IdType id, @ResourceParam T resource) {
    synchronized (records) {
      String now = records.find(id.getIdPart()).map(v -> String.valueOf(v.number())).orElse("");
      if (id.hasVersionIdPart() && !id.getVersionIdPart().equals(now))
        throw new PreconditionFailedException("It is at version " + now + ", not " + id.getVersionIdPart());
      resource.setId(id.getIdPart());
      return outcome(records.save(resource, null)).setCreated(now.isEmpty());
    }
  }

  @Delete
  public MethodOutcome delete(@IdParam IdType id) {
    if (!records.delete(id.getIdPart())) throw new ResourceNotFoundException(id);
    return new MethodOutcome();
  }

  @Search
  public IBundleProvider search(
      @OptionalParam(name = "_id") TokenAndListParam ids,
      @OptionalParam(name = "_lastUpdated") DateRangeParam changed,
      @Sort SortSpec sort) {
    if (sort != null && (!"_lastUpdated".equals(sort.getParamName()) || sort.getOrder() == SortOrderEnum.DESC))
      throw new InvalidRequestException("_sort is _lastUpdated or nothing");
    Instant from = changed == null || changed.getLowerBound() == null
        ? Instant.MIN : changed.getLowerBound().getValue().toInstant();
    Set<String> wanted = wanted(ids);
    List<String> found = new ArrayList<>();
    for (Records.Version version : records.changedSince(from))
      if (within(version.at(), changed) && (wanted == null || wanted.contains(version.id())))
        found.add(version.id());
    return new Found(found);
  }

  private static Set<String> wanted(TokenAndListParam ids) {
    if (ids == null) return null;
    Set<String> wanted = new HashSet<>();
    ids.getValuesAsQueryTokens().forEach(
        any -> any.getValuesAsQueryTokens().forEach(id -> wanted.add(id.getValue())));
    return wanted;
  }

  private static boolean within(Instant at, DateRangeParam changed) {
    if (changed == null) return true;
    DateParam low = changed.getLowerBound(), high = changed.getUpperBound();
    if (low != null && low.getPrefix() == ParamPrefixEnum.GREATERTHAN && !at.isAfter(low.getValue().toInstant()))
      return false;
    if (high == null) return true;
    Instant until = high.getValue().toInstant();
    return high.getPrefix() == ParamPrefixEnum.LESSTHAN ? at.isBefore(until) : !at.isAfter(until);
  }

  private MethodOutcome outcome(Records.Version version) {
    MethodOutcome outcome = new MethodOutcome();
    outcome.setResource(records.read(version));
    outcome.setId(new IdType(type.getSimpleName(), version.id(), String.valueOf(version.number())));
    return outcome;
  }

  /** A list of ids; its pages show what the resources are when they are asked for, as HAPI's own database does. */
  private final class Found implements IBundleProvider {
    private final List<String> ids;
    private final InstantType published = InstantType.withCurrentTime();

    Found(List<String> ids) {
      this.ids = ids;
    }

    @Override
    public IPrimitiveType<Date> getPublished() {
      return published;
    }

    @Override
    public List<IBaseResource> getResources(int from, int to) {
      List<IBaseResource> page = new ArrayList<>();
      for (String id : ids.subList(Math.min(from, ids.size()), Math.min(to, ids.size())))
        records.find(id).ifPresent(version -> page.add(records.read(version)));
      return page;
    }

    @Override
    public String getUuid() {
      return null;
    }

    @Override
    public Integer preferredPageSize() {
      return null;
    }

    @Override
    public Integer size() {
      return ids.size();
    }
  }
}
