using Vagus.Fhir.Store;

namespace Vagus.Fhir.Reading;

/// <summary>What the client of a read has already (RFC 9110 §13.1.2, §13.1.3). By default nothing.</summary>
/// <param name="Versions">The versions of If-None-Match; null where it was not sent.</param>
/// <param name="IsAny">If-None-Match: *.</param>
/// <param name="Since">If-Modified-Since, which counts only where there is no If-None-Match.</param>
internal readonly record struct KnownVersion(IReadOnlyList<long>? Versions, bool IsAny, DateTimeOffset? Since)
{
    public bool Is(StoredResource current)
    {
        if (IsAny) return true;
        if (Versions is not null) return Versions.Contains(current.Version);
        // The header has whole seconds.
        return Since is { } since && current.UpdatedAt.ToUnixTimeSeconds() <= since.ToUnixTimeSeconds();
    }
}
