using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Realtime.Tests.Model;

/// <summary>Steps of a run that change what a person may do. Each of them ends the person's sessions.</summary>
internal sealed class PeopleSteps(Surroundings world, Random random, Action<string> say)
{
    private static readonly string[] Patients = ["p1", "p2", "p3"];

    private ChangeUser Changes => world.Clinic.Get<ChangeUser>();

    /// <summary>Changes the person's rights while its client is connected, or on its way in.</summary>
    public async Task Change(ModelClient client, string name, Func<Task>? comingBack)
    {
        var (what, after, change) = Draw(client);
        say($"{name}: {what}{(comingBack is null ? "" : " while it comes back")}");
        if (comingBack is not null) await client.RefreshSignIn();
        var token = client.Person.Token;
        client.MayBeRefused = true;
        client.MayBeClosed(4401, 0);
        var coming = comingBack?.Invoke() ?? Task.CompletedTask;
        await change();
        client.Rights = after;
        client.SignInEnded();
        await coming;
        // A line that was opened in the middle began after it was first allowed to be closed.
        client.MayBeClosed(4401, 0);
        Assert.True(
            (await world.Clinic.Get<Authentication>().AuthenticateToken(token, default)).IsRefused,
            "a token of a session that ended is still good");
        world.Tally.Saw(comingBack is null ? Reached.RightsEnded : Reached.EndedOnTheWayIn);
    }

    private (string What, Rights After, Func<Task> Change) Draw(ModelClient client)
    {
        var (rights, user) = (client.Rights, client.Person.User);
        return random.Next(6) switch
        {
            0 => ("disabled and enabled", rights, () => DisableAndEnable(client)),
            < 3 =>
                ("sees labelled or no longer", rights with { SeesLabelled = !rights.SeesLabelled },
                () => Done(Changes.SetLabels(
                    world.Tenant, user, rights.SeesLabelled ? Sensitivity.None : Sensitivity.All, default))),
            _ => rights.Role == Role.Patient ? DrawProxy(rights, user) : DrawRole(rights, user),
        };
    }

    private (string What, Rights After, Func<Task> Change) DrawRole(Rights rights, UserId user)
    {
        var role = Rights.Staff[random.Next(Rights.Staff.Length)];
        return ($"is {role}", rights with { Role = role }, () => Done(Changes.SetRole(world.Tenant, user, role, default)));
    }

    private (string What, Rights After, Func<Task> Change) DrawProxy(Rights rights, UserId user)
    {
        var patient = Patients.Where(each => each != rights.Own[0]).ElementAt(random.Next(2));
        if (!rights.Own.Contains(patient))
        {
            return ($"proxy of {patient}", rights with { Own = [.. rights.Own, patient] },
                () => Done(Changes.GrantProxy(
                    world.Tenant, user, new PatientId(patient), new ProxyTerms(ProxyTerms.LegalRepresentative), default)));
        }

        world.Tally.Saw(Reached.ProxyRevoked);
        var left = rights with { Own = [.. rights.Own.Where(each => each != patient)] };
        return ($"no proxy of {patient} any more", left,
            () => Done(Changes.RevokeProxy(world.Tenant, user, new PatientId(patient), default)));
    }

    private async Task DisableAndEnable(ModelClient client)
    {
        await Done(Changes.Disable(world.Tenant, client.Person.User, default));
        world.Tally.Saw(Reached.Disabled);
        await Assert.ThrowsAsync<HttpRequestException>(() => world.Clinic.SignInAgain(client.Person));
        await Done(Changes.Enable(world.Tenant, client.Person.User, default));
    }

    private static async Task Done(ValueTask<Result<UserId>> change) => Assert.False((await change).IsRefused);
}
