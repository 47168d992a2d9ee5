using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Scopes;

/// <summary>People of one clinic whose tokens have scopes.</summary>
internal sealed class ScopedTokens(Clinic clinic)
{
    private readonly AppTokens tokens = new(clinic.Server.House, clinic.Tenant);

    /// <summary>Their tokens one by one.</summary>
    public AppTokens Tokens => tokens;

    public async Task<Person> OfService(string scopes) => new(clinic.Server, await tokens.OfService(scopes));

    public async Task<Person> OfUser(Role role, string scopes, string? patient = null) =>
        new(clinic.Server, await tokens.OfUser(role, scopes, patient));
}
