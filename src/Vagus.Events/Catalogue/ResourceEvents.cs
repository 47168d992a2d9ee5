namespace Vagus.Events;

/// <summary>A FHIR resource was created. The body is read where it is needed, by its version.</summary>
public sealed record ResourceCreated(
    string ResourceType,
    string ResourceId,
    string VersionId,
    string Resource,
    string? PatientId = null) : EventData;

/// <summary>A FHIR resource has a new version.</summary>
public sealed record ResourceUpdated(
    string ResourceType,
    string ResourceId,
    string VersionId,
    string Resource,
    string? PatientId = null) : EventData;

/// <summary>A FHIR resource was deleted; <c>versionId</c> is that of the deletion.</summary>
public sealed record ResourceDeleted(
    string ResourceType,
    string ResourceId,
    string VersionId,
    string Resource,
    string? PatientId = null) : EventData;
