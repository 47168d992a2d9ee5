using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Matrix;

/// <summary>
/// One of every role, with and without the permission, some with that for one category, patients and a proxy; each listens on both
/// sockets and went away from a third.
/// </summary>
internal sealed class Crowd(Clinic clinic) : IAsyncDisposable
{
    public List<Member> Members { get; } = [];

    public static async Task<Crowd> Gather(Clinic clinic, long since)
    {
        var crowd = new Crowd(clinic);
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.Patient))
        {
            var practitioner = role == Role.Driver ? "d1" : null;
            await crowd.Add(await clinic.Has(role, practitioner: practitioner), since);
            await crowd.Add(await clinic.Has(role, sensitive: true, practitioner: practitioner), since);
        }

        foreach (var role in new[] { Role.Admin, Role.Provider, Role.Lab })
            await crowd.Add(await clinic.Has(role, labels: Sensitivity.Restricted), since);

        await crowd.Add(await clinic.Has(Role.Patient, patient: "p1"), since);
        await crowd.Add(await clinic.Has(Role.Patient, sensitive: true, patient: "p1"), since);
        await crowd.Add(await clinic.Has(Role.Patient, patient: "p2"), since);
        await crowd.Add(await clinic.Has(Role.Patient, patient: "p9", dependants: ["p2"]), since);
        return crowd;
    }

    /// <summary>The administrator with the same permission.</summary>
    public Member TwinOf(Member member) =>
        Members.Single(other => other.Person.Role == Role.Admin && other.Person.SeesLabels == member.Person.SeesLabels);

    public async Task Settle()
    {
        var last = (await clinic.House.Get<Storage.Log.EventLog>().Extent(clinic.Tenant, CancellationToken.None)).Last;
        await Members.Single(member => member.Person is { Role: Role.Admin, SeesLabels: Sensitivity.All }).Raw.HearUpTo(last);
        foreach (var member in Members)
        {
            await member.Raw.Settle(last);
            await member.Socket.Settle(last);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.Raw.DisposeAsync();
            await member.Socket.DisposeAsync();
        }
    }

    private async Task Add(Person person, long since)
    {
        var gone = await SocketListener.Open(clinic.House, person);
        await gone.DisposeAsync();
        Members.Add(
            new Member(
            person, await SocketListener.Open(clinic.House, person), await RawListener.Open(clinic.House, person), gone.Pid!, since));
    }
}

/// <summary>Somebody of the crowd.</summary>
internal sealed record Member(Person Person, SocketListener Socket, RawListener Raw, string Pid, long Since)
{
    /// <summary>Everything since the crowd gathered, asked for anew on both sockets, and by the connection that went away.</summary>
    public async Task<(List<Heard> Socket, List<Heard> Raw, List<Heard> Recovered)> Replays(Clinic clinic)
    {
        var house = clinic.House;
        await using var socket = await SocketListener.Open(house, Person, Since);
        await using var raw = await RawListener.Open(house, Person, Since);
        await using var recovered = await SocketListener.Open(house, Person, Since, Pid);
        foreach (var listener in new Listener[] { socket, raw, recovered }) await listener.Settle(clinic);
        return (socket.All, raw.All, recovered.All);
    }
}
