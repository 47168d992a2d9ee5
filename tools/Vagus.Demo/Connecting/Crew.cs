using System.Collections.Concurrent;
using System.Net;

namespace Vagus.Demo.Connecting;

/// <summary>Who acts: a role, and where it matters one person in it.</summary>
internal sealed record Actor(string Role, string? Email = null);

/// <summary>
/// One tenant's signed-in users. What a role may not write, the service user writes in its place; the crew remembers
/// such a refusal, so that the role is not asked again for the same kind of thing.
/// </summary>
internal sealed class Crew : IDisposable
{
    private readonly List<Session> sessions;
    private readonly ConcurrentDictionary<(string Role, string Kind), bool> refused = new();

    public Crew(Server server, TenantSignIns tenant)
    {
        sessions =
            [.. tenant.Users.Where(user => user.Role is not ("patient" or "driver"))
            .Select(user => new Session(server, tenant.Tenant, user))];
        if (sessions.Count == 0) throw new InvalidDataException($"the tenant {tenant.Tenant} has no user who can write");
        Trusted = Find("service") ?? Find("admin") ?? sessions[0];
        Loader = Find("admin") ?? Trusted;
    }

    /// <summary>The user who writes what nobody else may.</summary>
    public Session Trusted { get; }

    /// <summary>The user who loads the clinic.</summary>
    public Session Loader { get; }

    public Session For(Actor actor) =>
        sessions.Find(session => session.Role == actor.Role && session.Email == actor.Email) ?? Find(actor.Role) ?? Trusted;

    /// <summary>Sends as the actor or, where it may not do this <paramref name="kind"/> of thing, as the trusted user.</summary>
    public async Task<Answer> Send(Actor actor, string kind, Ask ask, CancellationToken cancel)
    {
        var session = For(actor);
        if (session == Trusted || refused.ContainsKey((session.Role, kind))) return await Trusted.Send(ask, cancel);

        var answer = await session.Send(ask, cancel);
        if (answer.Status != HttpStatusCode.Forbidden) return answer;

        refused[(session.Role, kind)] = true;
        return await Trusted.Send(ask, cancel);
    }

    public void Dispose() => sessions.ForEach(session => session.Dispose());

    private Session? Find(string role) => sessions.Find(session => session.Role == role);
}
