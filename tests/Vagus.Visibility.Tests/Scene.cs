using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>
/// A clinic with an administrator who sees everything, two patients and a practitioner, and people who listen live and read back.
/// </summary>
internal sealed class Scene(Clinic clinic, Person boss) : IAsyncDisposable
{
    private readonly Dictionary<string, (Person Person, RawListener Live)> people = [];

    public Person Boss => boss;

    public Clinic Clinic => clinic;

    /// <summary>The records are there before anybody listens.</summary>
    public static async Task<Scene> Open(House house, params string[] records)
    {
        var clinic = await house.NewClinic();
        var scene = new Scene(clinic, await clinic.Has(Role.Admin, sensitive: true));
        await scene.Boss.Write([Records.Patient("p1"), Records.Patient("p2"), Records.Practitioner("dr"), .. records]);
        foreach (var role in Enum.GetValues<Role>().Where(role => role is not (Role.Patient or Role.Driver)))
        {
            await scene.Add($"{role}", await clinic.Has(role));
            await scene.Add($"{role}+", await clinic.Has(role, sensitive: true));
        }

        return scene;
    }

    public async Task<Person> Add(string name, Person person, string[]? patients = null)
    {
        people.Add(name, (person, await RawListener.Open(clinic.House, person, patients: patients)));
        return person;
    }

    /// <summary>What somebody has heard live so far.</summary>
    public Task<Listener> Hears(Role role, bool sensitive = false) => Hears($"{role}{(sensitive ? "+" : "")}");

    public async Task<Listener> Hears(string name)
    {
        await people["Admin+"].Live.HearUpTo(await Last());
        await people[name].Live.Settle(clinic);
        return people[name].Live;
    }

    /// <summary>What somebody gets who asks for everything from the beginning, now.</summary>
    public async Task<Listener> Replays(string name)
    {
        var replay = await RawListener.Open(clinic.House, people[name].Person, since: 0);
        await replay.Settle(clinic);
        return replay;
    }

    public async Task<string> TextOf(Role role, string type) => (await Hears(role)).Events.Single(heard => heard.Name == type).Text;

    /// <summary>Told to the role live and replayed with and without the permission; without it, not all is shown.</summary>
    public async Task IsTold(Role role, string type, string[] shows, string[] hides)
    {
        foreach (var listener in new[] { await Hears(role), await Replays($"{role}") })
        {
            var told = Assert.Single(listener.Events, heard => heard.Name == type);
            foreach (var id in shows) Assert.Contains(Records.Canary(id), told.Text, StringComparison.Ordinal);
            foreach (var id in hides) Assert.DoesNotContain(Records.Canary(id), told.Text, StringComparison.Ordinal);
        }

        foreach (var listener in new[] { await Hears(role, sensitive: true), await Replays($"{role}+") })
        {
            var told = Assert.Single(listener.Events, heard => heard.Name == type);
            foreach (var id in shows.Concat(hides)) Assert.Contains(Records.Canary(id), told.Text, StringComparison.Ordinal);
        }
    }

    public async Task IsNotTold(Role role, string type)
    {
        Assert.DoesNotContain((await Hears(role)).Events, heard => heard.Name == type);
        Assert.DoesNotContain((await Replays($"{role}")).Events, heard => heard.Name == type);
        Assert.Contains((await Hears(role, sensitive: true)).Events, heard => heard.Name == type);
        Assert.Contains((await Replays($"{role}+")).Events, heard => heard.Name == type);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, live) in people.Values) await live.DisposeAsync();
    }

    private async Task<long> Last() => (await clinic.House.Get<Storage.Log.EventLog>().Extent(clinic.Tenant, CancellationToken.None)).Last;
}
