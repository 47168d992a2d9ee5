namespace Vagus.Server;

/// <summary>
/// The parts of the house that a process serves: their doors, namespaces, consumers and duties. Sign-in, the audit, settings and health are
/// in every process.
/// </summary>
[Flags]
internal enum ServerRoles
{
    None = 0,

    /// <summary>The charts and what keeps them.</summary>
    Charts = 1,

    /// <summary>Alerts, notifications and live updates: the namespace <c>/</c> and <c>/ws</c>.</summary>
    Notifications = 2,

    /// <summary>Threads and messages: the namespace <c>/messaging</c>.</summary>
    Messaging = 4,

    /// <summary>The record: FHIR, the workflow API, events in and out, files, NATS.</summary>
    Fhir = 8,

    /// <summary>The web apps.</summary>
    Web = 16,

    All = Charts | Notifications | Messaging | Fhir | Web,
}

/// <summary>Server roles as operators write them.</summary>
internal static class RoleNames
{
    private static readonly ServerRoles[] Each =
        [ServerRoles.Charts, ServerRoles.Notifications, ServerRoles.Messaging, ServerRoles.Fhir, ServerRoles.Web];

    public static IReadOnlyList<string> Of(ServerRoles roles) => [.. Each.Where(each => roles.HasFlag(each)).Select(NameOf)];

    /// <param name="given">Names separated by commas; null: all of them.</param>
    public static ServerRoles Parse(string? given)
    {
        if (given is null) return ServerRoles.All;
        var roles = ServerRoles.None;
        foreach (var name in given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var role = Each.FirstOrDefault(each => NameOf(each) == name);
            roles |= role != ServerRoles.None ? role : throw new FormatException($"--roles: '{name}' is no role of the server. {Known}");
        }

        return roles != ServerRoles.None ? roles : throw new FormatException($"--roles names no role. {Known}");
    }

    private static string Known => $"The roles are {string.Join(", ", Each.Select(NameOf))}.";

    private static string NameOf(ServerRoles role) => role.ToString().ToLowerInvariant();
}
