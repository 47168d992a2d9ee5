namespace Vagus.Realtime.Tests.Model;

/// <summary>Steps that narrow a record at the moments at which a replay could miss it.</summary>
internal sealed partial class SessionRun
{
    /// <summary>More than all buffers take is written, then a record; somebody loses sight of it before the client reads on.</summary>
    private async Task NarrowBeforeFrozen(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen) return;

        await client.Subscribe(Everything, since: null, number: 0);
        await client.Until(() => client.IsQuiet || !client.IsOpen, Patience);
        await Freeze(client);
        await Flood(600, client);
        var record = Records.Any;
        await Records.Show(record, 3);
        await Flood(50, client);
        await Records.Narrow(record);
        await Pace(client);
    }

    /// <summary>
    /// Somebody loses sight of a record, or of all that fills the log, while a replay is on its way that has not come to it yet.
    /// </summary>
    private async Task NarrowInReplay(ModelClient client)
    {
        var record = Records.Any;
        var since = world.Log.Head;
        // All in one page of the replay, and the record behind what lies between server and client.
        await Flood(130, client);
        await Records.Show(record, 3);
        await Flood(100, client);
        client.Cut();
        commands.Add($"{Name(client)} comes back and replays slowly from {since}");
        await Connect(client, WayIn.Plain);
        client.Read(TimeSpan.FromMilliseconds(4));
        await client.Subscribe(Everything, since, number: 0);
        await client.Until(() => client.IsQuiet || !client.IsOpen, Patience);
        if (random.Next(2) == 0) await Records.Narrow(record);
        else await Records.SetPolicy(
            new Policy(IsOpen: false, client.Rights.Role == Role.Patient ? Role.Provider : client.Rights.Role, "lab."));
        if (random.Next(2) == 0) client.Read(TimeSpan.Zero);
    }
}
