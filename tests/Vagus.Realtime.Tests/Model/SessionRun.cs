namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// One run: clients of one gateway, random commands drawn from a seed, and at the end the judgement of all that they heard.
/// </summary>
internal sealed partial class SessionRun(Surroundings world, bool isRaw, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Random random = new(seed);
    private readonly List<ModelClient> clients = [];
    private readonly List<string> commands = [];
    private Task writing = Task.CompletedTask;

    private Draws Draw => field ??= new Draws(random);
    private RecordSteps Records => field ??= new RecordSteps(world, random, commands.Add);
    private PeopleSteps People => field ??= new PeopleSteps(world, random, commands.Add);

    public async Task Play(int length)
    {
        try
        {
            for (var count = 1 + random.Next(2); count > 0; count--) clients.Add(await NewClient());
            for (var step = 0; step < length; step++) await Step();
            await Settle();
            Judge();
        }
        finally
        {
            await writing;
            await world.Records.Known();
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    /// <summary>What was done, for the message of a failure.</summary>
    public string Script => string.Join(Environment.NewLine, commands.Select(command => "  " + command));

    private async Task<ModelClient> NewClient()
    {
        var rights = Draw.Rights();
        commands.Add($"client {clients.Count} is {rights}");
        var person = await world.Clinic.SignIn(
            rights.Role, patient: rights.Own is [var own, ..] ? own : null, sensitive: rights.SeesLabelled);
        ModelClient client = isRaw ? new RawModelClient(world, person, rights) : new SocketModelClient(world, person, rights);
        await client.Connect(WayIn.Plain);
        return client;
    }

    private async Task Step()
    {
        var client = clients[random.Next(clients.Count)];
        world.ThrowIfBroken();
        world.Tally.CountStep();
        var task = random.Next(4) == 0 ? StepOfRights(client) : random.Next(1000) switch
        {
            < 240 => Write(1 + random.Next(3), size: 10),
            < 330 => Write(20 + random.Next(180), size: random.Next(2_000)),
            < 350 => Write(300 + random.Next(300), size: random.Next(1_000)),
            < 400 => WriteBeside(),
            < 620 => Subscribe(client),
            < 690 => Unsubscribe(client),
            < 760 => ComeBack(client, client.Cut, "cut"),
            < 775 => CutInReplay(client),
            < 820 => ComeBack(client, client.LoseSight, "half-open"),
            < 870 => Pace(client),
            < 910 => Freeze(client),
            < 950 => Listen(client),
            < 965 => Renew(client),
            < 971 => SignOut(client),
            < 977 => Forget(),
            < 988 => ForgetInCatchUp(client),
            < 990 => ReplaySlowly(client),
            < 995 => Restart(),
            _ => LetOwedRunOut(client),
        };
        await task;
    }

    private Task StepOfRights(ModelClient client) => random.Next(100) switch
    {
        < 45 => Records.Change(),
        < 65 => Records.Tell(),
        < 70 => Records.SetPolicy(Records.AnyPolicy()),
        < 85 => ChangeRights(client),
        < 90 => ChangeRightsOnTheWayIn(client),
        < 94 => NarrowBeforeFrozen(client),
        _ => NarrowInReplay(client),
    };

    private Task Write(int count, int size)
    {
        commands.Add($"write {count} of {size} bytes from {world.Log.Head + 1}");
        return WriteNow(count, size);
    }

    private async Task WriteNow(int count, int size)
    {
        await writing;
        await world.Log.Write(world.Clinic, world.Tenant, Draw.Drafts(count, size), world.Now);
    }

    /// <summary>Goes on writing while the next commands are carried out.</summary>
    private async Task WriteBeside()
    {
        await writing;
        commands.Add("write beside");
        var transactions = Enumerable.Range(0, 10 + random.Next(40)).Select(_ => Draw.Drafts(1 + random.Next(4), size: 200)).ToArray();
        writing = Task.Run(async () =>
        {
            foreach (var some in transactions) await world.Log.Write(world.Clinic, world.Tenant, some, world.Now);
        });
    }

    private async Task Subscribe(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen) return;

        long? since = random.Next(5) switch
        {
            < 2 => null,
            2 => random.Next(2) == 0 ? client.Place : 0,
            _ => Math.Max(0, world.Log.Head - random.Next(random.Next(4) == 0 ? 2_000 : 300)),
        };
        var wish = Draw.Wish(isRaw);
        commands.Add($"{Name(client)} subscribes since {since}");
        await client.Subscribe(wish, since, random.Next(3));
        await Answered(client);
    }

    private async Task Unsubscribe(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen || !client.IsQuiet || client.Known.Count == 0) return;

        commands.Add($"{Name(client)} unsubscribes");
        await client.Unsubscribe(client.Known.Order().ElementAt(random.Next(client.Known.Count)));
        await Answered(client);
    }

    /// <summary>Two times of three the answer is waited for; otherwise the next command comes into the middle.</summary>
    private async Task Answered(ModelClient client)
    {
        if (random.Next(3) == 0) return;
        if (!await client.Until(() => client.IsQuiet || !client.IsOpen, Patience)) Fail("a request was not answered", client);
    }

    private async Task ComeBack(ModelClient client, Action leave, string how)
    {
        leave();
        var way = (WayIn)random.Next(3);
        if (random.Next(3) == 0) await Write(1 + random.Next(80), size: 100);
        commands.Add($"{Name(client)}: {how}, comes back {way} from {client.Place}");
        await Connect(client, way);
        if (how == "half-open") world.Tally.Saw(Reached.TakenOver);
    }

    /// <summary>The line breaks while a replay is on its way: sent, and not received.</summary>
    private async Task CutInReplay(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen) return;

        commands.Add($"{Name(client)} is cut in a replay and comes back as the same");
        client.Read(TimeSpan.FromMilliseconds(2));
        await client.Subscribe(Wish.Everything, since: Math.Max(0, world.Log.Head - 300), number: 0);
        await client.Until(() => client.IsQuiet || !client.IsOpen, TimeSpan.FromMilliseconds(500));
        client.LoseSight();
        await Connect(client, WayIn.Same);
    }

    private async Task Connect(ModelClient client, WayIn way)
    {
        try
        {
            await client.Connect(way);
        }
        catch (IOException closed)
        {
            // The server may close a connection before it has let it in, if it says so.
            commands.Add($"{Name(client)} was not let in: {closed.Message}");
        }
    }

    private Task Pace(ModelClient client)
    {
        commands.Add($"{Name(client)} reads slowly");
        client.Read(TimeSpan.FromMilliseconds(random.Next(4)));
        return Task.CompletedTask;
    }

    private Task Freeze(ModelClient client)
    {
        commands.Add($"{Name(client)} is frozen");
        client.Freeze();
        return Task.CompletedTask;
    }

    private async Task Listen(ModelClient client)
    {
        commands.Add($"{Name(client)} listens");
        client.Read(TimeSpan.Zero);
        await client.Until(() => client.PlaceOnThisLine >= world.Log.Head || !client.IsOpen, TimeSpan.FromMilliseconds(random.Next(200)));
    }

    private async Task Renew(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen) return;

        commands.Add($"{Name(client)} renews");
        await client.Renew();
    }

    private async Task SignOut(ModelClient client)
    {
        if (!client.IsOpen) return;

        commands.Add($"{Name(client)} signs out");
        client.Read(TimeSpan.Zero);
        await client.SignOut();
        if (!await client.Until(() => !client.IsOpen, Patience)) Fail("a session that ended is still open", client);
        world.Tally.Saw(Reached.SignedOut);
    }

    /// <summary>The log's retention passes over what was written so far.</summary>
    private async Task Forget()
    {
        await writing;
        commands.Add("retention");
        Advance(TimeSpan.FromMinutes(3));
        await Write(1, size: 10);
        await world.Log.Sweep(world.Clinic, world.Tenant);
    }

    /// <summary>
    /// The same in the middle of a catch-up: more than all buffers take is written, and forgotten before the client reads on.
    /// </summary>
    private async Task ForgetInCatchUp(ModelClient client)
    {
        if (client.IsOpen && !client.IsFrozen) await client.Subscribe(Wish.Everything, since: null, number: 0);
        await client.Until(() => client.IsQuiet, TimeSpan.FromSeconds(1));
        await Freeze(client);
        for (var round = 0; round < 5; round++) await Write(200, size: Draws.Large);
        await Forget();
        await Pace(client);
    }

    /// <summary>A replay that takes many times as long as it takes until a position is due.</summary>
    private async Task ReplaySlowly(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen) return;

        for (var round = 0; round < 4; round++) await Write(200, size: Draws.Large);
        commands.Add($"{Name(client)} replays slowly");
        client.Read(TimeSpan.FromMilliseconds(1));
        await client.Subscribe(Wish.Everything, since: world.Log.Head - 800, number: 1);
        await client.Subscribe(Wish.Everything, since: world.Log.Head - 400, number: 2);
    }

    private async Task Restart()
    {
        await writing;
        await world.Records.Known();
        var isKilled = random.Next(2) == 0;
        commands.Add(isKilled ? "killed" : "restart");
        foreach (var client in clients)
        {
            client.Read(TimeSpan.Zero);
            client.MayBeClosed(1012, 1001, 0);
        }

        await world.Restart(isKilled);
        if (random.Next(2) == 0) await Records.Change();
    }

    private async Task ChangeRights(ModelClient client)
    {
        await People.Change(client, Name(client), comingBack: null);
        await EndsSoon(client);
    }

    private async Task ChangeRightsOnTheWayIn(ModelClient client)
    {
        client.Cut();
        var way = (WayIn)random.Next(3);
        await People.Change(client, Name(client), () => Connect(client, way));
        await EndsSoon(client);
    }

    /// <summary>A line that is read is closed; one that is not may stay as it is until it is read again.</summary>
    private async Task EndsSoon(ModelClient client)
    {
        if (!client.IsOpen || (client.IsFrozen && random.Next(2) == 0)) return;

        client.Read(TimeSpan.Zero);
        if (!await client.Until(() => !client.IsOpen, Patience)) Fail("a session whose rights have changed is still open", client);
    }

    private Wish Everything => isRaw ? Wish.Everything with { Resources = ["*"] } : Wish.Everything;

    /// <summary>Large events that the client sees, if its role sees any.</summary>
    private async Task Flood(int count, ModelClient client)
    {
        await writing;
        commands.Add($"flood of {count} from {world.Log.Head + 1}");
        var order = Draws.LargeOrder(client.Rights);
        for (; count > 0; count -= 50)
            await world.Log.Write(world.Clinic, world.Tenant, [.. Enumerable.Repeat(order, Math.Min(count, 50))], world.Now);
    }

    private async Task LetOwedRunOut(ModelClient client)
    {
        if (!client.IsOpen || client.IsFrozen || !client.IsOwed || client.Place >= world.Log.Head) return;

        commands.Add($"{Name(client)} does not claim what it is owed");
        var place = client.Place;
        Advance(TimeSpan.FromSeconds(31));
        if (!await client.Until(() => client.Place > place || !client.IsOpen, Patience)) Fail("no gap was told", client);
    }

    private void Advance(TimeSpan by)
    {
        world.Clinic.Clock.Advance(by);
        foreach (var client in clients)
        {
            client.OwedRanOut();
            client.Aged();
        }
    }

    /// <summary>All clients read, come back if they are away, and have to be told that they are at the end of the log.</summary>
    private async Task Settle()
    {
        commands.Add("the end");
        await writing;
        await world.Records.Known();
        foreach (var client in clients)
        {
            client.Read(TimeSpan.Zero);
            var until = DateTime.UtcNow + Patience;
            while (!await AtTheEnd(client))
            {
                world.ThrowIfBroken();
                if (client.IsOpen || DateTime.UtcNow > until)
                    Fail($"silent: no place at the end of the log, {world.Log.Head}, was told", client);
                await Connect(client, (WayIn)random.Next(3));
            }

            world.Tally.Saw(Reached.Live);
        }
    }

    private async Task<bool> AtTheEnd(ModelClient client)
    {
        if (client.IsOpen && client.IsOwed) await LetOwedRunOut(client);
        await client.Until(() => (client.PlaceOnThisLine >= world.Log.Head && client.IsQuiet) || !client.IsOpen, Patience);
        return client.IsOpen && client.PlaceOnThisLine >= world.Log.Head && client.IsQuiet;
    }

    private void Judge()
    {
        foreach (var client in clients)
        {
            if (client.Fault() is { } fault) Assert.Fail(fault);
        }

        world.ThrowIfBroken();
    }

    private string Name(ModelClient client) => $"client {clients.IndexOf(client)}";

    private static void Fail(string fault, ModelClient client) => Assert.Fail(fault + client.Told());
}
