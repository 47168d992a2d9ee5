using Vagus.EndToEnd.Tests.Browsing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

[assembly: AssemblyFixture(typeof(WrittenClinic))]

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>
/// One server with the small clinic for all tests that only look at it: a process of its own for each would spend most of the time on its
/// start and on first requests. It starts when the first of them asks for it.
/// </summary>
public sealed class WrittenClinic : IAsyncDisposable
{
    private readonly Lazy<Task<RunningServer>> started = new(Start);

    /// <summary>Nothing is written to it, and it is not stopped.</summary>
    internal Task<RunningServer> Server => started.Value;

    public async ValueTask DisposeAsync()
    {
        if (started.IsValueCreated) await (await started.Value).DisposeAsync();
    }

    private static async Task<RunningServer> Start()
    {
        var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        return server;
    }
}
