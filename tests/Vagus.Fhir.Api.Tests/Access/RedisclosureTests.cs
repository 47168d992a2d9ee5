using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Reading;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>Copies of records under 42 CFR Part 2 carry the statement of §2.32 wherever FHIR has room for it.</summary>
public abstract class RedisclosureTests(FhirServer server)
{
    private const string Header = "X-Vagus-Redisclosure-Notice";

    [Fact]
    public async Task A_service_account_gets_the_statement_with_each_copy_of_such_a_record_and_with_no_other()
    {
        var (clinic, machine) = await Open();
        (await (await clinic.Admin()).Put("Observation/hiv", Sample.Observation("Patient/q", id: "hiv", more: Sample.Labelled("HIV")))).Is(201);

        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(await machine.Get("Observation/sud")));
        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(await machine.Get("Observation/sud/_history/1")));
        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(await machine.Get("Observation/sud/_history")));
        Assert.Null(NoticeOf(await machine.Get("Observation/hiv")));
        Assert.Null(NoticeOf(await machine.Get("Observation?subject=Patient/q")));
        Assert.Null(NoticeOf(await (await clinic.Admin()).Get("Observation/sud")));
    }

    [Fact]
    public async Task A_searchset_has_it_as_an_outcome_that_is_not_counted()
    {
        var (_, machine) = await Open();

        var found = (await machine.Get("Observation?subject=Patient/p")).Is(200);

        Assert.Equal(1, found.Total);
        Assert.Equal(["match", "outcome"], found.Entries.Select(entry => entry.GetProperty("search").GetProperty("mode").GetString()));
        var issue = found.Entries[1].GetProperty("resource").GetProperty("issue")[0];
        Assert.Equal(
            ("information", "informational", RedisclosureNotices.Statement),
            (Text(issue, "severity"), Text(issue, "code"), Text(issue, "diagnostics")));
        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(found));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Statistics_have_it_with_and_without_their_sources(string include)
    {
        var (clinic, machine) = await Open();
        (await (await clinic.Admin()).Put("Observation/hiv", Sample.Observation("Patient/q", id: "hiv", more: Sample.Labelled("HIV")))).Is(201);
        const string query = "Observation/$stats?code=http://loinc.org|718-7&statistic=count";

        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(await machine.Get($"{query}&subject=Patient/p&include={include}")));
        Assert.Null(NoticeOf(await machine.Get($"{query}&subject=Patient/q&include={include}")));
    }

    [Fact]
    public async Task A_batch_has_it_in_the_response_of_the_entry()
    {
        var (_, machine) = await Open();

        var answer = (await machine.Post("", """
            {"resourceType":"Bundle","type":"batch","entry":[
             {"request":{"method":"GET","url":"Observation/sud"}},{"request":{"method":"GET","url":"Observation?subject=Patient/p"}}]}
            """)).Is(200);

        var outcome = answer.Entries[0].GetProperty("response").GetProperty("outcome");
        Assert.Equal(RedisclosureNotices.Statement, Text(outcome.GetProperty("issue")[0], "diagnostics"));
        Assert.Contains("\"outcome\"", answer.Entries[1].GetProperty("resource").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(answer));
    }

    [Fact]
    public async Task Its_text_is_the_tenants_own_where_it_has_set_one()
    {
        var (clinic, machine) = await Open();
        var settings = server.Get<TenantSettings>();
        ValueTask<Result<string>> Set(string text) =>
            settings.Set(clinic.Tenant, RedisclosureNotices.Setting, JsonSerializer.SerializeToElement(text), CancellationToken.None);

        Assert.False((await Set("Do not redisclose.")).IsRefused);

        Assert.Equal("Do not redisclose.", NoticeOf(await machine.Get("Observation/sud")));
        Assert.All(
            new[] { "", " x", "two\nlines", "é", new string('x', 1001) },
            text => Assert.Equal("invalid_redisclosure_notice", Set(text).AsTask().GetAwaiter().GetResult().Refusal?.Code));
    }

    [Fact]
    public async Task A_record_from_before_there_were_categories_has_it_where_its_own_labels_say_so()
    {
        var (clinic, machine) = await Open();
        (await (await clinic.Admin()).Put("Observation/r", Sample.Observation("Patient/q", id: "r", more: Sample.Labelled("R")))).Is(201);
        await server.Get<GroupCommit>().Write<int>(
            clinic.Tenant, async (write, cancel) => await write.Execute(Older, [clinic.Tenant.Value], cancel), CancellationToken.None);

        Assert.Equal(RedisclosureNotices.Statement, NoticeOf(await machine.Get("Observation/sud")));
        Assert.Null(NoticeOf((await machine.Get("Observation/r")).Is(200)));
    }

    [Fact]
    public async Task The_prohibition_of_redisclosure_survives_an_update_that_forgets_it()
    {
        var (clinic, _) = await Open();
        var admin = await clinic.Admin();
        (await admin.Put("Observation/o", Sample.Observation("Patient/p", id: "o", more: Sample.Labelled("NORDSCLCD")))).Is(201);

        var kept = (await admin.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(200);

        Assert.Equal("NORDSCLCD", Text(kept.Json.GetProperty("meta").GetProperty("security")[0], "code"));
    }

    private async Task<(Clinic Clinic, Person Machine)> Open()
    {
        var clinic = await Clinic.Open(server);
        var label = Sample.Labelled("R", "42CFRPart2", "NORDSCLCD");
        (await (await clinic.Admin()).Put("Observation/sud", Sample.Observation("Patient/p", id: "sud", more: label))).Is(201);
        return (clinic, await clinic.Has(Role.Service, seesSensitive: true));
    }

    private static string? NoticeOf(Answer answer) =>
        answer.Is(200).Headers.TryGetValues(Header, out var values) ? Assert.Single(values) : null;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static readonly Statement Older = new("""
        update fhir_version
        set labels = 9223372036854775807
        where tenant_id = @tenant_id
        """);
}

public sealed class RedisclosureOnSqlite(SqliteFhirServer server) : RedisclosureTests(server);

public sealed class RedisclosureOnPostgres(PostgresFhirServer server) : RedisclosureTests(server);
