using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>
/// Random grants and random resources: what the statements give is what the grants cover, and more grants never hide a row.
/// </summary>
public abstract class GrantTests(FhirServer server)
{
    private const string Tenant = "(select n.number from fhir_name n where n.tenant_id = @p0 and n.kind = 0 and n.name = '')";
    private const string Type = "(select n.number from fhir_name n where n.tenant_id = @p0 and n.kind = 1";
    private const string OfPatient =
        $"select c.rid from fhir_compartment c where c.tenant_number = {Tenant} and c.patient_id = @p1";
    private const string References = $"select x.rid from fhir_reference x where x.tenant_number = {Tenant}";
    private const int Resources = 60;
    private const int Rounds = 80;
    private static readonly string[] Types = ["Observation", "Task", "Practitioner"];
    private static readonly string[] People = ["Practitioner/d1", "Practitioner/d2", "Practitioner/d3"];
    private static readonly string[] Patients = ["a", "b", "c"];

    private static readonly (string Code, Sensitivity Category)[] Labels =
        [("R", Sensitivity.Restricted), ("SUD", Sensitivity.SubstanceUse), ("HIV", Sensitivity.Hiv), ("PSY", Sensitivity.MentalHealth)];

    private static readonly RowCriterion[] Closed =
    [
        new("status", "unheard-of"), new("no-such", "1"), new("status:not", "final"), new("date", "2026"), new("value-quantity", "1"),
        new("status", "a\0b"),
    ];

    [Fact]
    public async Task Statements_give_exactly_what_the_grants_cover_and_a_further_grant_hides_nothing()
    {
        var random = new Random(42);
        var clinic = await Clinic.Open(server);
        var rows = await Fill(clinic, random);
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Nurse, new SessionId("s"));
        var seen = 0;

        for (var round = 0; round < Rounds; round++)
        {
            var grants = Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomGrant(random)).ToList();
            foreach (var type in Types)
            {
                foreach (var interaction in new[] { ResourceInteractions.Read, ResourceInteractions.Search })
                {
                    HashSet<string> before = [];
                    for (var count = 0; count <= grants.Count; count++)
                    {
                        var reach = new Reach(caller, RowScope.Everything, [.. grants.Take(count)]);
                        var covered = rows.Where(row => row.Value.Type == type && reach.Covers(interaction, row.Value))
                            .Select(row => row.Key).ToHashSet(StringComparer.Ordinal);

                        foreach (var kind in Enum.GetValues<RowsOf>())
                        {
                            Assert.Equal(covered.Order(), (await Found(reach, interaction, type, kind)).Order());
                        }

                        Assert.Superset(before, covered);
                        before = covered;
                        seen += covered.Count;
                    }
                }
            }
        }

        Assert.True(seen > Rounds, "The grants covered next to nothing.");
    }

    [Fact]
    public async Task Below_a_ceiling_statements_give_exactly_the_rows_that_both_give()
    {
        var random = new Random(43);
        var clinic = await Clinic.Open(server);
        var rows = await Fill(clinic, random);
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Nurse, new SessionId("s"));
        var (both, onlyOne) = (0, 0);

        for (var round = 0; round < Rounds; round++)
        {
            Grant[] grants = [RandomGrant(random), RandomGrant(random)];
            Grant[] ceiling = [RandomGrant(random) with { Types = ResourceTypes.All }, RandomGrant(random)];
            var below = grants.SelectMany(_ => ceiling, (grant, limit) => grant.And(limit)).OfType<Grant>().ToList();
            foreach (var (type, kind) in Types.SelectMany(_ => Enum.GetValues<RowsOf>(), (type, kind) => (type, kind)))
            {
                async Task<List<string>> Give(IReadOnlyList<Grant> of) =>
                    await Found(new Reach(caller, RowScope.Everything, of), ResourceInteractions.Read, type, kind);
                var (one, other) = (await Give(grants), await Give(ceiling));

                Assert.Equal(one.Intersect(other).Order(), (await Give(below)).Distinct().Order());
                both += one.Intersect(other).Count();
                onlyOne += one.Except(other).Count();
            }
        }

        Assert.True(both > Rounds && onlyOne > Rounds, $"{both} rows in both, {onlyOne} in one: the grants say next to nothing.");
        Assert.All(rows.Values, row => Assert.True(row.Patients.Count < 2));
    }

    [Fact]
    public async Task A_granular_scope_gives_the_rows_that_its_search_gives_and_no_older_version()
    {
        var random = new Random(44);
        var clinic = await Clinic.Open(server);
        await Fill(clinic, random);
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Nurse, new SessionId("s"));
        var admin = await clinic.Admin();
        var released = (await Found(Of([]), ResourceInteractions.Read, "Observation", RowsOf.Search))
            .Where(id => random.Next(2) == 0).ToList();
        foreach (var id in released)
        {
            (await admin.Put($"Observation/{id}", Sample.Observation("Patient/a", id: id).Replace("final", "amended"))).Is(200);
        }

        Assert.NotEmpty(released);
        foreach (var kind in Enum.GetValues<RowsOf>())
        {
            var found = await Found(Of([new("status", "amended")]), ResourceInteractions.Read, "Observation", kind);
            Assert.Equal(released.Order(), found.Order());
            foreach (var closed in Closed)
            {
                Assert.Empty(await Found(Of([closed]), ResourceInteractions.Read, "Observation", kind));
            }
        }

        var before = await Versions(Of([]), released[0]);
        Assert.Equal(["1", "2"], before.Order());
        Assert.Equal(["2"], await Versions(Of([new("status", "amended")]), released[0]));

        Reach Of(RowCriterion[] criteria) => new(
            caller,
            RowScope.Everything,
            [new Grant(ResourceInteractions.Reading, ResourceTypes.All, RowScope.Everything with { Criteria = criteria })]);
    }

    [Theory]
    [InlineData(Role.Nurse, "Observation", (int)RowsOf.Search, "r.sensitive = false")]
    [InlineData(
        Role.Patient, "Observation", (int)RowsOf.Current,
        $"r.sensitive = false|r.released = true|(exists ({OfPatient} and c.rid = r.rid limit 1 offset 0))")]
    [InlineData(Role.Patient, "Observation", (int)RowsOf.Search, $"r.sensitive = false|r.released = true|r.rid in ({OfPatient})")]
    [InlineData(Role.Patient, "Practitioner", (int)RowsOf.Versions, "r.sensitive = false|v.sensitive = false|r.released = true|v.released = true")]
    [InlineData(
        Role.Driver, "Task", (int)RowsOf.Search,
        $"r.sensitive = false|r.rid in ({References} and x.param = @p1 and x.target_id = @p2 and x.target_type = {Type} and n.name = @p3) union all {References} and x.param = @p4 and x.target_id = @p5 and x.target_type = {Type} and n.name = @p6))")]
    [InlineData(Role.Driver, "Observation", (int)RowsOf.Search, "false")]
    [InlineData(Role.Nurse, "Observation", (int)RowsOf.Current, "", Sensitivity.All)]
    [InlineData(
        Role.Nurse, "Observation", (int)RowsOf.Versions, "(r.labels & @p0) = 0|(v.labels & @p0) = 0",
        Sensitivity.Hiv | Sensitivity.Restricted)]
    public void The_grants_of_a_role_are_one_condition_after_the_other(
        Role role, string type, int rows, string conditions, Sensitivity labels = Sensitivity.None)
    {
        var caller = new Caller(new TenantId("north"), new UserId("u"), role, new SessionId("s"))
        {
            OwnPatients = role == Role.Patient ? [new PatientId("a")] : [],
            Practitioner = role == Role.Driver ? "d1" : null,
            SeesLabels = labels,
        };

        var reach = Reach.Of(caller, TenantNarrowing.None, ceiling: null);
        var asked = GrantSql.Conditions(new SqlText(), reach, ResourceInteractions.Read, type, (RowsOf)rows);

        Assert.Equal(conditions, string.Join('|', asked.Select(condition => condition.Sqlite)));
    }

    private static async Task<Dictionary<string, RowFacts>> Fill(Clinic clinic, Random random)
    {
        var admin = await clinic.Admin();
        var rows = new Dictionary<string, RowFacts>(StringComparer.Ordinal);
        for (var number = 0; number < Resources; number++)
        {
            var (type, id) = (Types[number % Types.Length], string.Create(CultureInfo.InvariantCulture, $"x{number}"));
            var (patient, party) = (Patients[random.Next(3)], People[random.Next(3)]);
            var (labels, released) = (RandomLabels(random), random.Next(3) > 0);
            var label = labels.Length == 0 ? "" : Sample.Labelled([.. labels.Select(each => each.Code)]);
            (await admin.Put($"{type}/{id}", type switch
            {
                "Observation" => $$"""
                    {"resourceType":"Observation","id":"{{id}}","status":"{{(released ? "final" : "preliminary")}}",
                     "code":{"text":"T"},"subject":{"reference":"Patient/{{patient}}"}{{label}}}
                    """,
                "Task" => $$"""
                    {"resourceType":"Task","id":"{{id}}","status":"requested","intent":"order",
                     "for":{"reference":"Patient/{{patient}}"},"owner":{"reference":"{{party}}"}{{label}}}
                    """,
                _ => $$"""{"resourceType":"Practitioner","id":"{{id}}"{{label}}}""",
            })).Is(201);
            // Neither a Practitioner nor a Task is in the compartment of a Patient (R4).
            rows[id] = new RowFacts(
                type,
                type == "Observation" ? [new PatientId(patient)] : [],
                labels.Aggregate(Sensitivity.None, (all, each) => all | each.Category),
                released || type != "Observation",
                type == "Task" ? [party] : []);
        }

        return rows;
    }

    private static Grant RandomGrant(Random random) => new(
        random.Next(3) == 0 ? ResourceInteractions.Read : ResourceInteractions.Reading,
        random.Next(3) == 0 ? ResourceTypes.AllBut("Observation") : ResourceTypes.Only(Some(random, Types)),
        new RowScope
        {
            Patients = random.Next(2) == 0 ? null : [.. Some(random, Patients).Select(id => new PatientId(id))],
            Shared = random.Next(2) == 0 ? ResourceTypes.None : ResourceTypes.Only("Practitioner"),
            Parties = random.Next(3) > 0 ? null : Some(random, People),
            SeesLabels = random.Next(4) switch
            {
                0 => Sensitivity.None,
                1 => Sensitivity.All,
                _ => RandomLabels(random).Aggregate(Sensitivity.None, (all, each) => all | each.Category),
            },
            ReleasedOnly = random.Next(2) == 0,
        });

    private static (string Code, Sensitivity Category)[] RandomLabels(Random random) =>
        random.Next(2) == 0 ? [] : [.. Labels.Where(_ => random.Next(2) == 0)];

    private static string[] Some(Random random, string[] all) => [.. all.Where(_ => random.Next(2) == 0)];

    private async Task<List<string>> Versions(Reach reach, string id)
    {
        var (all, bodies) = (new HistoryRange(10, null, null), new BodyBudget(1_000_000));
        var history = await ReadResources.History(server.Get<Database>(), reach, "Observation", id, all, bodies, CancellationToken.None);
        return history.ConvertAll(version => version.Version.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<List<string>> Found(Reach reach, ResourceInteractions interaction, string type, RowsOf rows)
    {
        var text = new SqlText();
        text.Add("select r.id").From(
            reach,
            type,
            rows,
            $"join fhir_version v on v.tenant_id = {text.Tenant(reach.Tenant)} and v.rid = r.rid and v.version = r.version",
            interaction);
        var statement = new Statement(text.ToString(), text.ForPostgres());
        return await server.Get<Database>().Query(
            statement, text.ValuesOf(statement), row => row.GetString(0), CancellationToken.None);
    }
}

public sealed class GrantsOnSqlite(SqliteFhirServer server) : GrantTests(server);

public sealed class GrantsOnPostgres(PostgresFhirServer server) : GrantTests(server);
