using Vagus.Bus;
using Vagus.Storage;

namespace Vagus.Server.Checkup;

/// <summary>NATS: whether it answers, whether the streams are as the settings say, and how far the publishing is behind.</summary>
internal static class BusCheck
{
    private const string Subject = "nats";
    private const long LargeLag = 1_000;

    public static async ValueTask<Finding> Look(ServerOptions options, Database database, CancellationToken cancel)
    {
        if (!options.Bus.IsOn) return Finding.Ok(Subject, "off");
        var findings = await InspectBus.Look(options.Bus, database, cancel);
        if (findings.Problem is { } problem)
            return Finding.Fail(Subject, problem, "Events wait in the log and go out once this is mended (docs/guides/bus.md).");
        return findings.Behind > LargeLag
            ? Finding.Warn(Subject, findings.Found, "Run doctor again in a minute: if the number grows, read the server's log for the consumer nats.")
            : Finding.Ok(Subject, findings.Found);
    }
}
