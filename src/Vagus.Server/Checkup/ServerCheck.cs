using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vagus.Server.Observing;

namespace Vagus.Server.Checkup;

/// <summary>Whether a server answers at the addresses of the settings, and which one it is.</summary>
internal static partial class ServerCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<Finding> Look(ServerOptions options, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Limit };
        var address = Reachable(options.Urls[0]);
        var health = await Ask(http, address, "/health/ready", cancel);
        yield return Health(address, health);
        if (health is not null) yield return await Product(http, address, cancel);
        if (health == HttpStatusCode.OK && await Roles(http, address, options, cancel) is { } other) yield return other;
        foreach (var finding in await Management(http, options, cancel)) yield return finding;
    }

    /// <summary>What the server listens on as an address that a client can ask.</summary>
    private static Uri Reachable(string url) => new(
        url.Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://[::1]", StringComparison.Ordinal));

    private static Finding Health(Uri address, HttpStatusCode? status) => status switch
    {
        HttpStatusCode.OK => Finding.Ok("server", $"ready at {address}"),
        null => Finding.Fail("server", $"nothing answers at {address}", "Start it, or give doctor the --urls that it listens on."),
        HttpStatusCode.ServiceUnavailable => Finding.Fail(
            "server", $"not ready at {address}: storage has failed", "Read its log; a supervisor restarts it after exit code 74."),
        _ => Finding.Fail("server", $"{address} answers {(int)status}", "The database does not answer, or another program has this port."),
    };

    private static async ValueTask<Finding> Product(HttpClient http, Uri address, CancellationToken cancel) =>
        await Text(http, new Uri(address, "/openapi.json"), cancel) is { } description && IsOurs(description)
            ? Finding.Ok("product", "Vagus")
            : Finding.Fail("product", $"{address} is not a Vagus server", "Another program has this port.");

    /// <summary>Null where the process serves what the settings say.</summary>
    private static async ValueTask<Finding?> Roles(HttpClient http, Uri address, ServerOptions options, CancellationToken cancel)
    {
        if (await Text(http, new Uri(address, "/health/ready"), cancel) is not { } ready) return null;
        var running = ready.Length == 0 ? RoleNames.Of(ServerRoles.All) : RolesIn(ready);
        return running.SequenceEqual(RoleNames.Of(options.Roles), StringComparer.Ordinal)
            ? null
            : Finding.Warn(
                "running roles", $"the process at {address} serves {string.Join(", ", running)}, which is not what the settings say",
                "Give doctor the --roles of this process, or restart it.");
    }

    private static IReadOnlyList<string> RolesIn(string ready)
    {
        try
        {
            return [.. JsonElement.Parse(ready).GetProperty("roles").EnumerateArray().Select(role => role.GetString() ?? "")];
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }

    private static bool IsOurs(string description)
    {
        try
        {
            return JsonElement.Parse(description).GetProperty("info").GetProperty("title").GetString() == "Vagus";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The version is read from the metrics: the public address does not tell it.</summary>
    private static async ValueTask<IReadOnlyList<Finding>> Management(HttpClient http, ServerOptions options, CancellationToken cancel)
    {
        const string Subject = "management";
        if (options.ManagementUrls.Count == 0)
            return [Finding.Warn(Subject, "off: no metrics, and the running version is unknown", "Set --management-urls http://127.0.0.1:9464.")];

        var address = new Uri(Reachable(options.ManagementUrls[0]), "/metrics");
        if (await Text(http, address, cancel) is not { } metrics)
            return [Finding.Fail(Subject, $"no metrics at {address}", "Start the server with the same --management-urls.")];

        var running = VersionLabel().Match(metrics).Groups["version"].Value;
        return
        [
            Finding.Ok(Subject, $"metrics at {address}"),
            running == Telemetry.Version
                ? Finding.Ok("version", running)
                : Finding.Warn("version", $"{running} runs, this program is {Telemetry.Version}", "Restart the server to run the new one."),
        ];
    }

    [GeneratedRegex("service_version=\"(?<version>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex VersionLabel();

    private static async ValueTask<HttpStatusCode?> Ask(HttpClient http, Uri address, string path, CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, path), HttpCompletionOption.ResponseHeadersRead, cancel);
            return answer.StatusCode;
        }
        catch (Exception unreachable) when (IsUnreachable(unreachable, cancel))
        {
            return null;
        }
    }

    private static async ValueTask<string?> Text(HttpClient http, Uri address, CancellationToken cancel)
    {
        try
        {
            return await http.GetStringAsync(address, cancel);
        }
        catch (Exception unreachable) when (IsUnreachable(unreachable, cancel))
        {
            return null;
        }
    }

    private static bool IsUnreachable(Exception cause, CancellationToken cancel) =>
        cause is HttpRequestException || (cause is TaskCanceledException && !cancel.IsCancellationRequested);
}
