using System.Text.RegularExpressions;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Care.Charts;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Plans;

/// <summary>
/// Each hot statement finds its rows by one index that fits it, in an empty database, in one that was loaded and never analysed, and in one
/// that was: a plan that depends on statistics is a plan that depends on luck.
/// </summary>
public abstract class PlanTests(Engine engine)
{
    private static readonly Caller Nurse = new(new TenantId("north"), new UserId("u"), Role.Nurse, new SessionId("s"));

    private static readonly Reach Staff = Reach.Of(Nurse, TenantNarrowing.None, ceiling: null);

    private static readonly SearchValueParser Parser = new(OwnBases.None, TimeProvider.System);

    /// <summary>The statements, each with what its plan must look rows up by: table, then columns with a condition in the index.</summary>
    private static IEnumerable<(string Name, ExplainedText Text, string[] Lookups)> Hot(Sensitivity labels)
    {
        var staff = Reach.Of(Nurse with { SeesLabels = labels }, TenantNarrowing.None, ceiling: null);
        var patient = Reach.Of(
            Nurse with { SeesLabels = labels, Role = Role.Patient, OwnPatients = [new PatientId("p7"), new PatientId("p8")] },
            TenantNarrowing.None,
            ceiling: null);
        (string Name, ExplainedText Text, string[] Lookups) Search(
            string name, string[] lookups, params (string Name, string Value)[] parameters) =>
            ($"search {name}", Of(SelectPage.TextOf(staff, Request(parameters))),
                [.. lookups, "fhir_resource(type_number,rid)", "fhir_version(tenant_id,rid,version)"]);

        static (string, ExplainedText, string[]) Rows(string name, string[] lookups, string parameter, string value) =>
            Condition(Staff, parameter, value) is IndexCondition { Criterion: var criterion }
                ? ($"rows of {name}", Of(CriterionSql.CountText(Nurse.Tenant, criterion, criterion.AnyOf[0], most: 2_000)), lookups)
                : throw new InvalidOperationException(parameter);

        const string version = "fhir_version(tenant_id,rid,version)";
        yield return ("read", Of(ReadResources.CurrentText(staff, "Observation", "o77")), ["fhir_resource(type_number,id)", version]);
        yield return ("patient's read", Of(ReadResources.CurrentText(patient, "Observation", "o77")),
            ["fhir_resource(type_number,id)", version, "fhir_compartment(tenant_number,patient_id,rid)"]);
        yield return ("vread", Of(ReadResources.VersionText(staff, "Observation", "o77", 1)), ["fhir_resource(type_number,id)", version]);
        yield return ("history", Of(ReadResources.HistoryText(staff, "Observation", "o77", new HistoryRange(10, null, null))),
            ["fhir_resource(type_number,id)", "fhir_version(tenant_id,rid)"]);
        yield return ("history of a type", Of(ReadHistories.TextOf(staff, ["Observation"], new HistoryRange(10, 900, null))),
            [
                "fhir_resource(type_number,rid)", version, "fhir_later_version(type_number,position)", "fhir_resource(type_number,rid)",
                version, version,
            ]);
        yield return ("a patient's history of a type",
            Of(ReadHistories.TextOf(patient, ["Observation"], new HistoryRange(10, null, null))),
            ["fhir_compartment(tenant_number,patient_id)", "fhir_resource(type_number,rid)", "fhir_version(tenant_id,rid)", version]);
        yield return Search("by token", ["fhir_token(tenant_number,param,code,system_number)"], ("code", "http://loinc.org|c7"));
        yield return Search("by code alone", ["fhir_token(tenant_number,param,code)"], ("code", "c7"));
        yield return Search("by reference", ["fhir_reference(tenant_number,param,target_id,target_type)"], ("subject", "Patient/p7"));
        yield return Rows("a reference", ["fhir_reference(tenant_number,param,target_id,target_type)"], "subject", "Patient/p7");
        yield return Rows("a code", ["fhir_token(tenant_number,param,code,system_number)"], "code", "http://loinc.org|c7");
        yield return Rows("a date", ["fhir_date(tenant_number,param,span,edge)"], "date", "ge2026-01-01");
        yield return Rows("a text", ["fhir_string(tenant_number,param,is_long,folded)"], "value-string", "te");
        yield return Search("by date", ["fhir_date(tenant_number,param,span,edge)"], ("date", "ge2026-01-01"));
        yield return Search("by string", ["fhir_string(tenant_number,param,is_long,folded)"], ("value-string", "te"));
        yield return Search(
            "by reference, token and date",
            [
                "fhir_reference(tenant_number,param,target_id,target_type)", "fhir_token(tenant_number,param,code,system_number,rid)",
                "fhir_resource_date(tenant_number,rid,param)",
            ],
            ("subject", "Patient/p7"), ("code", "http://loinc.org|c7"), ("date", "ge2026-01-01"));
        yield return Search(
            "without a token", ["fhir_reference(tenant_number,param,target_id,target_type)", "fhir_token(tenant_number,param,code,system_number,rid)"],
            ("subject", "Patient/p7"), ("code:not", "http://loinc.org|c7"), ("value-string:missing", "true"));
        yield return ("a patient's own", Of(SelectPage.TextOf(patient, Request())),
            ["fhir_compartment(tenant_number,patient_id)", "fhir_resource(type_number,rid)", version]);
        yield return ("by last change", Of(SelectPage.TextOf(staff, Request() with { Order = SearchOrder.NewestChange })),
            ["fhir_resource(type_number)", version]);
        yield return ("count", Of(SelectPage.CountText(staff, Request(("subject", "Patient/p7")))),
            ["fhir_reference(tenant_number,param,target_id,target_type)", "fhir_resource(type_number,rid)"]);
        foreach (var joined in Joined(staff, patient)) yield return joined;
        foreach (var special in Special(staff)) yield return special;
        yield return ("page of the log",
            Of("select position, body from event where tenant_id = @p0 and position > @p1 order by position limit @p2", "north", 5L, 9L),
            ["event(tenant_id,position)"]);
        yield return ("bodies of a page of the log",
            new(Numbered(ResourceVersions.ByPositionText.Sqlite), Numbered(ResourceVersions.ByPositionText.Postgres), ["north", 5L, 9L]),
            ["event(tenant_id,position)", version, "fhir_version(tenant_id,position)"]);
        yield return ("first versions of changes",
            new(Numbered(VersionPair.FirstText.Sqlite), Numbered(VersionPair.FirstText.Postgres), ["north", "[5,9]"]), [version]);
        yield return ("later versions of changes, and those before",
            new(Numbered(VersionPair.LaterText.Sqlite), Numbered(VersionPair.LaterText.Postgres), ["north", "[5,9]"]),
            ["fhir_version(tenant_id,position)", version]);
        yield return ("head of the log", Of("select position from log_head where tenant_id = @p0", "north"), ["log_head(tenant_id)"]);
        yield return ("name", Of("select number from fhir_name where tenant_id = @p0 and kind = @p1 and name = @p2", "north", 1L, "x"),
            ["fhir_name(tenant_id,kind,name)"]);
    }

    /// <summary>Amounts, URIs and tuples; from one resource to another; what goes with a page, and sorted pages.</summary>
    private static IEnumerable<(string Name, ExplainedText Text, string[] Lookups)> Joined(Reach staff, Reach patient)
    {
        const string row = "fhir_resource(type_number,rid)";
        const string version = "fhir_version(tenant_id,rid,version)";
        const string subject = "fhir_reference(tenant_number,param,target_id,target_type)";
        const string links = "fhir_resource_reference(tenant_number,rid,param,target_type)";
        const string compartment = "fhir_compartment(tenant_number,patient_id,rid)";
        foreach (var (who, reach, also) in new[] { ("", staff, Array.Empty<string>()), ("patient's ", patient, [compartment]) })
        {
            (string, ExplainedText, string[]) Search(string name, string[] lookups, params (string Name, string Value)[] parameters) =>
                ($"{who}search {name}", Of(SelectPage.TextOf(reach, Request(parameters))), [.. lookups, .. also, row, version]);

            yield return Search(
                "by amount", ["fhir_amount(tenant_number,param,measure,span,edge)"], ("value-quantity", "5|http://unitsofmeasure.org|mg"));
            yield return Search("by number and unit", ["fhir_amount(tenant_number,param,measure,span,edge)"], ("value-quantity", "gt5||mg"));
            yield return Search(
                "by reference and amount", [subject, "fhir_resource_amount(tenant_number,rid,param,measure)"],
                ("subject", "Patient/p7"), ("value-quantity", "gt5|http://unitsofmeasure.org|mg"));
            yield return Search("by uri", ["fhir_uri(tenant_number,param,uri)"], ("_profile", "http://p"));
            yield return Search("by folder", ["fhir_uri(tenant_number,param,uri)"], ("_profile:below", "http://p/"));
            yield return Search("by readable text", ["fhir_token(tenant_number,param,code)"], ("code:text", "pressure"));
            yield return Search(
                "by tuple", ["fhir_token(tenant_number,param,code,system_number)", "fhir_composite(tenant_number,rid,param)"],
                ("component-code-value-quantity", "http://loinc.org|c7$gt5"));
            yield return Search(
                "by chain",
                ["fhir_string(tenant_number,param,is_long,folded)", subject],
                ("subject:Patient.name", "te"));
            yield return Search(
                "by reference and chain", [subject, links, "fhir_resource(type_number,id)"],
                ("subject", "Patient/p7"), ("encounter.status", "finished"));
            yield return Search(
                "by reverse chain", ["fhir_token(tenant_number,param,code)", links, "fhir_resource(type_number,id)"],
                ("_has:DiagnosticReport:result:code", "a|b"));
            yield return Search(
                "by reference and reverse chain", [subject, row],
                ("subject", "Patient/p7"), ("_has:DiagnosticReport:result:performer", "Practitioner/1"));
            yield return ($"{who}matches to be sorted", Of(SelectSorted.MatchesText(reach, Request(("subject", "Patient/p7")))),
                [subject, .. also, row]);
            yield return ($"{who}sorted page", Of(SelectSorted.BodiesText(reach, "Observation", [5, 3, 9])), [.. also, row, version]);
            yield return ($"{who}included", Of(SelectIncluded.TargetsText(reach, "Observation", ["a", "b"], 9)),
                [.. also, "fhir_resource(type_number,id)", version]);
            yield return ($"{who}targets of references", Of(PresentResources.CurrentText(reach, "Observation", ["a", "b"])),
                [.. also, "fhir_resource(type_number,id)"]);
            yield return ($"{who}versions that are referred to",
                Of(PresentResources.VersionText(reach, "Observation", 2, ["a", "b"])),
                [.. also, "fhir_resource(type_number,id)", version]);
            yield return ($"{who}reversely included",
                Of(SelectIncluded.ReferringText(reach, new IncludeDirective("Observation", null, null), [1, 2], "Patient", ["a", "b"], 9)),
                [.. also, subject, row, version]);
        }

        foreach (var (kind, code, lookup) in new[]
        {
            (SearchParameterKind.Date, "date", "fhir_date(tenant_number,param,span,edge)"),
            (SearchParameterKind.String, "value-string", "fhir_string(tenant_number,param,is_long,folded)"),
            (SearchParameterKind.Reference, "subject", "fhir_reference(tenant_number,param,target_id)"),
        })
        {
            var key = new SortParameter(R4Definitions.SearchParameter("Observation", code)!.Id, code, Falls: true) { Kind = kind, IsOfType = true };
            var range = WalkSorted.RangesOf(kind)[0];
            object from = kind == SearchParameterKind.Date ? 5L : "a";
            yield return ($"walk along {code}", Of(WalkSorted.RowsText(staff, key, range, from, after: null, 500)), [lookup]);
        }

        yield return ("matches of a walk", Of(WalkSorted.MatchesText(staff, Request(("code:not", "c7")), [5, 3, 9])),
            [row, "fhir_token(tenant_number,param,code)"]);
        yield return ("links of a page", Of(SelectIncluded.LinksText(staff, new IncludeDirective(null, null, null), [5, 3, 9])),
            ["fhir_resource_reference(tenant_number,rid)"]);
        yield return ("compartment of an encounter", Of(SelectPage.TextOf(staff, Request() with
        {
            Conditions = [new CompartmentCondition("Encounter", "e1", [1, 2])],
        })), [subject, row, version]);
    }

    /// <summary>Codes of a value set, words, pages of an export, and a record as it was.</summary>
    private static IEnumerable<(string Name, ExplainedText Text, string[] Lookups)> Special(Reach staff)
    {
        const string row = "fhir_resource(type_number,rid)";
        const string version = "fhir_version(tenant_id,rid,version)";
        const string token = "fhir_token(tenant_number,param,code,system_number)";
        const string subject = "fhir_reference(tenant_number,param,target_id,target_type)";
        const string compartment = "fhir_compartment(tenant_number,patient_id)";
        var codes = R4Definitions.SearchParameter("Observation", "code")!;
        var listed = new TokenSetTerm([new CodesOfSystem("http://loinc.org", [.. Enumerable.Range(0, 20).Select(code => $"c{code}")])], false);
        var inSet = new IndexCondition(new SearchCriterion(codes.Id, "code", SearchKind.Token) { AnyOf = [listed] });
        yield return ("codes of a value set", Of(SelectPage.TextOf(staff, Request() with { Conditions = [inSet] })), [token, row, version]);
        var ofOne = Request(("subject", "Patient/p7"));
        yield return ("codes of a value set, of a subject",
            Of(SelectPage.TextOf(staff, ofOne with { Conditions = [.. ofOne.Conditions, inSet] })), [subject, token, row, version]);
        yield return ("words", Of(SelectPage.TextOf(staff, Request(("_content", "w7 w8 w9*")))),
            [
                "fhir_word(tenant_number,param,word)", "fhir_word(tenant_number,param,word,rid)", "fhir_word(tenant_number,param,word)", row, version,
            ]);
        yield return ("a part of an export", Of(SelectPage.TextOf(staff, Request() with
        {
            Conditions = [new AnyPatientCondition()], After = new PageEnd(900, []),
        })), [row, version]);
        yield return ("a patient's part of an export", Of(SelectPage.TextOf(staff, Request() with
        {
            Conditions = [new CompartmentCondition("Patient", "p7", [])], After = new PageEnd(900, []),
        })), [compartment, row, version]);
        yield return ("a record", Of(ReadRecords.TextOf(staff, ["Observation"], new RecordRange("Patient", "p7", 10) { Parser = Parser })),
            [compartment, row, version]);
        yield return ("a record as it was", Of(ReadRecords.TextOf(staff, ["Observation"], new RecordRange("Patient", "p7", 10)
        {
            AsOfPosition = 900, Parser = Parser,
        })), [compartment, row, version, "fhir_version(tenant_id,rid)", "fhir_compartment(tenant_number,patient_id,rid)", version]);
    }

    [Theory]
    [InlineData(Filling.Empty)]
    [InlineData(Filling.Loaded)]
    [InlineData(Filling.Analysed)]
    public async Task Every_hot_statement_is_answered_by_the_index_that_fits_it(Filling filling)
    {
        await using var database = await PlannedDatabase.Create(engine);
        if (filling != Filling.Empty) await database.Load(filling == Filling.Analysed);

        var found = new List<string>();
        foreach (var labels in new[] { Sensitivity.None, Sensitivity.Hiv, Sensitivity.All })
        {
            foreach (var (name, text, lookups) in Hot(labels))
            {
                var plan = await database.Explain(text);
                found.AddRange(plan.Faults(lookups).Select(fault => $"{name}, who sees {labels}: {fault}\n{plan}"));
            }
        }

        Assert.True(found.Count == 0, string.Join("\n\n", found));
    }

    [Theory]
    [InlineData(Filling.Empty)]
    [InlineData(Filling.Loaded)]
    [InlineData(Filling.Analysed)]
    public async Task Every_part_of_a_chart_is_read_by_its_patient_and_kind(Filling filling)
    {
        await using var database = await PlannedDatabase.Create(engine);
        if (filling != Filling.Empty) await database.Load(filling == Filling.Analysed);

        foreach (var (name, query) in Charts())
        {
            var plan = await database.Explain(Of(query.Statement.Text));
            var faults = plan.Faults(["chart_fact(set_number,patient_id,kind)", "fhir_resource(type_number,rid)"])
                .Concat(plan.LookupsOf("chart_fact").Where(IsWide));
            Assert.True(!faults.Any(), $"{name}: {string.Join(", ", faults)}\n{plan}");
        }
    }

    // By patient and kind, and what belongs to something by its name.
    private static bool IsWide(string lookup) => !lookup.Contains("patient_id", StringComparison.Ordinal)
        || !(lookup.Contains("kind", StringComparison.Ordinal) || lookup.Contains("link", StringComparison.Ordinal));

    private static IEnumerable<(string Name, FactQuery Query)> Charts()
    {
        var patient = Reach.Of(
            Nurse with { Role = Role.Patient, OwnPatients = [new PatientId("p7")] }, TenantNarrowing.None, ceiling: null);
        foreach (var reach in new[] { Staff, patient })
        {
            var view = new ChartView(reach, TenantPolicy.Default, new PatientId("p7"), Position: null);
            yield return ("chart", ReadChart.Query(view));
            yield return ("chart of then", ReadChart.Query(view with { Position = 50 }));
            yield return ("medications", new FactQuery(view).AddPage(FactKind.Medication, (5, 5), 50));
            yield return ("page", new FactQuery(view).AddPage(FactKind.Encounter, (5, 5), 50));
            yield return ("orphans", new FactQuery(view).AddOrphans(FactKind.ImagingReport, FactKind.Study, (5, 5), 50));
            yield return ("parts", new FactQuery(view).AddParts(FactKind.HeartRate, ["Encounter/e1", "Encounter/e2"], 50));
        }
    }

    private static SearchRequest Request(params (string Name, string Value)[] parameters) => new("Observation")
    {
        Count = 10,
        Conditions = [.. parameters.Select(parameter => Condition(Staff, parameter.Name, parameter.Value))],
    };

    private static SearchCondition Condition(Reach reach, string name, string value) =>
        new ReadCondition(Parser, SearchParameterSet.R4, reach).Run("Observation", name, value).Value;

    private static string Numbered(string text) => text.Replace("@tenant_id", "@p0", StringComparison.Ordinal)
        .Replace("@first", "@p1", StringComparison.Ordinal).Replace("@asked", "@p1", StringComparison.Ordinal)
        .Replace("@last", "@p2", StringComparison.Ordinal);

    private static ExplainedText Of(string sql, params object?[] values) => new(sql, sql, values);

    private static ExplainedText Of(SqlText text) =>
        new(text.ToString(), text.ForPostgres(), text.ValuesOf(new Statement(text.ToString())));
}

public enum Filling
{
    Empty,
    Loaded,
    Analysed,
}

/// <summary>A statement with <c>@p0 …</c> and values in the order in which the parameters first appear.</summary>
public sealed partial record ExplainedText(string Sqlite, string Postgres, object?[] Values)
{
    /// <summary>With <c>$1 …</c>.</summary>
    public string Numbered
    {
        get
        {
            var names = Parameter().Matches(Postgres).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
            return Parameter().Replace(Postgres, match => $"${names.IndexOf(match.Value) + 1}");
        }
    }

    public string Types => string.Join(", ", Values.Select(value => value is string ? "text" : "bigint"));

    [GeneratedRegex(@"@p\d+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Parameter();
}

public sealed class PlansOnSqlite() : PlanTests(Engine.Sqlite);

public sealed class PlansOnPostgres() : PlanTests(Engine.Postgres);
