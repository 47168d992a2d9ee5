using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Roles;

/// <summary>The house as several processes on one database, as the replaced services were: each with some of the roles.</summary>
internal sealed class ThreeServices : IAsyncDisposable
{
    private readonly List<RunningServer> started = [];

    private ThreeServices(RunningServer record) => started.Add(record);

    /// <summary>FHIR, the workflow API and events: what all others stand on.</summary>
    public RunningServer Record => started[0];

    /// <summary>What listened on 3000.</summary>
    public RunningServer Messages => started[1];

    /// <summary>What listened on 3020.</summary>
    public RunningServer Charts => started[2];

    /// <summary>What listened on 3021.</summary>
    public RunningServer Notifications => started[3];

    public string Said => string.Join(Environment.NewLine, started.Select(server => server.Said));

    public static async Task<ThreeServices> Start(Engine engine)
    {
        var services = new ThreeServices(await RunningServer.Start(engine, As("fhir")));
        foreach (var roles in new[] { "messaging,web", "charts", "notifications" })
            services.started.Add(await services.Record.StartBeside(As(roles)));
        return services;
    }

    public static Dictionary<string, string> As(string roles) => new() { ["VAGUS_ROLES"] = roles };

    public async ValueTask DisposeAsync()
    {
        // The first one owns the data.
        for (var last = started.Count - 1; last >= 0; last--) await started[last].DisposeAsync();
    }
}
