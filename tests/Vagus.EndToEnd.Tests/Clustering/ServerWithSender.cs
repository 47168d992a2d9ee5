using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>A server that takes the events of one service by NATS.</summary>
internal static class ServerWithSender
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <param name="data">The server's.</param>
    /// <param name="nats">Where it listens.</param>
    /// <param name="sender">The name in the subject; the service of that name is made here.</param>
    public static async Task<RunningServer> Start(ServerData data, NatsServer nats, string sender)
    {
        var service = $"{sender}-service";
        var senders = Path.Combine(data.Folder, "senders.json");
        await File.WriteAllTextAsync(senders, JsonSerializer.Serialize(new[] { new { name = sender, tenant = Clinic.Tenant, service } }));
        var server = await RunningServer.StartOn(
            data, new Dictionary<string, string> { ["VAGUS_NATS"] = nats.Url, ["VAGUS_NATS_SENDERS"] = senders });
        try
        {
            await ChildProcess.Run(
                ["dotnet", Programs.Server, "service", "add", service, "--tenant", Clinic.Tenant, "--name", sender, "--data", data.Folder],
                Limit, data.Environment);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
