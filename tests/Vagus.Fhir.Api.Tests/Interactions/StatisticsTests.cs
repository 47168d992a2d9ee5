using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary><c>Observation/$stats</c> and <c>DocumentReference/$docref</c>.</summary>
public abstract class StatisticsTests(FhirServer server)
{
    [Theory]
    [InlineData("average", 5.0)]
    [InlineData("minimum", 2.0)]
    [InlineData("maximum", 10.0)]
    [InlineData("sum", 20.0)]
    [InlineData("count", 4.0)]
    [InlineData("total-count", 5.0)]
    [InlineData("median", 4.0)]
    [InlineData("variance", 12.666667)]
    [InlineData("20-percent", 2.6)]
    [InlineData("4-upper", 6.25)]
    public async Task A_statistic_is_worked_out_of_what_counts(string statistic, double expected)
    {
        var provider = await WithAmounts();

        var answer = (await provider.Get($"Observation/$stats?subject=Patient/p&code=g&system=urn:c&statistic={statistic}")).Is(200);

        var summary = answer.Json.GetProperty("parameter")[0].GetProperty("resource");
        var quantity = summary.GetProperty("component")[0].GetProperty("valueQuantity");
        Assert.Equal(expected, quantity.GetProperty("value").GetDouble(), 5);
        Assert.Equal(
            statistic is not ("count" or "total-count" or "variance"), quantity.TryGetProperty("unit", out _));
        Assert.Equal("Patient/p", summary.GetProperty("subject").GetProperty("reference").GetString());
        var valid = (await provider.Post("Observation/$validate", summary.GetRawText())).Is(200);
        Assert.Equal("information", valid.Json.GetProperty("issue")[0].GetProperty("severity").GetString());
    }

    [Fact]
    public async Task Each_code_has_its_own_and_the_sources_come_where_they_are_asked_for()
    {
        var provider = await WithAmounts();

        var answer = (await provider.Post("Observation/$stats", """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueUri":"Patient/p"},{"name":"code","valueString":"g"},
             {"name":"code","valueString":"h"},{"name":"statistic","valueCode":"average"},{"name":"include","valueBoolean":true},
             {"name":"period","valuePeriod":{"start":"2030-01-02","end":"2030-01-31"}}]}
            """)).Is(200);

        var names = answer.Json.GetProperty("parameter").EnumerateArray().Select(each => each.GetProperty("name").GetString());
        Assert.Equal(["statistics", "source", "source", "source", "source", "statistics"], names);
        Assert.Contains("dataAbsentReason", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"effectivePeriod\":{\"start\":\"2030-01-02\"", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("subject=Patient/p&code=g", 400, "invalid")]
    [InlineData("subject=Patient/p&statistic=average", 400, "invalid")]
    [InlineData("code=g&statistic=average", 400, "invalid")]
    [InlineData("subject=Patient/p&code=g&statistic=mode", 400, "not-supported")]
    [InlineData("subject=Patient/p&code=g&statistic=average&duration=soon", 400, "invalid")]
    [InlineData("subject=Patient/p&code=mixed&statistic=average", 422, "processing")]
    public async Task What_cannot_be_worked_out_is_refused(string query, int status, string issue) =>
        (await (await WithAmounts()).Get($"Observation/$stats?{query}")).IsRefused(status, issue);

    [Theory]
    [InlineData("sum", "7e28", "7e28")]
    [InlineData("average", "7e28", "7e28")]
    [InlineData("median", "-7e28", "7e28")]
    [InlineData("variance", "1e20", "-1e20")]
    [InlineData("std-dev", "1e20", "-1e20")]
    [InlineData("maximum", "1", "1e40")]
    public async Task Amounts_beyond_what_is_worked_with_are_refused(string statistic, string one, string other)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await provider.Put("Observation/a", Amount("a", "g", one, "mg"))).Is(201);
        (await provider.Put("Observation/b", Amount("b", "g", other, "mg"))).Is(201);

        (await provider.Get($"Observation/$stats?subject=Patient/p&code=g&system=urn:c&statistic={statistic}")).IsRefused(422, "processing");
    }

    [Fact]
    public async Task Statistics_tell_nothing_of_what_the_caller_may_not_see()
    {
        var clinic = await Clinic.Open(server);
        var (admin, blind, other) = (await clinic.Admin(), await clinic.Provider(seesSensitive: false), await clinic.Patient("q"));
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/a", Amount("a", "g", "2", "mg"))).Is(201);
        (await admin.Put("Observation/b", Amount("b", "g", "8", "mg", Sample.Labelled("R")))).Is(201);
        const string query = "Observation/$stats?subject=Patient/p&code=g&statistic=sum";

        foreach (var (person, sum) in new[] { (admin, 10), (blind, 2), (other, 0) })
        {
            var summary = (await person.Get(query)).Is(200).Json.GetProperty("parameter")[0].GetProperty("resource");
            Assert.Equal(sum, summary.GetProperty("component")[0].GetProperty("valueQuantity").GetProperty("value").GetInt32());
        }

        var log = (await Auditing.AuditedAccess.Of(clinic)).Where(entry => entry.Text("detail") == "stats").ToList();
        Assert.Equal(["Observation/a/1", "Observation/b/1"], log[0].Shown.Order(StringComparer.Ordinal));
        Assert.Equal(["Observation/a/1"], log[1].Shown);
    }

    [Theory]
    [InlineData("patient=p", "new")]
    [InlineData("patient=p&start=2030-01-01&end=2030-12-31", "new")]
    [InlineData("patient=p&start=2029-01-01", "new,old")]
    [InlineData("patient=p&type=urn:t|x", "other")]
    [InlineData("patient=q", "")]
    public async Task Documents_are_found_by_patient_type_and_time(string query, string expected)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        foreach (var (id, year, system, code, status) in new[]
        {
            ("old", "2029", "http://loinc.org", "34133-9", "current"), ("new", "2030", "http://loinc.org", "34133-9", "current"),
            ("other", "2031", "urn:t", "x", "current"), ("superseded", "2030", "http://loinc.org", "34133-9", "superseded"),
        })
        {
            (await provider.Put($"DocumentReference/{id}", $$$$"""
                {"resourceType":"DocumentReference","id":"{{{{id}}}}","status":"{{{{status}}}}","date":"{{{{year}}}}-06-01T00:00:00Z",
                 "subject":{"reference":"Patient/p"},"type":{"coding":[{"system":"{{{{system}}}}","code":"{{{{code}}}}"}]},
                 "context":{"period":{"start":"{{{{year}}}}-05-01","end":"{{{{year}}}}-05-02"}},
                 "content":[{"attachment":{"contentType":"text/plain"}}]}
                """)).Is(201);
        }

        var found = (await provider.Get($"DocumentReference/$docref?{query}")).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        (await provider.Get("DocumentReference/$docref")).IsRefused(400, "invalid");
        (await provider.Get("DocumentReference/$docref?patient=p&on-demand=true")).IsRefused(400, "not-supported");
    }

    private async Task<Person> WithAmounts()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        foreach (var (id, value) in new[] { ("a", "2"), ("b", "3"), ("c", "5.0"), ("d", "10") })
            (await provider.Put($"Observation/{id}", Amount(id, "g", value, "mg"))).Is(201);
        (await provider.Put("Observation/none", Sample.Observation("Patient/p", "g", "none", ""","effectiveDateTime":"2029-01-03" """)
            .Replace("http://loinc.org", "urn:c", StringComparison.Ordinal))).Is(201);
        (await provider.Put("Observation/draft", Amount("draft", "g", "99", "mg").Replace("final", "preliminary", StringComparison.Ordinal))).Is(201);
        (await provider.Put("Observation/x", Amount("x", "mixed", "1", "mg"))).Is(201);
        (await provider.Put("Observation/y", Amount("y", "mixed", "1", "kg"))).Is(201);
        return provider;
    }

    private static string Amount(string id, string code, string value, string unit, string more = "") => $$$$"""
        {"resourceType":"Observation","id":"{{{{id}}}}","status":"final","code":{"coding":[{"system":"urn:c","code":"{{{{code}}}}"}]},
         "subject":{"reference":"Patient/p"},"effectiveDateTime":"2030-01-03",
         "valueQuantity":{"value":{{{{value}}}},"unit":"{{{{unit}}}}","system":"http://unitsofmeasure.org","code":"{{{{unit}}}}"}{{{{more}}}}}
        """;
}

public sealed class StatisticsOnSqlite(SqliteFhirServer server) : StatisticsTests(server);

public sealed class StatisticsOnPostgres(PostgresFhirServer server) : StatisticsTests(server);
