using System.Collections.Frozen;
using Vagus.Access.Sessions;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The web origins of the applications in use: of each redirect address that a browser opens. All of them are kept and read again when they
/// are older than <see cref="MaxAge"/>, so that a stranger's origins cost no look-up each.
/// </summary>
internal sealed class AppOrigins(Database database, TimeProvider clock) : IKnowAppOrigins, IDisposable
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim turn = new(1);
    private Known? known;
    private int changes;

    /// <summary>The ids of the applications that have the origin; none for an origin that has not been registered.</summary>
    public async ValueTask<FrozenSet<string>> Of(string origin, CancellationToken cancel) =>
        (await Fresh(cancel)).Apps.GetValueOrDefault(origin, FrozenSet<string>.Empty);

    public async ValueTask<bool> Knows(string origin, CancellationToken cancel) => (await Of(origin, cancel)).Count > 0;

    /// <summary>The next look reads them, also behind a reading that is under way: an application has just been changed here.</summary>
    public void Forget() => Interlocked.Increment(ref changes);

    /// <summary>As browsers write it (RFC 6454 §6.2); null for the scheme of a native application, which has none.</summary>
    internal static string? OriginOf(string redirectUri) =>
        Uri.TryCreate(redirectUri, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

    public void Dispose() => turn.Dispose();

    private async ValueTask<Known> Fresh(CancellationToken cancel)
    {
        if (StillKnown() is { } at) return at;

        await turn.WaitAsync(cancel);
        try
        {
            if (StillKnown() is { } other) return other;
            var read = await Read(cancel);
            Volatile.Write(ref known, read);
            return read;
        }
        finally
        {
            turn.Release();
        }
    }

    private Known? StillKnown() =>
        Volatile.Read(ref known) is { } at && at.Changes == Volatile.Read(ref changes) && clock.GetElapsedTime(at.ReadAt) < MaxAge
            ? at : null;

    private async ValueTask<Known> Read(CancellationToken cancel)
    {
        var (before, readAt) = (Volatile.Read(ref changes), clock.GetTimestamp());
        var rows = await database.Query(
            InUse, [], row => (App: row.GetString(0), Uris: row.GetString(1).Split('\n', StringSplitOptions.RemoveEmptyEntries)), cancel);
        var apps = rows
            .SelectMany(row => row.Uris.Select(OriginOf).OfType<string>().Select(origin => (Origin: origin, row.App)))
            .GroupBy(pair => pair.Origin, pair => pair.App, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        return new Known(apps, readAt, before);
    }

    private sealed record Known(FrozenDictionary<string, FrozenSet<string>> Apps, long ReadAt, int Changes);

    // Across tenants: a preflight names neither an application nor a tenant.
    private static readonly Statement InUse = new("""
        select app_id, redirect_uris
        from access_app
        where not disabled
        """);
}
