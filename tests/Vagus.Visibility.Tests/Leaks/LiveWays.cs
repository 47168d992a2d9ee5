using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Sockets while the records are written, and replays from the beginning: <c>/ws</c> with the content of resources, Socket.IO with
/// catalogue events, each once asking for everything and once for the patient by name. Tokens with scopes open no live connection.
/// </summary>
internal sealed class LiveWays(LeakScene scene, Tally tally) : IAsyncDisposable
{
    private readonly List<(Asker Asker, RawListener Raw, SocketListener Socket)> live = [];

    public static async Task<LiveWays> Listen(LeakScene scene, Tally tally)
    {
        var ways = new LiveWays(scene, tally);
        foreach (var asker in scene.Askers.Where(asker => asker.Scopes is null))
        {
            var socket = await SocketListener.Open(scene.Clinic.House, asker.Person);
            await socket.Subscribe(new { eventTypes = (string[])["*"], patientIds = (string[])[LeakScene.Patient, LeakScene.Other] });
            ways.live.Add((asker, await RawListener.Open(scene.Clinic.House, asker.Person, patients: Named(asker)), socket));
        }

        return ways;
    }

    public async Task Check()
    {
        foreach (var (asker, raw, socket) in live)
        {
            await raw.Settle(asker.Clinic);
            await socket.Settle(asker.Clinic);
            Check(asker, Way.LiveRaw, raw, onlyOfPatient: true);
            CheckEvents(asker, Way.LiveSocket, socket);
        }

        foreach (var (asker, _, _) in live)
        {
            await using var raw = await RawListener.Open(scene.Clinic.House, asker.Person, since: 0);
            await using var socket = await SocketListener.Open(scene.Clinic.House, asker.Person, since: 0);
            await raw.Settle(asker.Clinic);
            await socket.Settle(asker.Clinic);
            // Changes of what is shared are read by patients, and not told to them.
            Check(asker, Way.ReplayRaw, raw, onlyOfPatient: asker.Person.Role == Role.Patient);
            CheckEvents(asker, Way.ReplaySocket, socket);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, raw, socket) in live)
        {
            await raw.DisposeAsync();
            await socket.DisposeAsync();
        }
    }

    // Staff ask live for the patients by name, patients for everything.
    private static string[] Named(Asker asker) => asker.Person.Role == Role.Patient ? [] : [LeakScene.Patient, LeakScene.Other];

    private void Check(Asker asker, Way way, Listener listener, bool onlyOfPatient)
    {
        foreach (var made in scene.Pairs.Records.Where(made => made.Id != LeakScene.Other))
        {
            var told = listener.Updates.Where(heard => heard.Resource == made.Reference).ToList();
            var sees = asker.Sees(made) && (!onlyOfPatient || made.Patients.Contains(LeakScene.Patient));
            var whole = told.Exists(heard => heard.HasContent && heard.Text.Contains(RecordMaker.Secret, StringComparison.Ordinal));
            Assert.True(sees ? whole : told.Count == 0, $"{asker}, {way}: {made.Reference}");
            tally.Count(way, found: sees);
        }

        SaysNothing(asker, way, listener);
    }

    private void CheckEvents(Asker asker, Way way, Listener listener)
    {
        SaysNothing(asker, way, listener);
        var told = listener.Events.Count(heard => heard.Text.Contains(LeakScene.Canary, StringComparison.Ordinal));
        if (scene.Pairs.Records.Exists(made => made.Type == "Observation" && asker.Sees(made)))
            Assert.True(told > 0, $"{asker}, {way}: no event was heard.");
        for (var each = 0; each < Math.Max(1, told); each++) tally.Count(way, found: told > 0);
    }

    /// <summary>Who sees none of the records hears no word of them.</summary>
    private void SaysNothing(Asker asker, Way way, Listener listener)
    {
        if (scene.Pairs.Records.Exists(made => made.Id != LeakScene.Other && asker.Sees(made))) return;
        foreach (var word in new[] { LeakScene.Canary, RecordMaker.Secret, LeakScene.Patient })
            Assert.DoesNotContain(listener.All, heard => heard.Text.Contains(word, StringComparison.Ordinal));
        tally.Count(way, found: false);
    }
}
