using Hl7.Fhir.Model;
using Hl7.Fhir.Specification.Source;

namespace Vagus.Fhir.Profiles;

/// <summary>R4's definitions, and after them those of one tenant that a profile stands on. It reads nothing but memory.</summary>
internal sealed class ProfileResolver(R4Specification r4, IReadOnlyDictionary<string, Resource> own) : IAsyncResourceResolver
{
    public Task<Resource?> ResolveByUriAsync(string uri) => ResolveByCanonicalUriAsync(uri);

    public Task<Resource?> ResolveByCanonicalUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(Find(uri));

    public Task<ResolverResult> TryResolveByUriAsync(string uri) => TryResolveByCanonicalUriAsync(uri);

    public Task<ResolverResult> TryResolveByCanonicalUriAsync(string uri) => System.Threading.Tasks.Task.FromResult(
        Find(uri) is { } resource ? new ResolverResult(resource) : new ResolverResult(ResolverException.NotFound(null)));

    private Resource? Find(string canonical) => r4.Find(canonical) ?? own.GetValueOrDefault(canonical.Split('|')[0]);
}
