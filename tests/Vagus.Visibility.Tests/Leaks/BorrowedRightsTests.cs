using System.Text.Json.Nodes;
using Vagus.Access.Authorization;
using Vagus.Identity.Administration;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// The matrix for rights that begin and end: a proxy's for a patient, and those of a session that has opened a record in an emergency.
/// Each is asked for before its begin, while it holds, and after its end.
/// </summary>
public abstract class BorrowedRightsTests(House house, int share)
{
    private static readonly Way[] Asked =
    [
        Way.Match, Way.Page, Way.Number, Way.Modifier, Way.Sorted, Way.Types, Way.Compartment, Way.Read, Way.Version, Way.ById,
        Way.HistoryOfType, Way.HistoryOfSystem, Way.Everything, Way.LiveRaw, Way.ReplayRaw,
    ];

    private readonly Tally tally = new();

    [Fact]
    public async Task A_proxy_sees_the_record_of_its_patient_from_the_begin_to_the_end_and_at_no_other_time()
    {
        var scene = await LeakScene.Open(house, await LeakScene.Searched(house), share);
        var (now, terms) = (TimeProvider.System.GetUtcNow(), new ProxyTerms(ProxyTerms.LegalRepresentative));
        await AddProxy(scene, "proxy", terms, holds: true);
        await AddProxy(scene, "proxy for an hour", terms with { From = now.AddHours(-1), Until = now.AddHours(1) }, holds: true);
        await AddProxy(scene, "proxy before the begin", terms with { From = now.AddHours(1) }, holds: false);
        await AddProxy(scene, "proxy after the end", terms with { Until = now.AddHours(1) }, holds: false, user => End(scene, user));
        await AddProxy(scene, "proxy that waits for a second person", terms with { AwaitsConfirmation = true }, holds: false);
        await AddProxy(scene, "proxy after the revocation", terms, holds: false, user => Revoke(scene, user));

        await Ask(scene, change: null);

        IsAsked();
    }

    [Fact]
    public async Task A_record_that_was_opened_in_an_emergency_is_seen_by_that_session_while_it_is_open()
    {
        var scene = await LeakScene.Open(house, await LeakScene.Searched(house), share);
        await scene.Boss.Write(scene.Pairs.Records.Where(made => made.Type == "Patient").Select(Labelled));
        await AddProvider(scene, "provider who opened nothing");
        await Break(await AddProvider(scene, "provider who opened the record", opensPatient: true), LeakScene.Patient);
        await Break(await AddProvider(scene, "provider who opened another record"), LeakScene.Other);
        var over = await AddProvider(scene, "provider whose opening is over");
        await Break(over, LeakScene.Patient);
        var ended = await over.Send(HttpMethod.Delete, $"/api/patients/{LeakScene.Patient}/break-glass");
        Assert.True(ended.Status == 204, ended.Text);

        await Ask(scene, resource => LeakScene.Label(resource, Records.Restricted));

        IsAsked(Way.Clinic, Way.ClinicList);
    }

    private async Task Ask(LeakScene scene, Action<JsonObject>? change)
    {
        await using var listeners = await LiveWays.Listen(scene, tally);
        await scene.Write(change);
        await listeners.Check();
        foreach (var asker in scene.Askers)
        {
            await new SearchWays(asker, scene.Pairs, tally).Batches();
            await new PlaceWays(asker, scene.Pairs, tally).Ask();
            await new InstanceWays(asker, scene.Pairs, tally).Batches();
            await new HistoryWays(asker, scene.Pairs, tally).Ask();
            await new ClinicWays(asker, scene.Pairs, tally).Ask();
        }
    }

    private void IsAsked(params Way[] more)
    {
        Way[] asked = [.. Asked, .. more];
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        Assert.All(asked, way => Assert.True(tally.Of(way, found: true) > 0, $"{way} was not shown to find its canary."));
        Assert.All(asked, way => Assert.True(tally.Of(way, found: false) > 0, $"{way} was asked by nobody who may not."));
    }

    private async Task AddProxy(LeakScene scene, string name, ProxyTerms terms, bool holds, Func<UserId, Task>? afterwards = null)
    {
        var email = $"{name.Replace(' ', '-')}@example.org";
        var own = new PatientId($"kooi-own-{scene.Askers.Count}");
        var user = await house.Add(new NewUser(scene.Clinic.Tenant, email, "Somebody", Role.Patient) { Patient = own });
        var granted = await house.Get<ChangeUser>().GrantProxy(
            scene.Clinic.Tenant, user, new PatientId(LeakScene.Patient), terms, CancellationToken.None);
        Assert.False(granted.IsRefused);
        if (afterwards is not null) await afterwards(user);
        var (token, _) = await house.SignIn(email, Role.Patient, scene.Clinic.Tenant);
        scene.Add(
            new Person(house, user, Role.Patient, name, token), name,
            made => (holds && made.Patients.Contains(LeakScene.Patient)) || RoleGrants.Shared.Contains(made.Type));
    }

    private Task End(LeakScene scene, UserId user) => house.Get<GroupCommit>().Write<int>(
        scene.Clinic.Tenant,
        async (write, cancel) => await write.Execute(EndProxy, [1_000_000L, write.Tenant.Value, user.Value], cancel),
        CancellationToken.None).AsTask();

    private async Task Revoke(LeakScene scene, UserId user) => Assert.False((await house.Get<ChangeUser>().RevokeProxy(
        scene.Clinic.Tenant, user, new PatientId(LeakScene.Patient), CancellationToken.None)).IsRefused);

    // What is shared is of no patient: an opening shows none of it that is labelled.
    private static async Task<Asker> AddProvider(LeakScene scene, string name, bool opensPatient = false) => scene.Add(
        await scene.Clinic.Has(Role.Provider), name,
        made => made.Id == LeakScene.Other || (opensPatient && made.Patients.Contains(LeakScene.Patient)), open: _ => true);

    private static async Task Break(Asker asker, string patient)
    {
        var broken = await asker.Send(
            HttpMethod.Post, $"/api/patients/{patient}/break-glass", """{"reason":"Shock","purpose":"BTG"}""", "application/json");
        Assert.True(broken.Status == 201, $"{asker}: {broken.Text}");
    }

    private static string Labelled(Made made)
    {
        var resource = made.Resource.DeepClone().AsObject();
        if (made.Id != LeakScene.Other) LeakScene.Label(resource, Records.Restricted);
        return resource.ToJsonString();
    }

    private static readonly Statement EndProxy = new("""
        update access_proxy
        set until_at = @until_at
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}

public sealed class BorrowedRightsOnSqlite(SqliteHouse house) : BorrowedRightsTests(house, LeakShare.Of(12));

public sealed class BorrowedRightsOnPostgres(PostgresHouse house) : BorrowedRightsTests(house, LeakShare.Of(24));
