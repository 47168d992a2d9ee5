using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// A generated record of every type × every search parameter × every way in × those who may and those who may not: another patient,
/// another tenant, a label, a release, a scope. Each way is shown to find its canary for the one who may.
/// </summary>
/// <param name="house">The server on one engine.</param>
/// <param name="share">Each asker searches for every so many-th pair of a type and a parameter, so that each is searched for by some.</param>
/// <param name="fewest">Cases.</param>
public abstract class LeakMatrixTests(House house, int share, int fewest)
{
    private const string CareTag = $"{RecordMaker.System}|{LeakScene.Canary}-tag";
    private static readonly Way[] OfSubscriptions = [Way.Subscription, Way.SubscriptionOfTopic, Way.SubscriptionOfEvents];
    private readonly Tally tally = new();

    [Fact]
    public async Task What_is_out_of_reach_comes_out_by_no_way_and_what_is_within_reach_by_every_way()
    {
        var searched = await LeakScene.Searched(house);
        await Plain(searched);
        await Labelled(searched);
        await Withheld(searched);

        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        Assert.InRange(tally.All, fewest, int.MaxValue);
        IsAsked(Enum.GetValues<Way>().Except(OfSubscriptions));
    }

    [Fact]
    public async Task What_is_out_of_reach_is_told_to_no_receiver_and_what_is_within_reach_is()
    {
        var searched = await LeakScene.Searched(house);
        var (plain, labelled) = (await LeakScene.Open(house, searched, share), await LeakScene.Open(house, searched, share));
        var elsewhere = await house.NewClinic();
        plain.AddBoss();
        plain.Add(await plain.Clinic.Has(Role.Provider), "provider", _ => true);
        plain.Add(await plain.Clinic.Has(Role.Patient, patient: LeakScene.Patient), "patient", _ => false);
        plain.Add(await elsewhere.Has(Role.Admin, sensitive: true), "administrator of another tenant", _ => false, elsewhere: elsewhere);
        plain.Add(plain.Boss, "administrator below scopes", _ => true, "user/*.cruds");
        plain.Add(plain.Boss, "administrator below scopes to read", _ => false, "user/*.rs");
        var apps = await plain.Clinic.Has(Role.Provider);
        const string subscribes = "patient/*.rs patient/Subscription.cruds";
        plain.Add(apps, "scope of the patient", made => IsOf(made, LeakScene.Patient), subscribes, LeakScene.Patient);
        plain.Add(apps, "scope of another patient", made => IsOf(made, LeakScene.Other), subscribes, LeakScene.Other);
        plain.Add(
            apps, "granular scope", made => made.Id != LeakScene.Other, $"{Granular(searched, CareTag)} user/Subscription.cruds");
        plain.Add(
            apps, "another granular scope", _ => false, $"{Granular(searched, $"{RecordMaker.System}|none")} user/Subscription.cruds");
        labelled.Add(await labelled.Clinic.Has(Role.Provider, sensitive: true), "provider with the permission", _ => true);
        labelled.Add(await labelled.Clinic.Has(Role.Provider), "provider without the permission", made => made.Id == LeakScene.Other);

        await new SubscriptionWays(plain, tally).Ask(change: null);
        await new SubscriptionWays(labelled, tally).Ask(resource => LeakScene.Label(resource, Records.Restricted));

        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        IsAsked(OfSubscriptions);
    }

    private void IsAsked(IEnumerable<Way> ways)
    {
        Assert.All(ways, way => Assert.True(tally.Of(way, found: false) > 0, $"{way} was asked by nobody who may not."));
        Assert.All(
            ways.Except([Way.Change]), way => Assert.True(tally.Of(way, found: true) > 0, $"{way} was not shown to find its canary."));
    }

    private async Task Plain(List<(string Type, List<string> Parameters)> searched)
    {
        var scene = await LeakScene.Open(house, searched, share);
        var (clinic, provider) = (scene.Clinic, await scene.Clinic.Has(Role.Provider));
        var elsewhere = await house.NewClinic();
        var stranger = await elsewhere.Has(Role.Admin, sensitive: true);
        scene.AddBoss();
        scene.Add(await clinic.Has(Role.Patient, patient: LeakScene.Patient), "patient", made => IsOf(made, LeakScene.Patient));
        scene.Add(await clinic.Has(Role.Patient, patient: LeakScene.Other), "another patient", made => IsOf(made, LeakScene.Other));
        scene.Add(stranger, "administrator of another tenant", _ => false, elsewhere: elsewhere);
        scene.Add(provider, "scope of the patient", made => IsOf(made, LeakScene.Patient), "patient/*.rs", LeakScene.Patient);
        scene.Add(provider, "scope of another patient", made => IsOf(made, LeakScene.Other), "patient/*.rs", LeakScene.Other);
        scene.Add(provider, "granular scope", made => made.Id != LeakScene.Other, Granular(searched, CareTag));
        scene.Add(provider, "another granular scope", _ => false, Granular(searched, $"{RecordMaker.System}|none"));
        await Ask(scene);
    }

    private async Task Labelled(List<(string Type, List<string> Parameters)> searched)
    {
        var scene = await LeakScene.Open(house, searched, share);
        scene.Add(await scene.Clinic.Has(Role.Provider, sensitive: true), "provider with the permission", _ => true);
        scene.Add(await scene.Clinic.Has(Role.Provider), "provider without the permission", made => made.Id == LeakScene.Other,
            open: _ => true);
        scene.Add(await scene.Clinic.Has(Role.Patient, patient: LeakScene.Patient), "patient of a labelled record", _ => false,
            open: made => IsOf(made, LeakScene.Patient));
        await Ask(scene, resource => LeakScene.Label(resource, Records.Restricted));
    }

    private async Task Withheld(List<(string Type, List<string> Parameters)> searched)
    {
        var scene = await LeakScene.Open(house, searched, share);
        scene.Add(await scene.Clinic.Has(Role.Provider), "provider of a withheld record", _ => true);
        scene.Add(await scene.Clinic.Has(Role.Patient, patient: LeakScene.Patient), "patient before release", _ => false,
            open: made => IsOf(made, LeakScene.Patient));
        await Ask(scene, resource => LeakScene.Label(resource, Records.Withheld));
        await Released(scene);
    }

    /// <summary>The same record, released: now its patient finds what it may.</summary>
    private async Task Released(LeakScene scene)
    {
        var patient = scene.Askers.Single(asker => asker.Person.Role == Role.Patient).Person;
        await scene.Write(resource => LeakScene.Label(resource, Records.Normal), again: true);
        var asker = scene.Add(patient, "patient after release", made => IsOf(made, LeakScene.Patient));
        await new SearchWays(asker, scene.Pairs, tally).Batches();
    }

    private async Task Ask(LeakScene scene, Action<JsonObject>? change = null)
    {
        await using var listeners = await LiveWays.Listen(scene, tally);
        await using var searches = await OpenSearchWays.Open(scene, tally);
        await scene.Write(change);
        await listeners.Check();
        await searches.Check();
        foreach (var (asker, turn) in scene.Askers.Select((asker, index) => (asker, index)))
        {
            await new AuditWays(asker, scene, tally).Ask();
            var search = new SearchWays(asker, scene.Pairs, tally);
            await search.Batches();
            await search.Requests(turn);
            await new PlaceWays(asker, scene.Pairs, tally).Ask();
            var instances = new InstanceWays(asker, scene.Pairs, tally);
            await instances.Batches();
            await instances.Requests();
            await new HistoryWays(asker, scene.Pairs, tally).Ask();
            await new OperationWays(asker, scene.Pairs, tally).Ask();
            await new ClinicWays(asker, scene.Pairs, tally).Ask();
            await new ExportWays(asker, scene.Pairs, tally).Ask();
        }

        await searches.CheckPages();
        var joined = await JoinedRecords.Write(scene);
        foreach (var asker in scene.Askers) await new JoinWays(asker, scene.Pairs, joined, tally).Ask();
        await joined.Delete(scene.Boss);

        // Last: what a condition creates would be found by the searches.
        foreach (var search in scene.Askers.Select(asker => new SearchWays(asker, scene.Pairs, tally)))
        {
            await search.ConditionalPatches();
            await search.ConditionalReferences();
            await search.ConditionalCreates();
        }
    }

    private static bool IsOf(Made made, string patient) => made.Patients.Contains(patient) || RoleGrants.Shared.Contains(made.Type);

    private static string Granular(List<(string Type, List<string> Parameters)> searched, string tag) =>
        string.Join(' ', searched.Select(each => $"user/{each.Type}.rs?_tag={Uri.EscapeDataString(tag)}"));
}

/// <summary>
/// How much of the matrix is asked: each asker's every so many-th search, the next asker's those after them. VAGUS_LEAK_SHARE=1 asks all of
/// them on both engines.
/// </summary>
internal static class LeakShare
{
    public static int Of(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("VAGUS_LEAK_SHARE"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : usual;
}

public sealed class LeakMatrixOnSqlite(SqliteHouse house) : LeakMatrixTests(house, LeakShare.Of(2), fewest: 50_000);

// A search is one text for both engines: fewer are asked on the other.
public sealed class LeakMatrixOnPostgres(PostgresHouse house) : LeakMatrixTests(house, LeakShare.Of(6), fewest: 15_000);
